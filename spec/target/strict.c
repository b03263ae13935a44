/* strict.c: makes tgt's DVD+R tell of itself what MMC-6 says that a drive
   tells: an incomplete track whose next writable address moves, sessions that
   are open, closed with a next one allowed, and a disc that is finalised by
   CLOSE 5 or 6 alone. tgt still keeps the data. */
#include "pdu.h"

#include <string.h>

#define CAPACITY 2295104u
#define BORDER 2048u

enum state { BLANK, INCOMPLETE, TRACK_CLOSED, SESSION_CLOSED, FINALISED };

static enum state state;
static unsigned written; /* blocks of the one track */
static unsigned char cdb[16], itt[4];
static unsigned asked; /* for so many bytes at most */

static unsigned get32(const unsigned char *p) {
  return (unsigned)p[0] << 24 | (unsigned)p[1] << 16 | (unsigned)p[2] << 8 |
         p[3];
}

static void put32(unsigned char *p, unsigned v) {
  p[0] = (unsigned char)(v >> 24);
  p[1] = (unsigned char)(v >> 16);
  p[2] = (unsigned char)(v >> 8);
  p[3] = (unsigned char)v;
}

void strict_command(const struct pdu *p) {
  if ((p->header[0] & 0x3F) != OP_COMMAND)
    return;
  memcpy(cdb, p->header + 32, sizeof cdb);
  memcpy(itt, p->header + 16, sizeof itt);
  asked = get32(p->header + 20);
}

/* Good, with these bytes. */
static void reply(struct pdu *p, const unsigned char *bytes, unsigned len) {
  if (len > asked)
    len = asked;
  p->header[0] = OP_DATA_IN;
  p->header[1] = 0x81; /* final, with a status */
  p->header[2] = 0;
  p->header[3] = 0;
  memset(p->header + 36, 0, 12); /* data number, offset, residual */
  if (len < asked) {
    p->header[1] |= 0x02;
    put32(p->header + 44, asked - len);
  }
  set_length(p, len);
  memcpy(p->data, bytes, len);
}

static void refuse(struct pdu *p, unsigned char key, unsigned char asc) {
  unsigned char sense[20] = {0, 18, 0x70, 0, key, 0, 0, 0, 0, 10};
  sense[14] = asc;
  p->header[0] = OP_RESPONSE;
  p->header[1] = 0x80;
  p->header[2] = 0;
  p->header[3] = 0x02;
  memset(p->header + 36, 0, 12);
  set_length(p, sizeof sense);
  memcpy(p->data, sense, sizeof sense);
}

static void good(struct pdu *p) {
  p->header[0] = OP_RESPONSE;
  p->header[1] = 0x80;
  p->header[2] = 0;
  p->header[3] = 0;
  memset(p->header + 36, 0, 12);
  set_length(p, 0);
}

static void configuration(struct pdu *p) {
  unsigned char r[8 + 12 + 8] = {0,    0,    0,    24,   0, 0, 0, 0x1B, 0, 0,
                                 0x03, 8,    0,    0x1B, 1, 0, 0, 0x10, 0, 0,
                                 0,    0x2B, 0x05, 4,    1, 0, 0, 0};
  if (state == FINALISED)
    r[24] = 0;
  reply(p, r, sizeof r);
}

static void disc_information(struct pdu *p) {
  static const unsigned char status[] = {
    [BLANK] = 0x00,
    [INCOMPLETE] = 0x05,
    [TRACK_CLOSED] = 0x05,
    [SESSION_CLOSED] = 0x01,
    [FINALISED] = 0x0E,
  };
  unsigned char next = state == SESSION_CLOSED ? 2 : 1;
  unsigned char r[34] = {0, 32, status[state], 1, next, next, next, 0x20, 0};
  reply(p, r, sizeof r);
}

static void track_information(struct pdu *p) {
  unsigned number = get32(cdb + 2);
  unsigned char r[40] = {0, 38};
  int next = state == BLANK || state == SESSION_CLOSED; /* invisible, empty */
  unsigned start = state == SESSION_CLOSED ? written + BORDER : 0;
  unsigned invisible = state == SESSION_CLOSED ? 2 : 1;
  if (number == 0xFF && state <= SESSION_CLOSED && state != TRACK_CLOSED)
    number = invisible;
  if (number == 0 || number > invisible) {
    refuse(p, 5, 0x24);
    return;
  }
  r[2] = r[3] = (unsigned char)number;
  r[5] = 0x04;
  r[6] = 0x01;
  put32(r + 20, 16);
  if (number == invisible && (next || state == INCOMPLETE)) {
    unsigned done = state == INCOMPLETE ? written : 0;
    r[6] = next ? 0x41 : 0x01;
    r[7] = 0x01;
    put32(r + 8, start);
    put32(r + 12, start + done);
    put32(r + 16, CAPACITY - start - done);
    put32(r + 24, CAPACITY - start);
  } else {
    put32(r + 24, written);
  }
  reply(p, r, sizeof r);
}

/* Sequential, by ECC blocks, and not on a disc or track that is closed. */
static void write_blocks(struct pdu *p) {
  unsigned lba = get32(cdb + 2), n = (unsigned)cdb[7] << 8 | cdb[8];
  if (state > INCOMPLETE)
    refuse(p, 5, 0x30);
  else if (lba != written || n % 16 != 0)
    refuse(p, 5, 0x21);
  else if (p->header[3] == 0) {
    written += n;
    state = INCOMPLETE;
  }
}

static void close_(struct pdu *p) {
  switch (cdb[2] & 7) {
    case 1:
      if (state != INCOMPLETE || cdb[5] != 1) {
        refuse(p, 5, 0x24);
        return;
      }
      state = TRACK_CLOSED;
      break;
    case 2:
      if (state != TRACK_CLOSED) {
        refuse(p, 5, 0x72);
        return;
      }
      state = SESSION_CLOSED;
      break;
    case 6:
      if (state != TRACK_CLOSED && state != SESSION_CLOSED) {
        refuse(p, 5, 0x72);
        return;
      }
      state = FINALISED;
      break;
    default:
      refuse(p, 5, 0x24);
      return;
  }
  good(p);
}

void strict_answer(struct pdu *p) {
  static const struct {
    unsigned char opcode;
    void (*answer)(struct pdu *p);
  } answers[] = {
    {0x2A, write_blocks},
    {0x46, configuration},
    {0x51, disc_information},
    {0x52, track_information},
    {0x5B, close_},
  };
  int op = p->header[0] & 0x3F;
  if ((op != OP_RESPONSE && op != OP_DATA_IN) ||
      memcmp(p->header + 16, itt, sizeof itt) != 0)
    return;
  if (op == OP_RESPONSE && p->header[3] == 2 && p->len >= 16 &&
      (p->data[4] & 0x0F) == 6)
    return; /* a unit attention came first */
  for (size_t i = 0; i < sizeof answers / sizeof *answers; i++)
    if (answers[i].opcode == cdb[0])
      answers[i].answer(p);
}
