/* fragment_show.c: what DVD+R tell of themselves: tracks, addresses, the table
   of contents that drives make up for them. */
#include "family.h"
#include "sequence.h"
#include "toc.h"

void vfragment_show_track(const struct vdrive *d,
                          const struct vtrack *t,
                          struct vshown *s) {
  const struct vgeometry *g = vgeometry(d->medium.kind);
  vsequence_show_track(d, t, s);
  /* Reserved is told of complete ones too: only the invisible one is not. */
  s->reserved = t->state == VTRACK_COMPLETE || t->was_reserved;
  s->recorded = false;
  s->packet = g->unit;
  s->compatible = s->reserved ? 0 : g->compatible;
  if (t->damaged)
    s->size = t->blocks;
}

bool vfragment_show_invisible(struct vdrive *d, struct vshown *s) {
  if (vsequence_show_begun(d, s))
    return true;
  if (!vsequence_show_space(d, s))
    return false;
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
