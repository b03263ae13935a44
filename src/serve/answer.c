/* answer.c: direction, data, status. The ring's pieces are the data of a write
   or the room for that of a read; which of the two only the opcode says. */
#include "answer.h"

#include <stdlib.h>
#include <string.h>

/* SAM-5 5.3.1 */
enum { SAM_GOOD = 0x00, SAM_CHECK = 0x02, SAM_BUSY = 0x08 };

/* The kernel has a timeout of its own for each command; this one only ends
   what hangs for good. */
#define TIMEOUT_MS (2u * 3600 * 1000)

/* Commands whose data goes to the drive (SPC-4, MMC-6). All others read. */
static const bool goes_out[256] = {
  [0x04] = true,  /* FORMAT UNIT */
  [0x0A] = true,  /* WRITE(6) */
  [0x15] = true,  /* MODE SELECT(6) */
  [0x18] = true,  /* COPY */
  [0x1D] = true,  /* SEND DIAGNOSTIC */
  [0x2A] = true,  /* WRITE(10) */
  [0x2E] = true,  /* WRITE AND VERIFY(10) */
  [0x2F] = true,  /* VERIFY(10), when it brings what to compare with */
  [0x3B] = true,  /* WRITE BUFFER */
  [0x40] = true,  /* CHANGE DEFINITION */
  [0x41] = true,  /* WRITE SAME(10) */
  [0x42] = false, /* READ SUB-CHANNEL; a disk's UNMAP */
  [0x4C] = true,  /* LOG SELECT */
  [0x54] = true,  /* SEND OPC INFORMATION */
  [0x55] = true,  /* MODE SELECT(10) */
  [0x5D] = true,  /* SEND CUE SHEET */
  [0x5F] = true,  /* PERSISTENT RESERVE OUT */
  [0x8A] = true,  /* WRITE(16) */
  [0x8E] = true,  /* WRITE AND VERIFY(16) */
  [0xA3] = true,  /* SEND KEY */
  [0xAA] = true,  /* WRITE(12) */
  [0xAE] = true,  /* WRITE AND VERIFY(12) */
  [0xAF] = true,  /* VERIFY(12) */
  [0xB5] = true,  /* SECURITY PROTOCOL OUT */
  [0xB6] = true,  /* SET STREAMING */
  [0xBF] = true,  /* SEND DISC STRUCTURE */
};

/* One piece is used where it lies; several are brought together. */
static uint8_t *room_for(const struct ring_command *c, struct bounce *b) {
  uint8_t *bytes;
  if (c->pieces == 1)
    return c->piece[0].at;
  if (b->size >= c->bytes)
    return b->bytes;
  bytes = realloc(b->bytes, c->bytes);
  if (bytes == NULL)
    return NULL;
  b->bytes = bytes;
  b->size = c->bytes;
  return bytes;
}

static void gather(uint8_t *to, const struct ring_command *c) {
  for (unsigned i = 0; i < c->pieces; i++) {
    memcpy(to, c->piece[i].at, c->piece[i].length);
    to += c->piece[i].length;
  }
}

static void
scatter(const struct ring_command *c, const uint8_t *from, size_t moved) {
  for (unsigned i = 0; i < c->pieces && moved > 0; i++) {
    size_t n = c->piece[i].length < moved ? c->piece[i].length : moved;
    memcpy(c->piece[i].at, from, n);
    from += n;
    moved -= n;
  }
}

static void refuse(struct ring *r,
                   const struct ring_command *c,
                   uint8_t key,
                   uint8_t asc,
                   uint8_t ascq) {
  uint8_t sense[18] = {0x70};
  sense[2] = key;
  sense[7] = 10;
  sense[12] = asc;
  sense[13] = ascq;
  ring_answer(r, c, SAM_CHECK, sense, sizeof sense, 0);
}

/* What a drive never says itself gets the sense that says it best. */
static void
pass_on(struct ring *r, const struct ring_command *c, const struct packet *p) {
  size_t moved = p->dir == PACKET_IN ? p->moved : c->bytes;
  switch (p->status) {
    case PACKET_GOOD:
      ring_answer(r, c, SAM_GOOD, NULL, 0, moved);
      break;
    case PACKET_CHECK:
      ring_answer(r, c, SAM_CHECK, p->sense, p->sense_len, moved);
      break;
    case PACKET_BUSY:
      ring_answer(r, c, SAM_BUSY, NULL, 0, 0);
      break;
    case PACKET_GONE: /* logical unit not supported: there is none (any more) */
      refuse(r, c, 0x05, 0x25, 0x00);
      break;
    default: /* internal target failure: the kernel does not try it again */
      refuse(r, c, 0x04, 0x44, 0x00);
  }
}

void answer_command(struct ring *r,
                    const struct ring_command *c,
                    struct transport *t,
                    struct bounce *b) {
  struct packet p;
  uint8_t *data = NULL;
  if (c->refused) {
    refuse(r, c, 0x05, 0x24, 0x00); /* invalid field in the command */
    return;
  }
  memset(&p, 0, sizeof p);
  memcpy(p.cdb, c->cdb, sizeof p.cdb);
  p.cdb_len = c->cdb_len;
  p.len = c->bytes;
  p.timeout_ms = TIMEOUT_MS;
  if (c->bytes > 0) {
    data = room_for(c, b);
    if (data == NULL) {
      refuse(r, c, 0x0B, 0x55, 0x03); /* insufficient resources */
      return;
    }
    p.dir = goes_out[c->cdb[0]] ? PACKET_OUT : PACKET_IN;
  }
  if (p.dir == PACKET_OUT) {
    if (c->pieces > 1)
      gather(data, c);
    p.out = data;
  } else if (p.dir == PACKET_IN) {
    memset(data, 0, c->bytes);
    p.in = data;
  }
  transport_run(t, &p);
  if (p.dir == PACKET_IN && c->pieces > 1)
    scatter(c, data, p.moved);
  pass_on(r, c, &p);
}
