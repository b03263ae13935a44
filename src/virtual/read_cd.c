/* read_cd.c: READ CD and READ CD MSF: any parts of raw sectors (MMC-6 6.19).
   A data sector is kept as its 2048 bytes; the rest is made when asked for. */
#include <string.h>

#include "../bytes.h"
#include "../mmc_names.h"
#include "commands.h"
#include "family.h"
#include "read.h"
#include "sector.h"

#define CHUNK 16u /* blocks read at once */

/* Bits of the flag byte. */
enum { SYNC = 0x80, SUBHEADER = 0x40, HEADER = 0x20, USER = 0x10, EDC = 0x08 };

/* Which part of a raw sector the flags select: from .. end. Mode 1 has no
   subheader. What is selected must hang together. */
static bool select_part(uint8_t flags, unsigned *from, unsigned *end) {
  bool sync = flags & SYNC, header = flags & HEADER, user = flags & USER;
  if ((flags & EDC) && !user)
    return false;
  if (sync && !header)
    return false;
  *from = sync ? 0 : header ? 12 : VSECTOR_DATA;
  *end = flags & EDC ? VSECTOR_RAW
         : user      ? VSECTOR_EDC
         : header    ? VSECTOR_DATA
                     : *from;
  return true;
}

/* Raw sectors, or parts; returns the blocks done. */
static uint32_t send_parts(struct vdrive *d,
                           struct packet *p,
                           int32_t lba,
                           uint32_t n,
                           unsigned from,
                           unsigned end,
                           struct vsense *why) {
  uint8_t data[CHUNK * VBLOCK], raw[VSECTOR_RAW];
  uint32_t done = 0;
  while (done < n) {
    uint32_t want = n - done < CHUNK ? n - done : CHUNK;
    uint32_t got = vread_fetch(d, lba + (int32_t)done, want, data, false, why);
    for (uint32_t i = 0; i < got; i++) {
      memcpy(raw + VSECTOR_DATA, data + (size_t)i * VBLOCK, VBLOCK);
      vsector_complete(raw, lba + (int32_t)(done + i));
      memcpy(p->in + p->moved, raw + from, end - from);
      p->moved += end - from;
    }
    done += got;
    if (got < want)
      break;
  }
  return done;
}

static void read_span(struct vdrive *d,
                      struct packet *p,
                      int32_t lba,
                      uint32_t n,
                      unsigned from,
                      unsigned end) {
  struct vsense why;
  uint32_t can, fits = 0, done = 0;
  unsigned size = end - from;
  if (!vread_span(p, lba, n))
    return;
  can = vread_readable(d, lba, n, &why);
  if (p->dir == PACKET_IN && size > 0)
    fits = p->len / size < can ? (uint32_t)(p->len / size) : can;
  if (fits > 0 && from == VSECTOR_DATA && end == VSECTOR_EDC) {
    done = vread_fetch(d, lba, fits, p->in, false, &why);
    p->moved = (size_t)done * VBLOCK;
  } else if (fits > 0) {
    done = send_parts(d, p, lba, fits, from, end, &why);
  }
  vread_pace(d, done);
  if (why.key != 0)
    vrefuse_at(p, why, lba + (int32_t)(done < fits ? done : can));
}

static int32_t from_msf(const uint8_t *p) {
  return ((int32_t)p[0] * 60 + p[1]) * 75 + p[2] - 150;
}

void vcmd_read_cd(struct vtransport *t, struct packet *p) {
  int32_t lba = (int32_t)get_be32(p->cdb + 2);
  uint32_t n = get_be24(p->cdb + 6);
  unsigned from, end, type = p->cdb[1] >> 2 & 0x07;
  if (p->cdb[0] == OP_READ_CD_MSF) {
    int32_t after = from_msf(p->cdb + 6);
    lba = from_msf(p->cdb + 3);
    n = after > lba ? (uint32_t)(after - lba) : 0;
  }
  if (!vdrive_on_cd(t->drive)) { /* cannot read medium: incompatible format */
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x30, 0x02);
    return;
  }
  /* C2 pointers and sub-channels are features that the drive has not. */
  if (type > 5 || (p->cdb[9] & 0x07) || (p->cdb[10] & 0x07) ||
      !select_part(p->cdb[9], &from, &end)) {
    vrefuse_field(p);
    return;
  }
  if (n == 0)
    return;
  if (type > 2 || type == 1) /* expected: not mode 1, but all sectors are */
    vrefuse_at(p, (struct vsense){KEY_ILLEGAL_REQUEST, 0x64, 0x00}, lba);
  else
    read_span(t->drive, p, lba, n, from, end);
}
