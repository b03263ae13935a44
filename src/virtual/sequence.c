/* sequence.c: recording in sequence. Each unfinished track has a next writable
   address of its own. A flush of the buffer ends an ECC block but no track: it
   rests, and may go on. */
#include "sequence.h"

#include <string.h>

#include "../bytes.h"
#include "../mmc_names.h"
#include "family.h"
#include "record.h"

bool vsequence_flush(struct vdrive *d) {
  struct vrecording r = d->rec;
  struct vtrack *t = r.track;
  memset(&d->rec, 0, sizeof d->rec);
  d->filled = 0;
  if (r.test) {
    d->test_next = (int32_t)vmedium_whole_units(&d->medium, (uint32_t)r.next);
    return true;
  }
  t->damaged = true; /* unless all of this goes well */
  if (!vrecord_pad(d, t, vmedium_whole_units(&d->medium, t->blocks)))
    return false;
  t->damaged = false;
  t->at_rest = true;
  if (vdrive_store(d))
    return true;
  t->damaged = true;
  t->at_rest = false;
  return false;
}

/* The unfinished track whose next writable address this is, or NULL. */
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

uint32_t vsequence_room(const struct vdrive *d, const struct vtrack *t) {
  if (t->reserved > 0)
    return t->reserved;
  return (uint32_t)(vmedium_end(&d->medium) - t->start);
}

/* Where a recording at 'lba' would be; 'track' gets the one that goes on there,
   or NULL for a new one. */
static bool find_place(struct vdrive *d,
                       struct packet *p,
                       int32_t lba,
                       struct vrecording *r,
                       struct vtrack **track) {
  struct vtrack *t = *track = going_on_at(d, lba);
  int32_t end = vmedium_end(&d->medium);
  struct vspace space;
  r->next = lba;
  if (t != NULL) {
    r->number = t->number;
    r->session = t->session;
    r->start = t->start;
    r->limit = vsequence_room(d, t);
    r->counted = t->blocks;
    return true;
  }
  if (vmedium_space(&d->medium, &space) && space.start == lba) {
    r->number = space.number;
    r->session = space.session;
    r->start = space.start;
    r->limit = space.free;
    return true;
  }
  if (r->test && lba == d->test_next && lba < end) {
    r->start = lba;
    r->limit = (uint32_t)(end - lba);
    return true;
  }
  vrefuse_at(p,
             lba < d->medium.leadout_max ? vsense_bad_address
                                         : vsense_out_of_range,
             lba);
  return false;
}

/* The disc must know that it is being recorded, whatever comes. */
static bool begin(struct vdrive *d, struct vrecording *r, struct vtrack *t) {
  struct vspace space = {r->number, r->session, r->start, r->limit};
  struct vmedium before;
  if (r->test)
    return true;
  before = d->medium;
  if (t == NULL)
    t = vmedium_add_track(&d->medium, &space);
  t->state = VTRACK_OPEN;
  t->at_rest = false;
  r->track = t;
  return vmedium_commit(d, &before);
}

void vsequence_write(struct vdrive *d,
                     struct packet *p,
                     int32_t lba,
                     uint32_t n,
                     const struct vrecording *how) {
  struct vrecording place = *how;
  struct vtrack *t = NULL;
  const uint8_t *data;
  if (d->rec.mode != NULL && d->rec.test)
    place = d->rec;
  else if (!find_place(d, p, lba, &place, &t))
    return;
  if (!vrecord_fits(p, lba, n, &place, t != NULL && t->reserved > 0))
    return;
  /* Another track than the last WRITE's: that one comes to rest. */
  if (d->rec.mode != NULL && d->rec.track != t && !vsequence_flush(d)) {
    vrefuse_at(p, vsense_write_error, lba);
    return;
  }
  if (!vbuffer_accept(d, p, (size_t)n * VBLOCK))
    return;
  data = vparameters(p, (size_t)n * VBLOCK);
  if (p->lose && !place.test)
    vrecord_start_losing(d, lba);
  if (d->rec.mode == NULL) {
    if (!begin(d, &place, t)) {
      vrefuse_at(p, vsense_write_error, lba);
      return;
    }
    d->rec = place;
  }
  vrecord_put(d, p, data, n);
}

void vsequence_reserve(struct vdrive *d, struct packet *p, uint32_t size) {
  struct vmedium before = d->medium;
  struct vspace space;
  struct vtrack *t;
  if (!vmedium_space(&d->medium, &space)) { /* begun, or no room at all */
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x2C, 0x00);
    return;
  }
  if (size == 0 || size > space.free) {
    vrefuse(p, KEY_ILLEGAL_REQUEST, size == 0 ? 0x24 : 0x21, 0x00);
    return;
  }
  t = vmedium_add_track(&d->medium, &space);
  t->state = VTRACK_RESERVED;
  t->was_reserved = true;
  t->reserved = vmedium_whole_units(&d->medium, size);
  if (!vmedium_commit(d, &before))
    vrefuse(p, KEY_MEDIUM_ERROR, 0x0C, 0x00);
}

static bool finish_track(struct vdrive *d) {
  struct vtrack *t = vmedium_track(&d->medium, d->going_on.argument);
  if (!vbuffer_flush(d))
    return false;
  return t == NULL || vtrack_complete(d, t);
}

struct vtrack *vsequence_invisible(struct vmedium *m) {
  for (unsigned i = 0; i < m->ntracks; i++)
    if (m->tracks[i].state == VTRACK_OPEN && m->tracks[i].reserved == 0)
      return &m->tracks[i];
  return NULL;
}

/* What it takes to fill up a reserved track: zeros are written as fast as
   anything else. */
static double padding_seconds(const struct vdrive *d, const struct vtrack *t) {
  if (vgeometry(d->medium.kind)->unfilled)
    return 0;
  return vdrive_write_seconds(d, (double)t->reserved - t->blocks);
}

bool vsequence_may_close(struct vdrive *d,
                         struct packet *p,
                         bool disc,
                         uint8_t empty) {
  const struct vmedium *m = &d->medium;
  if (m->nsessions == 0 && disc) {
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x72, 0x00);
    return false;
  }
  if (!disc && vmedium_open_session(&d->medium) == NULL)
    return false;
  for (unsigned i = 0; i < m->ntracks; i++) {
    if (m->tracks[i].state == VTRACK_COMPLETE)
      continue;
    vrefuse(p,
            KEY_ILLEGAL_REQUEST,
            0x72,
            m->tracks[i].state == VTRACK_RESERVED ? empty : VINCOMPLETE_TRACK);
    return false;
  }
  return true;
}

void vsequence_close_track(struct vdrive *d,
                           struct packet *p,
                           bool immediate,
                           double seconds) {
  unsigned number = get_be16(p->cdb + 4);
  struct vlong what = {.finish = finish_track, .ascq = 0x07, .closing = true};
  bool invisible = vdrive_invisible(d, number);
  const struct vtrack *t = invisible ? vsequence_invisible(&d->medium)
                                     : vmedium_track(&d->medium, number);
  struct vspace space;
  if (t == NULL) {
    /* The invisible one, still blank: nothing is to be done. */
    if (!vmedium_next(&d->medium, &space) ||
        (!invisible && number != space.number))
      vrefuse_field(p);
    return;
  }
  if (t->state == VTRACK_COMPLETE)
    return;
  what.argument = t->number;
  vclose_begin(d,
               p,
               immediate,
               what,
               vbuffer_seconds(d) + padding_seconds(d, t) + seconds);
}
