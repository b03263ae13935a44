/* read_cd.c: READ CD and READ CD MSF: any parts of raw sectors (MMC-6 6.19).
   Of data sectors what the host sent is kept; the rest is made when asked for.
   Of audio there is nothing but its samples. */
#include <string.h>

#include "../bytes.h"
#include "../mmc_names.h"
#include "commands.h"
#include "family.h"
#include "mode_2.h"
#include "program.h"
#include "read.h"
#include "sector.h"
#include "subchannel.h"

#define CHUNK 16u       /* blocks read at once */
#define OFFSET (30 * 4) /* bytes of samples, of the quirk "read-offset" */

/* Expected sector types. */
enum { ANY, CD_DA, MODE_1, MODE_2, MODE_2_FORM_1, MODE_2_FORM_2 };

/* Bits of the flag byte. */
enum { SYNC = 0x80, SUBHEADER = 0x40, HEADER = 0x20, USER = 0x10, EDC = 0x08 };

struct part {
  unsigned from, end;
};

/* Which part of a raw sector of mode 1 the flags select. It has no subheader.
   What is selected must hang together. */
static bool select_part(uint8_t flags, struct part *part) {
  bool sync = flags & SYNC, header = flags & HEADER, user = flags & USER;
  if ((flags & EDC) && !user)
    return false;
  if (sync && !header)
    return false;
  part->from = sync ? 0 : header ? 12 : VSECTOR_DATA;
  part->end = flags & EDC ? VSECTOR_RAW
              : user      ? VSECTOR_EDC
              : header    ? VSECTOR_DATA
                          : part->from;
  return true;
}

/* The same of mode 2, whose subheader is between header and data. The EDC of
   form 2 counts as data. */
static bool select_part_xa(uint8_t flags, bool form_2, struct part *part) {
  unsigned end = form_2 ? VSECTOR_RAW : VSECTOR_XA_EDC;
  const struct {
    uint8_t flag;
    unsigned from, end;
  } fields[] = {
    {SYNC, 0, 12},
    {HEADER, 12, 16},
    {SUBHEADER, 16, VSECTOR_XA_DATA},
    {USER, VSECTOR_XA_DATA, end},
    {EDC, end, VSECTOR_RAW},
  };
  part->from = part->end = 0;
  if (((flags & EDC) && !(flags & USER)) ||
      ((flags & SYNC) && !(flags & HEADER)))
    return false;
  for (unsigned i = 0; i < sizeof fields / sizeof *fields; i++) {
    if (!(flags & fields[i].flag))
      continue;
    if (part->end != 0 && part->end != fields[i].from)
      return false;
    if (part->end == 0)
      part->from = fields[i].from;
    part->end = fields[i].end;
  }
  return true;
}

/* The same of mode 2 with subheaders. */
static uint32_t send_mixed(struct vdrive *d,
                           uint8_t *out,
                           int32_t lba,
                           uint32_t n,
                           const struct part *part,
                           struct vsense *why) {
  uint8_t raw[VSECTOR_RAW];
  uint32_t done = 0;
  while (done < n && vmode_2_fetch(d, lba + (int32_t)done, 1, raw, why) == 1) {
    memcpy(out, raw + part->from, part->end - part->from);
    out += part->end - part->from;
    done++;
  }
  return done;
}

/* Raw data sectors, or parts; returns the blocks done. */
static uint32_t send_parts(struct vdrive *d,
                           uint8_t *out,
                           int32_t lba,
                           uint32_t n,
                           const struct vtrack *t,
                           const struct part *part,
                           struct vsense *why) {
  uint8_t data[CHUNK * VBLOCK], raw[VSECTOR_RAW];
  bool xa = t->data_mode == 2;
  uint32_t done = 0;
  while (done < n) {
    uint32_t want = n - done < CHUNK ? n - done : CHUNK;
    uint32_t got = vread_fetch(d, lba + (int32_t)done, want, data, false, why);
    for (uint32_t i = 0; i < got; i++) {
      memcpy(raw + (xa ? VSECTOR_XA_DATA : VSECTOR_DATA),
             data + (size_t)i * VBLOCK,
             VBLOCK);
      if (xa)
        vsector_complete_xa(raw, lba + (int32_t)(done + i), t->subheader);
      else
        vsector_complete(raw, lba + (int32_t)(done + i));
      memcpy(out, raw + part->from, part->end - part->from);
      out += part->end - part->from;
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
  unsigned type;                       /* expected sector type; 0: any */
  struct part part[MODE_2_FORM_2 + 1]; /* by the type of a data sector */
  bool good[MODE_2_FORM_2 + 1];        /* it hangs together */
  bool audio;                          /* the samples */
  unsigned sub;                        /* sub-channel selection */
};

/* What is at a block, and of those that follow. */
struct found {
  struct vplace place;
  unsigned type; /* of data sectors */
};

static void
look(struct vdrive *d, int32_t lba, uint32_t n, struct found *found) {
  struct vplace *place = &found->place;
  bool form_2 = false;
  vplace_at(&d->medium, lba, place);
  if (place->left > n)
    place->left = n;
  found->type = MODE_1;
  if (place->main != VMAIN_DATA || place->track->data_mode != 2)
    return;
  if (vtrack_is_mixed(place->track))
    place->left = vmode_2_alike(d, lba, place->left, &form_2);
  found->type = form_2 ? MODE_2_FORM_2 : MODE_2_FORM_1;
}

/* Is there what is wished for? */
static struct vsense check(const struct found *found, const struct wish *w) {
  static const struct vsense good = {0, 0, 0};
  static const struct vsense illegal_mode = {KEY_ILLEGAL_REQUEST, 0x64, 0x00};
  static const struct vsense invalid_field = {KEY_ILLEGAL_REQUEST, 0x24, 0x00};
  switch (found->place.main) {
    case VMAIN_NEVER:
      return vsense_out_of_range;
    case VMAIN_LINK:
      return illegal_mode;
    case VMAIN_DATA:
      if (w->type != ANY && w->type != found->type)
        return illegal_mode;
      return w->good[found->type] ? good : invalid_field;
    default:
      return w->type == ANY || w->type == CD_DA ? good : illegal_mode;
  }
}

/* The samples of one block; silence where there is no audio. */
static bool
samples(struct vdrive *d, int32_t lba, uint8_t *out, struct vsense *why) {
  struct vplace place;
  vplace_at(&d->medium, lba, &place);
  if (place.main == VMAIN_AUDIO)
    return vread_fetch_raw(d, lba, 1, out, why) == 1;
  memset(out, 0, VBLOCK_RAW);
  return true;
}

/* A drive that begins a little too early, always by as much. */
static uint32_t send_shifted(
  struct vdrive *d, uint8_t *out, int32_t lba, uint32_t n, struct vsense *why) {
  uint8_t two[2 * VBLOCK_RAW];
  for (uint32_t i = 0; i < n; i++, lba++, out += VBLOCK_RAW) {
    if (!samples(d, lba - 1, two, why) ||
        !samples(d, lba, two + VBLOCK_RAW, why))
      return i;
    memcpy(out, two + VBLOCK_RAW - OFFSET, VBLOCK_RAW);
  }
  return n;
}

/* Blocks that are alike, as many as the host has room for; how many. */
static uint32_t send(struct vdrive *d,
                     uint8_t *out,
                     int32_t lba,
                     uint32_t n,
                     const struct found *found,
                     const struct wish *w,
                     struct vsense *why) {
  const struct vplace *place = &found->place;
  const struct part *part = &w->part[found->type];
  if (place->main != VMAIN_DATA && vquirk(d, VQUIRK_READ_OFFSET))
    return send_shifted(d, out, lba, n, why);
  if (place->main == VMAIN_AUDIO)
    return vread_fetch_raw(d, lba, n, out, why);
  if (place->main == VMAIN_SILENCE) {
    memset(out, 0, (size_t)n * VSECTOR_RAW);
    return n;
  }
  if (part->end - part->from == VBLOCK) /* the data alone */
    return vread_fetch(d, lba, n, out, false, why);
  return vtrack_is_mixed(place->track)
           ? send_mixed(d, out, lba, n, part, why)
           : send_parts(d, out, lba, n, place->track, part, why);
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
                              const struct found *found,
                              const struct wish *w,
                              struct vsense *why) {
  uint32_t done = 0;
  while (done < n) {
    uint8_t q[VQ_LEN];
    if (size > 0 && send(d, out, lba, 1, found, w, why) != 1)
      break;
    out += size;
    vsubchannel_q(&d->medium, found->place.track, lba, q);
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
    struct found found;
    uint32_t run, fits = 0, size, whole, got;
    look(d, at, n - done, &found);
    why = check(&found, w);
    if (why.key != 0)
      break;
    run = found.place.left;
    size = found.place.main == VMAIN_DATA
             ? w->part[found.type].end - w->part[found.type].from
           : w->audio ? VSECTOR_RAW
                      : 0;
    whole = size + sub_size(w);
    if (whole > 0)
      fits = room / whole < run ? (uint32_t)(room / whole) : run;
    if (fits > 0) {
      uint8_t *out = p->in + p->moved;
      got = w->sub == NO_SUBCHANNEL
              ? send(d, out, at, fits, &found, w, &why)
              : send_with_sub(d, out, at, fits, size, &found, w, &why);
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
  w.good[MODE_1] = select_part(p->cdb[9], &w.part[MODE_1]);
  for (unsigned type = MODE_2_FORM_1; type <= MODE_2_FORM_2; type++)
    w.good[type] =
      select_part_xa(p->cdb[9], type == MODE_2_FORM_2, &w.part[type]);
  /* C2 pointers and corrected R to W are features that the drive has not. */
  if (w.type > MODE_2_FORM_2 || (p->cdb[9] & 0x07) || w.sub > Q_SUBCHANNEL ||
      !w.good[w.type >= MODE_2_FORM_1 ? w.type : MODE_1]) {
    vrefuse_field(p);
    return;
  }
  w.audio = (p->cdb[9] & USER) != 0;
  if (n > 0 && vread_span(p, lba, n))
    read_span(t->drive, p, lba, n, &w);
}
