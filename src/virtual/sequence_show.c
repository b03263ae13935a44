/* sequence_show.c: what discs that are recorded in sequence tell of their
   tracks, and of the place where they go on. */
#include "sequence.h"

#include <string.h>

#include "../bytes.h"
#include "family.h"

void vsequence_show_track(const struct vdrive *d,
                          const struct vtrack *t,
                          struct vshown *s) {
  bool complete = t->state == VTRACK_COMPLETE;
  uint32_t room = vsequence_room(d, t);
  s->number = t->number;
  s->session = t->session;
  s->damaged = t->damaged;
  s->reserved = !complete && t->reserved > 0;
  s->blank = t->state == VTRACK_RESERVED;
  s->control = t->control;
  s->data_mode = t->data_mode;
  s->start = t->start;
  s->size = complete ? vtrack_extent(&d->medium, t) : room;
  s->recorded = t->blocks > 0;
  s->last = t->start + (int32_t)t->blocks - 1;
  if (!complete && !t->damaged && t->blocks < room) {
    s->writable = true;
    s->next = t->start + (int32_t)t->blocks;
    s->free = room - t->blocks;
  }
}

bool vsequence_show_begun(struct vdrive *d, struct vshown *s) {
  const struct vtrack *begun = vsequence_invisible(&d->medium);
  memset(s, 0, sizeof *s);
  if (begun != NULL)
    vdrive_family(d)->show_track(d, begun, s);
  return begun != NULL;
}

void vsequence_show_test(const struct vdrive *d, struct vshown *s) {
  const struct vrecording *r = &d->rec;
  if (r->mode == NULL || !r->test || r->number != s->number || !s->writable)
    return;
  s->free -= (uint32_t)(r->next - s->next);
  s->next = r->next;
}

bool vsequence_show_place(const struct vdrive *d,
                          const struct vspace *space,
                          struct vshown *s) {
  if (space->free == 0 && vquirk(d, VQUIRK_FULL_TRACK_INFO))
    return false;
  s->number = space->number;
  s->session = space->session;
  s->blank = true;
  s->writable = space->free > 0;
  s->control = 4;
  s->data_mode = 1;
  s->start = s->next = space->start;
  s->free = s->size = space->free;
  return true;
}

bool vsequence_show_space(const struct vdrive *d, struct vshown *s) {
  struct vspace space;
  return vmedium_next(&d->medium, &space) && vsequence_show_place(d, &space, s);
}

void vsequence_disc_addresses(const struct vdrive *d, uint8_t *r) {
  const struct vmedium *m = &d->medium;
  const struct vsession *before = vmedium_closed(m);
  int32_t begin = 0;
  memset(r + 16, 0xFF, 8);
  if (m->finalised)
    return;
  if (before != NULL)
    begin =
      vsession_next_start(m, before) - (int32_t)vgeometry(m->kind)->lead_in;
  put_be32(r + 16, (uint32_t)begin);
  put_be32(r + 20, (uint32_t)m->leadout_max);
}
