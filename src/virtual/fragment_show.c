/* fragment_show.c: what DVD+R tell of themselves: tracks, addresses, the table
   of contents that drives make up for them. */
#include <string.h>

#include "../bytes.h"
#include "../mmc_names.h"
#include "family.h"
#include "sequence.h"
#include "toc.h"

void vfragment_show_track(const struct vdrive *d,
                          const struct vtrack *t,
                          struct vshown *s) {
  bool complete = t->state == VTRACK_COMPLETE;
  uint32_t whole = t->reserved > 0
                     ? t->reserved
                     : (uint32_t)(d->medium.leadout_max - t->start);
  s->number = t->number;
  s->session = t->session;
  s->damaged = t->damaged;
  /* Reserved is told of complete ones too: only the invisible one is not. */
  s->reserved = complete || t->was_reserved;
  s->blank = t->state == VTRACK_RESERVED;
  s->control = t->control;
  s->data_mode = t->data_mode;
  s->packet = vgeometry(d->medium.kind)->unit;
  s->start = t->start;
  s->size = complete || t->damaged ? t->blocks : whole;
  s->compatible = s->reserved ? 0 : vgeometry(d->medium.kind)->compatible;
  if (!complete && !t->damaged && t->blocks < whole) {
    s->writable = true;
    s->next = t->start + (int32_t)t->blocks;
    s->free = whole - t->blocks;
  }
}

bool vfragment_show_invisible(struct vdrive *d, struct vshown *s) {
  const struct vtrack *begun = vsequence_invisible(&d->medium);
  memset(s, 0, sizeof *s);
  if (begun != NULL) {
    vfragment_show_track(d, begun, s);
    return true;
  }
  if (!vsequence_show_space(d, s))
    return false;
  s->control = 4;
  s->packet = vgeometry(d->medium.kind)->unit;
  s->compatible = vgeometry(d->medium.kind)->compatible;
  return true;
}

void vfragment_read_toc(struct vdrive *d,
                        struct packet *p,
                        bool msf,
                        unsigned format) {
  if (format == 0)
    vtoc_tracks(d, p, msf);
  else if (format == 1)
    vtoc_sessions(d, p, msf);
  else
    vrefuse_field(p);
}
