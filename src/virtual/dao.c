/* dao.c: disc-at-once recording of DVD-R and DVD-RW: one RZone, whose size is
   reserved before; lead-in and lead-out come with it, and the disc is complete.
   A reservation is the drive's until something is written. */
#include <string.h>

#include "../mmc_names.h"
#include "family.h"
#include "record.h"
#include "rzone.h"

void vdao_reserve(struct vdrive *d, struct packet *p, uint32_t size) {
  if (!vmedium_is_blank(&d->medium) || d->medium.blanking)
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x64, 0x00);
  else if (d->rec.mode != NULL)
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x2C, 0x00);
  else if (d->dao_size > 0)
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x72, 0x05);
  else if (size == 0)
    vrefuse_field(p);
  else if (size > (uint32_t)d->medium.leadout_max)
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x21, 0x00);
  else
    d->dao_size = vmedium_whole_units(&d->medium, size);
}

static bool
find_place(struct vdrive *d, struct packet *p, struct vrecording *r) {
  if (!vmedium_is_blank(&d->medium)) {
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x64, 0x00);
    return false;
  }
  if (d->dao_size == 0) { /* RESERVE TRACK comes first */
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x2C, 0x00);
    return false;
  }
  *r = (struct vrecording){.mode = &vwrite_mode_dao,
                           .test = vdrive_tests(d),
                           .underrun_free = vdrive_underrun_free(d),
                           .number = 1,
                           .session = 1,
                           .limit = d->dao_size};
  return true;
}

static bool begin(struct vdrive *d, struct vrecording *r) {
  struct vspace space = {r->number, r->session, r->start, r->limit};
  struct vmedium before;
  struct vtrack *t;
  if (r->test)
    return true;
  before = d->medium;
  t = vmedium_add_track(&d->medium, &space);
  t->state = VTRACK_OPEN;
  t->was_reserved = true;
  t->reserved = r->limit;
  d->medium.format.disc_at_once = true;
  r->track = t;
  return vmedium_commit(d, &before);
}

static void
dao_write(struct vdrive *d, struct packet *p, int32_t lba, uint32_t n) {
  struct vrecording place = d->rec;
  const uint8_t *data;
  if (d->rec.mode == NULL && !find_place(d, p, &place))
    return;
  if (!vrecord_fits(p, lba, n, &place, false) ||
      !vbuffer_accept(d, p, (size_t)n * VBLOCK))
    return;
  data = vparameters(p, (size_t)n * VBLOCK);
  if (p->lose && !place.test)
    vrecord_start_losing(d, lba);
  if (d->rec.mode == NULL) {
    if (!begin(d, &place)) {
      vrefuse_at(p, vsense_write_error, lba);
      return;
    }
    d->rec = place;
  }
  vrecord_put(d, p, data, n);
}

/* What is missing is filled up with zeros, then the disc is closed. */
static bool dao_flush(struct vdrive *d) {
  struct vrecording r = d->rec;
  struct vmedium before;
  memset(&d->rec, 0, sizeof d->rec);
  d->filled = 0;
  d->dao_size = 0;
  if (r.test)
    return true;
  r.track->damaged = true; /* unless all of this goes well */
  if (!vrecord_pad(d, r.track, r.track->reserved))
    return false;
  before = d->medium;
  r.track->damaged = false;
  r.track->state = VTRACK_COMPLETE;
  vmedium_close_session(&d->medium, 0, false);
  return vmedium_seal(d, &before);
}

static double dao_flush_seconds(const struct vdrive *d) {
  return vrzone_finalise_seconds(d, (int32_t)d->rec.limit);
}

const struct vwrite_mode vwrite_mode_dao = {
  .write_type = VRZONE_DISC_AT_ONCE,
  .block_types = 1 << 8,
  .write = dao_write,
  .flush = dao_flush,
  .flush_seconds = dao_flush_seconds,
};
