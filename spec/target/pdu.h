/* pdu.h: one iSCSI PDU (RFC 3720 10.2), as the proxy holds it. */
#ifndef SPEC_PDU_H
#define SPEC_PDU_H

#include <stddef.h>

#define HEADER 48
#define SEGMENT_MAX (1 << 24)
#define OP_COMMAND 0x01
#define OP_RESPONSE 0x21
#define OP_LOGIN 0x23
#define OP_DATA_IN 0x25

struct pdu {
  unsigned char header[HEADER];
  unsigned char data[SEGMENT_MAX + 8192];
  size_t len; /* of the data, without padding */
};

void set_length(struct pdu *p, size_t len);

/* strict.c */
void strict_command(const struct pdu *p);
void strict_answer(struct pdu *p);

#endif
