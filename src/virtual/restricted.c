/* restricted.c: DVD-RW for restricted overwriting (MMC-6 4.3.7, feature 002Ch):
   one border with one RZone in packets of 16 blocks, which can be overwritten
   as far as it is formatted. A quick format leaves the border open, in its
   intermediate state: recording in sequence makes the RZone longer, until
   CLOSE SESSION ends it. Formatting is restricted_format.c. */
#include <string.h>

#include "../bytes.h"
#include "../mmc_names.h"
#include "family.h"
#include "record.h"

#define CLOSE_BORDER_SECONDS 20.0

enum { CLOSE_BORDER = 2 };

static bool intermediate(const struct vmedium *m) {
  return !m->sessions[0].closed;
}

/* {=== Recording === */

const struct vwrite_mode *vrestricted_mode(const struct vdrive *d) {
  (void)d;
  return &vwrite_mode_restricted;
}

static bool fits(struct vdrive *d, struct packet *p, int32_t lba, uint32_t n) {
  const struct vmedium *m = &d->medium;
  const struct vtrack *t = &m->tracks[0];
  uint32_t unit = vgeometry(m->kind)->unit;
  uint32_t end = intermediate(m) ? (uint32_t)vmedium_end(m) : t->blocks;
  if (lba < 0 || (uint32_t)lba >= end || n > end - (uint32_t)lba)
    vrefuse_at(p, vsense_out_of_range, lba);
  else if ((uint32_t)lba > t->blocks ||
           (t->damaged && (uint32_t)lba + n > t->blocks))
    vrefuse_at(p, vsense_bad_address, lba);
  else if ((uint32_t)lba % unit != 0 || n % unit != 0)
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x64, 0x01); /* invalid packet size */
  else
    return vrecord_brought(p, n, VBLOCK);
  return false;
}

/* A block that cannot be recorded ends it there, and the rest stays as it was.
 */
static bool overwrite(struct vdrive *d,
                      struct packet *p,
                      int32_t lba,
                      const uint8_t *data,
                      uint32_t n) {
  struct vsense why = vsense_write_error;
  bool bad = p->has_defect && p->defect >= lba &&
             p->defect < lba + (int32_t)n && vrecord_defect(d, p, &why);
  if (d->rec.mode == NULL) {
    d->rec.mode = &vwrite_mode_restricted;
    d->rec.underrun_free = true;
  }
  if (bad)
    n = (uint32_t)(p->defect - lba);
  if (vrecord_over(d, lba, data, n) && !bad)
    return true;
  vrefuse_at(p, why, bad ? p->defect : lba);
  return false;
}

/* The RZone grows, and the disc must know that, whatever comes. */
static bool begin_growing(struct vdrive *d) {
  struct vmedium before = d->medium;
  struct vtrack *t = &d->medium.tracks[0];
  t->at_rest = false;
  if (!vmedium_commit(d, &before))
    return false;
  d->rec = (struct vrecording){.mode = &vwrite_mode_restricted,
                               .track = t,
                               .underrun_free = true,
                               .number = 1,
                               .session = 1,
                               .next = (int32_t)t->blocks,
                               .limit = (uint32_t)vmedium_end(&d->medium),
                               .counted = t->blocks};
  return true;
}

static void
restricted_write(struct vdrive *d, struct packet *p, int32_t lba, uint32_t n) {
  const struct vtrack *t = &d->medium.tracks[0];
  uint32_t within = 0;
  const uint8_t *data;
  if (!fits(d, p, lba, n) || !vbuffer_accept(d, p, (size_t)n * VBLOCK))
    return;
  data = vparameters(p, (size_t)n * VBLOCK);
  vrecord_lose_over(d, p, lba);
  if ((uint32_t)lba < t->blocks)
    within = t->blocks - (uint32_t)lba < n ? t->blocks - (uint32_t)lba : n;
  if (within > 0 && !overwrite(d, p, lba, data, within))
    return;
  if (within == n)
    return;
  if (d->rec.track == NULL && !begin_growing(d)) {
    vrefuse_at(p, vsense_write_error, lba);
    return;
  }
  vrecord_put(d, p, data + (size_t)within * VBLOCK, n - within);
}

/* What was overwritten is there already. */
static bool restricted_flush(struct vdrive *d) {
  struct vtrack *t = d->rec.track;
  memset(&d->rec, 0, sizeof d->rec);
  d->filled = 0;
  if (t == NULL)
    return true;
  t->at_rest = true;
  if (vdrive_store(d))
    return true;
  t->at_rest = false;
  t->damaged = true;
  return false;
}

const struct vwrite_mode vwrite_mode_restricted = {
  .write = restricted_write,
  .flush = restricted_flush,
  .rests = true,
};

/* ===} */

/* {=== CLOSE SESSION === */

/* A border broken off ends with its last whole packet, filled up. */
static bool finish_border(struct vdrive *d) {
  struct vtrack *t = &d->medium.tracks[0];
  uint32_t least = t->blocks == 0 ? 1 : t->blocks;
  struct vmedium before;
  if (!vbuffer_flush(d))
    return false;
  if (!vrecord_pad(d, t, vmedium_whole_units(&d->medium, least)))
    return false;
  before = d->medium;
  vrestricted_lay_out(&d->medium, d->medium.format.type, t->blocks, false);
  return vmedium_seal(d, &before);
}

void vrestricted_close(struct vdrive *d,
                       struct packet *p,
                       unsigned function,
                       bool immediate) {
  struct vlong what = {.finish = finish_border, .ascq = 0x07, .closing = true};
  if (function != CLOSE_BORDER)
    vrefuse_field(p);
  else if (intermediate(&d->medium))
    vclose_begin(
      d, p, immediate, what, vbuffer_seconds(d) + CLOSE_BORDER_SECONDS);
}

/* ===} */

/* {=== What it tells === */

void vrestricted_show_track(const struct vdrive *d,
                            const struct vtrack *t,
                            struct vshown *s) {
  uint32_t most = (uint32_t)vmedium_end(&d->medium);
  s->number = t->number;
  s->session = t->session;
  s->damaged = t->damaged;
  s->incremental = s->fixed = true;
  s->packet = vgeometry(d->medium.kind)->unit;
  s->control = 5; /* data, recorded in increments */
  s->data_mode = t->data_mode;
  s->size = t->blocks;
  s->recorded = t->blocks > 0;
  s->last = (int32_t)t->blocks - 1;
  if (!intermediate(&d->medium))
    return;
  s->size = most;
  if (!t->damaged && t->blocks < most) {
    s->writable = true;
    s->next = (int32_t)t->blocks;
    s->free = most - t->blocks;
  }
}

/* There is no other RZone than the one. */
bool vrestricted_show_invisible(struct vdrive *d, struct vshown *s) {
  (void)d;
  memset(s, 0, sizeof *s);
  return false;
}

void vrestricted_disc_information(const struct vdrive *d, uint8_t *r) {
  enum { APPENDABLE = 1, COMPLETE = 2 };
  enum { INCOMPLETE = 1, DAMAGED = 2, SESSION_COMPLETE = 3 };
  const struct vmedium *m = &d->medium;
  unsigned disc = COMPLETE, session = SESSION_COMPLETE;
  if (intermediate(m)) {
    disc = APPENDABLE;
    session = vmedium_damaged(m) ? DAMAGED : INCOMPLETE;
  }
  r[2] = (uint8_t)((r[2] & 0x10) | session << 2 | disc);
  r[4] = r[5] = r[6] = 1;
  memset(r + 16, 0, 4);
  put_be32(r + 20, (uint32_t)m->leadout_max);
}

enum vcapacity vrestricted_capacity(const struct vdrive *d, uint32_t *blocks) {
  if (intermediate(&d->medium)) {
    *blocks = (uint32_t)vmedium_end(&d->medium);
    return VCAPACITY_NONE;
  }
  *blocks = d->medium.tracks[0].blocks;
  return VCAPACITY_FORMATTED;
}

/* ===} */
