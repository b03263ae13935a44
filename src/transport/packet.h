/* packet.h: one command on its way to a drive, and the answer on its way back.
   Whoever sends a packet builds it on the C stack and owns the buffers; nothing
   here is ever allocated, so nothing here is ever freed. */
#ifndef DISCRECORDER_PACKET_H
#define DISCRECORDER_PACKET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define PACKET_CDB_MAX 16
#define PACKET_SENSE_MAX 32

enum packet_dir {
  PACKET_NONE, /* no data */
  PACKET_IN,   /* the drive sends */
  PACKET_OUT   /* the drive receives */
};

enum packet_status {
  PACKET_GOOD,
  PACKET_CHECK,  /* CHECK CONDITION: the sense bytes say why */
  PACKET_BUSY,   /* somebody else holds the drive: nothing was sent */
  PACKET_GONE,   /* the drive is not there (any more) */
  PACKET_DENIED, /* the system did not let us send it (os_error says more) */
  PACKET_LOST    /* sent, and nobody can say what became of it */
};

struct packet {
  /* the question */
  uint8_t cdb[PACKET_CDB_MAX];
  uint8_t cdb_len; /* 6, 10, 12 or 16 */
  enum packet_dir dir;
  uint8_t *in;        /* PACKET_IN: len bytes of room, zeroed by the sender */
  const uint8_t *out; /* PACKET_OUT: len bytes */
  size_t len;
  uint32_t timeout_ms;
  /* Only the fault decorator sets this and only the virtual recorder obeys it:
     behave as if the data had reached the medium, when it has not. */
  bool lose;
  /* The same two: this block of a WRITE cannot be recorded where it lies. */
  bool has_defect;
  int32_t defect;
  /* the answer */
  enum packet_status status;
  size_t moved;                    /* bytes really transferred */
  uint32_t took_ms;                /* where the transport is 'timed' */
  uint8_t sense[PACKET_SENSE_MAX]; /* as the drive gave them, either format */
  uint8_t sense_len;
  /* errno of a packet that was not delivered; with sense, of a virtual disc's
     file that could not be written; or 0 */
  int os_error;
  /* More to say of an answer that is not good, or NULL. The transport's own,
     until its next packet; it goes into the failure's message. */
  const char *why;
};

#endif
