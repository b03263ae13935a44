/* fragment.c: recording DVD+R: in sequence, in fragments of the open session
   (MMC-6 4.3.8, ECMA-349). Each has a next writable address of its own. A flush
   of the buffer ends an ECC block but no fragment: it rests, and may go on. */
#include <string.h>

#include "../mmc_names.h"
#include "family.h"
#include "record.h"

static const struct vsense bad_address = {KEY_ILLEGAL_REQUEST, 0x21, 0x02};
static const struct vsense out_of_range = {KEY_ILLEGAL_REQUEST, 0x21, 0x00};

static bool fragment_flush(struct vdrive *d) {
  const struct vgeometry *g = vgeometry(d->medium.kind);
  struct vtrack *t = d->rec.track;
  memset(&d->rec, 0, sizeof d->rec);
  d->filled = 0;
  t->damaged = true; /* unless all of this goes well */
  if (!vrecord_pad(d, t, (t->blocks + g->unit - 1) / g->unit * g->unit))
    return false;
  t->damaged = false;
  t->at_rest = true;
  if (vdrive_store(d))
    return true;
  t->damaged = true;
  t->at_rest = false;
  return false;
}

/* The unfinished fragment whose next writable address this is, or NULL. */
static struct vtrack *going_on_at(struct vdrive *d, int32_t lba) {
  for (unsigned i = 0; i < d->medium.ntracks; i++) {
    struct vtrack *t = &d->medium.tracks[i];
    if (t->state != VTRACK_COMPLETE && !t->damaged &&
        t->start + (int32_t)t->blocks == lba &&
        (t->reserved == 0 || t->blocks < t->reserved))
      return t;
  }
  return NULL;
}

static uint32_t room(const struct vdrive *d, const struct vtrack *t) {
  if (t->reserved > 0)
    return t->reserved;
  return (uint32_t)(d->medium.leadout_max - t->start);
}

/* Where a recording at 'lba' would be; 'track' gets the fragment that goes on
   there, or NULL for a new one. */
static bool find_place(struct vdrive *d,
                       struct packet *p,
                       int32_t lba,
                       struct vrecording *r,
                       struct vtrack **track) {
  struct vtrack *t = *track = going_on_at(d, lba);
  struct vspace space;
  memset(r, 0, sizeof *r);
  r->mode = &vwrite_mode_fragment;
  r->underrun_free = true; /* lossless linking */
  if (t != NULL) {
    r->number = t->number;
    r->session = t->session;
    r->start = t->start;
    r->next = lba;
    r->limit = room(d, t);
    r->counted = t->blocks;
    return true;
  }
  if (!vmedium_space(&d->medium, &space) || space.start != lba) {
    vrefuse_at(
      p, lba < d->medium.leadout_max ? bad_address : out_of_range, lba);
    return false;
  }
  r->number = space.number;
  r->session = space.session;
  r->start = r->next = space.start;
  r->limit = space.free;
  return true;
}

/* The disc must know that it is being recorded, whatever comes. */
static bool begin(struct vdrive *d, struct vrecording *r, struct vtrack *t) {
  struct vspace space = {r->number, r->session, r->start, r->limit};
  struct vmedium before = d->medium;
  if (t == NULL)
    t = vmedium_add_track(&d->medium, &space);
  t->state = VTRACK_OPEN;
  t->at_rest = false;
  t->control = 4;
  t->data_mode = 1;
  t->block_type = 8;
  r->track = t;
  return vmedium_commit(d, &before);
}

static void
fragment_write(struct vdrive *d, struct packet *p, int32_t lba, uint32_t n) {
  static const struct vsense write_error = {KEY_MEDIUM_ERROR, 0x0C, 0x00};
  struct vrecording place;
  const uint8_t *data;
  struct vtrack *t;
  if (!find_place(d, p, lba, &place, &t) ||
      !vrecord_fits(p, lba, n, &place, t != NULL && t->reserved > 0))
    return;
  /* Another fragment than the last WRITE's: that one comes to rest. */
  if (d->rec.mode != NULL && d->rec.track != t && !fragment_flush(d)) {
    vrefuse_at(p, write_error, lba);
    return;
  }
  if (!vbuffer_accept(d, p, (size_t)n * VBLOCK))
    return;
  data = vparameters(p, (size_t)n * VBLOCK);
  if (p->lose)
    vrecord_start_losing(d, lba);
  if (d->rec.mode == NULL) {
    if (!begin(d, &place, t)) {
      vrefuse_at(p, write_error, lba);
      return;
    }
    d->rec = place;
  }
  vrecord_put(d, p, data, n);
}

const struct vwrite_mode vwrite_mode_fragment = {
  .write = fragment_write,
  .flush = fragment_flush,
};

void vfragment_reserve(struct vdrive *d, struct packet *p, uint32_t size) {
  const struct vgeometry *g = vgeometry(d->medium.kind);
  unsigned first = 1, last = 0;
  const struct vsession *session = vmedium_open_session(&d->medium);
  struct vmedium before;
  struct vspace space;
  struct vtrack *t;
  if (d->rec.mode != NULL && !d->rec.mode->flush(d)) {
    vrefuse(p, KEY_MEDIUM_ERROR, 0x0C, 0x00);
    return;
  }
  if (session != NULL)
    vmedium_tracks_of(&d->medium, session->number, &first, &last);
  /* The last fragment of a session cannot be a reserved one. */
  if (last + 1 - first + 1 >= g->tracks_open) {
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x72, 0x05);
    return;
  }
  if (!vmedium_space(&d->medium, &space)) { /* begun, or no room at all */
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x2C, 0x00);
    return;
  }
  if (size == 0 || size > space.free) {
    vrefuse(p, KEY_ILLEGAL_REQUEST, size == 0 ? 0x24 : 0x21, 0x00);
    return;
  }
  before = d->medium;
  t = vmedium_add_track(&d->medium, &space);
  t->state = VTRACK_RESERVED;
  t->was_reserved = true;
  t->reserved = (size + g->unit - 1) / g->unit * g->unit;
  t->control = 4;
  t->data_mode = 1;
  t->block_type = 8;
  if (!vmedium_commit(d, &before))
    vrefuse(p, KEY_MEDIUM_ERROR, 0x0C, 0x00);
}
