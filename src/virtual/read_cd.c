/* read_cd.c: READ CD and READ CD MSF: any parts of raw sectors (MMC-6 6.19).
   A data sector is kept as its 2048 bytes; the rest is made when asked for. Of
   audio there is nothing but its samples. */
#include <string.h>

#include "../bytes.h"
#include "../mmc_names.h"
#include "commands.h"
#include "family.h"
#include "program.h"
#include "read.h"
#include "sector.h"
#include "subchannel.h"

#define CHUNK 16u /* blocks read at once */

/* Expected sector types. */
enum { ANY, CD_DA, MODE_1, MODE_2, MODE_2_FORM_1, MODE_2_FORM_2 };

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

/* Raw data sectors, or parts; returns the blocks done. */
static uint32_t send_parts(struct vdrive *d,
                           uint8_t *out,
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
      memcpy(out, raw + from, end - from);
      out += end - from;
    }
    done += got;
    if (got < want)
      break;
  }
  return done;
}

/* Sub-channel selections. */
enum { NO_SUBCHANNEL, RAW_SUBCHANNEL, Q_SUBCHANNEL };

/* What a READ CD asks for. */
struct wish {
  unsigned type;      /* expected sector type; 0: any */
  unsigned from, end; /* part of a data sector */
  bool audio;         /* the samples */
  unsigned sub;       /* sub-channel selection */
};

/* Is there what is wished for at a block? */
static struct vsense check(const struct vplace *place, const struct wish *w) {
  static const struct vsense good = {0, 0, 0};
  static const struct vsense out_of_range = {KEY_ILLEGAL_REQUEST, 0x21, 0x00};
  static const struct vsense illegal_mode = {KEY_ILLEGAL_REQUEST, 0x64, 0x00};
  switch (place->main) {
    case VMAIN_NEVER:
      return out_of_range;
    case VMAIN_LINK:
      return illegal_mode;
    case VMAIN_DATA:
      return w->type == ANY || w->type == MODE_1 ? good : illegal_mode;
    default:
      return w->type == ANY || w->type == CD_DA ? good : illegal_mode;
  }
}

/* Blocks that are alike, as many as the host has room for; how many. */
static uint32_t send(struct vdrive *d,
                     uint8_t *out,
                     int32_t lba,
                     uint32_t n,
                     enum vmain main,
                     const struct wish *w,
                     struct vsense *why) {
  if (main == VMAIN_AUDIO)
    return vread_fetch_audio(d, lba, n, out, why);
  if (main == VMAIN_SILENCE) {
    memset(out, 0, (size_t)n * VSECTOR_RAW);
    return n;
  }
  if (w->from == VSECTOR_DATA && w->end == VSECTOR_EDC)
    return vread_fetch(d, lba, n, out, false, why);
  return send_parts(d, out, lba, n, w->from, w->end, why);
}

static unsigned sub_size(const struct wish *w) {
  return w->sub == RAW_SUBCHANNEL ? VBLOCK_SUBCHANNEL
         : w->sub == Q_SUBCHANNEL ? VQ_LEN
                                  : 0;
}

/* The same with each block's sub-channel behind it. */
static uint32_t send_with_sub(struct vdrive *d,
                              uint8_t *out,
                              int32_t lba,
                              uint32_t n,
                              uint32_t size,
                              const struct vplace *place,
                              const struct wish *w,
                              struct vsense *why) {
  uint32_t done = 0;
  while (done < n) {
    uint8_t q[VQ_LEN];
    if (size > 0 && send(d, out, lba, 1, place->main, w, why) != 1)
      break;
    out += size;
    vsubchannel_q(&d->medium, place->track, lba, q);
    if (w->sub == Q_SUBCHANNEL)
      memcpy(out, q, VQ_LEN);
    else
      vsubchannel_raw(q, out);
    out += sub_size(w);
    lba++;
    done++;
  }
  return done;
}

/* Up to the first block that is not what was wished for, or cannot be read. */
static void read_span(struct vdrive *d,
                      struct packet *p,
                      int32_t lba,
                      uint32_t n,
                      const struct wish *w) {
  uint32_t done = 0, sent = 0;
  struct vsense why = {0, 0, 0};
  size_t room = p->dir == PACKET_IN ? p->len : 0;
  while (done < n && why.key == 0) {
    int32_t at = lba + (int32_t)done;
    struct vplace place;
    uint32_t run, fits = 0, size, whole, got;
    vplace_at(&d->medium, at, &place);
    why = check(&place, w);
    if (why.key != 0)
      break;
    run = place.left < n - done ? place.left : n - done;
    size = place.main == VMAIN_DATA ? w->end - w->from
           : w->audio               ? VSECTOR_RAW
                                    : 0;
    whole = size + sub_size(w);
    if (whole > 0)
      fits = room / whole < run ? (uint32_t)(room / whole) : run;
    if (fits > 0) {
      uint8_t *out = p->in + p->moved;
      got = w->sub == NO_SUBCHANNEL
              ? send(d, out, at, fits, place.main, w, &why)
              : send_with_sub(d, out, at, fits, size, &place, w, &why);
      p->moved += (size_t)got * whole;
      room -= (size_t)got * whole;
      sent += got;
      if (got < fits)
        run = got;
      if (got > 0)
        d->position = at + (int32_t)got - 1;
    }
    if (whole > 0 && fits < run)
      room = 0;
    done += run;
  }
  vread_pace(d, sent);
  if (why.key != 0)
    vrefuse_at(p, why, lba + (int32_t)done);
}

static int32_t from_msf(const uint8_t *p) {
  return ((int32_t)p[0] * 60 + p[1]) * 75 + p[2] - 150;
}

void vcmd_read_cd(struct vtransport *t, struct packet *p) {
  int32_t lba = (int32_t)get_be32(p->cdb + 2);
  uint32_t n = get_be24(p->cdb + 6);
  struct wish w = {.type = p->cdb[1] >> 2 & 0x07};
  if (p->cdb[0] == OP_READ_CD_MSF) {
    int32_t after = from_msf(p->cdb + 6);
    lba = from_msf(p->cdb + 3);
    n = after > lba ? (uint32_t)(after - lba) : 0;
  }
  if (!vdrive_on_cd(t->drive)) { /* cannot read medium: incompatible format */
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x30, 0x02);
    return;
  }
  w.sub = p->cdb[10] & 0x07;
  /* C2 pointers and corrected R to W are features that the drive has not. */
  if (w.type > MODE_2_FORM_2 || (p->cdb[9] & 0x07) || w.sub > Q_SUBCHANNEL ||
      !select_part(p->cdb[9], &w.from, &w.end)) {
    vrefuse_field(p);
    return;
  }
  w.audio = (p->cdb[9] & USER) != 0;
  if (n > 0 && vread_span(p, lba, n))
    read_span(t->drive, p, lba, n, &w);
}
