/* sequence_show.c: what discs that are recorded in sequence tell of the place
   where they go on. */
#include "sequence.h"

#include <string.h>

#include "../bytes.h"
#include "family.h"

bool vsequence_show_space(struct vdrive *d, struct vshown *s) {
  struct vspace space;
  if (!vmedium_next(&d->medium, &space) ||
      (space.free == 0 && vquirk(d, VQUIRK_FULL_TRACK_INFO)))
    return false;
  s->number = space.number;
  s->session = space.session;
  s->blank = true;
  s->writable = space.free > 0;
  s->data_mode = 1;
  s->start = s->next = space.start;
  s->free = s->size = space.free;
  return true;
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
