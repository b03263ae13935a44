/* rzone_show.c: what DVD-R and DVD-RW recorded in sequence tell of themselves:
   RZones, addresses, the table of contents that drives make up for them. */
#include <string.h>

#include "../bytes.h"
#include "../mmc_names.h"
#include "family.h"
#include "rzone.h"
#include "sequence.h"
#include "toc.h"

/* Track modes: data, recorded uninterrupted or in increments. */
enum { UNINTERRUPTED = 4, INCREMENTS = 5 };

/* A test write moves on, and leaves no trace when it is over. */
static void show_test(const struct vdrive *d, struct vshown *s) {
  const struct vrecording *r = &d->rec;
  if (r->mode == NULL || !r->test || r->number != s->number || !s->writable)
    return;
  s->free -= (uint32_t)(r->next - s->next);
  s->next = r->next;
}

void vrzone_show_track(const struct vdrive *d,
                       const struct vtrack *t,
                       struct vshown *s) {
  bool complete = t->state == VTRACK_COMPLETE;
  uint32_t whole = t->reserved > 0
                     ? t->reserved
                     : (uint32_t)(vmedium_end(&d->medium) - t->start);
  s->number = t->number;
  s->session = t->session;
  s->damaged = t->damaged;
  s->reserved = !complete && t->reserved > 0;
  s->blank = t->state == VTRACK_RESERVED;
  s->incremental = !d->medium.format.disc_at_once;
  s->control = s->incremental ? INCREMENTS : UNINTERRUPTED;
  s->data_mode = t->data_mode;
  s->start = t->start;
  s->size = complete ? t->blocks : whole;
  s->recorded = t->blocks > 0;
  s->last = t->start + (int32_t)t->blocks - 1;
  if (!complete && !t->damaged && t->blocks < whole) {
    s->writable = true;
    s->next = t->start + (int32_t)t->blocks;
    s->free = whole - t->blocks;
  }
  show_test(d, s);
}

/* All of the disc, as mode page 05h would have it recorded. */
static void show_at_once(const struct vdrive *d, struct vshown *s) {
  s->incremental = false;
  s->control = UNINTERRUPTED;
  s->free = s->size = (uint32_t)d->medium.leadout_max;
  if (d->dao_size > 0) {
    s->reserved = true;
    s->free = s->size = d->dao_size;
  }
}

static void show_damaged(struct vshown *s) {
  s->number = s->session = 1;
  s->damaged = true;
  s->control = INCREMENTS;
  s->data_mode = 0x0F;
}

bool vrzone_show_invisible(struct vdrive *d, struct vshown *s) {
  const struct vmedium *m = &d->medium;
  const struct vtrack *begun = vsequence_invisible(&d->medium);
  memset(s, 0, sizeof *s);
  if (m->blanking) {
    show_damaged(s);
    return true;
  }
  if (begun != NULL) {
    vrzone_show_track(d, begun, s);
    return true;
  }
  if (!vsequence_show_space(d, s))
    return false;
  s->incremental = true;
  s->control = INCREMENTS;
  if (vmedium_is_blank(m) &&
      (m->format.minimal || vrzone_write_type(d) == VRZONE_DISC_AT_ONCE))
    show_at_once(d, s);
  show_test(d, s);
  return true;
}

enum vcapacity vrzone_capacity(const struct vdrive *d, uint32_t *blocks) {
  const struct vsession *s = vmedium_closed(&d->medium);
  *blocks =
    s != NULL ? (uint32_t)s->leadout : (uint32_t)vmedium_end(&d->medium);
  return s != NULL ? VCAPACITY_FORMATTED : VCAPACITY_UNFORMATTED;
}
