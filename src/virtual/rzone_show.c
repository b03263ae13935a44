/* rzone_show.c: what DVD-R and DVD-RW recorded in sequence tell of themselves:
   RZones, and how much of the disc is formatted. */
#include "family.h"
#include "rzone.h"
#include "sequence.h"

/* Track modes: data, recorded uninterrupted or in increments. */
enum { UNINTERRUPTED = 4, INCREMENTS = 5 };

void vrzone_show_track(const struct vdrive *d,
                       const struct vtrack *t,
                       struct vshown *s) {
  vsequence_show_track(d, t, s);
  s->incremental = !d->medium.format.disc_at_once;
  s->control = s->incremental ? INCREMENTS : UNINTERRUPTED;
  vsequence_show_test(d, s);
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
  if (vsequence_show_begun(d, s))
    return true;
  if (m->blanking) {
    show_damaged(s);
    return true;
  }
  if (!vsequence_show_space(d, s))
    return false;
  s->incremental = true;
  s->control = INCREMENTS;
  if (vmedium_is_blank(m) &&
      (m->format.minimal || vrzone_write_type(d) == VRZONE_DISC_AT_ONCE))
    show_at_once(d, s);
  vsequence_show_test(d, s);
  return true;
}

enum vcapacity vrzone_capacity(const struct vdrive *d, uint32_t *blocks) {
  const struct vsession *s = vmedium_closed(&d->medium);
  *blocks =
    s != NULL ? (uint32_t)s->leadout : (uint32_t)vmedium_end(&d->medium);
  return s != NULL ? VCAPACITY_FORMATTED : VCAPACITY_UNFORMATTED;
}
