/* srm_show.c: what BD-R tell of themselves: tracks, addresses, and what is left
   of tracks and of pseudo-overwriting. Tracks are shown as incremental ones;
   what is closed looks like a reserved one that is partly written. */
#include <string.h>

#include "../bytes.h"
#include "family.h"
#include "sequence.h"
#include "srm.h"
#include "toc.h"

void vsrm_show_track(const struct vdrive *d,
                     const struct vtrack *t,
                     struct vshown *s) {
  vsequence_show_track(d, t, s);
  s->incremental = true;
  s->reserved = t->state == VTRACK_COMPLETE || t->reserved > 0;
  s->blank = t->blocks == 0;
  s->packet = vgeometry(d->medium.kind)->unit;
  if (t->damaged)
    s->size = t->blocks;
}

bool vsrm_show_invisible(struct vdrive *d, struct vshown *s) {
  if (vsequence_show_begun(d, s))
    return true;
  if (!vsequence_show_space(d, s))
    return false;
  s->packet = vgeometry(d->medium.kind)->unit;
  s->incremental = true;
  return true;
}

/* Formatted and not written yet it is not blank any more. */
void vsrm_disc_information(const struct vdrive *d, uint8_t *r) {
  const struct vmedium *m = &d->medium;
  if (m->finalised) {
    memset(r + 16, 0xFF, 8);
    return;
  }
  if (m->format.type != 0 && vmedium_is_blank(m))
    r[2] |= 0x01; /* appendable */
  put_be32(r + 20, (uint32_t)m->leadout_max);
}

/* The last block that was ever closed; where everything can be overwritten, the
   last one that there is. */
uint32_t vsrm_last_block(const struct vdrive *d) {
  const struct vmedium *m = &d->medium;
  const struct vsession *s = vmedium_closed(m);
  if (m->format.pseudo_overwrite)
    return m->format.capacity - 1;
  return s == NULL ? 0 : (uint32_t)s->leadout - 1;
}

/* What can be overwritten looks like one track, closed or not. */
void vsrm_read_toc(struct vdrive *d,
                   struct packet *p,
                   bool msf,
                   unsigned format) {
  const struct vmedium *m = &d->medium;
  if (m->format.pseudo_overwrite)
    vtoc_whole(p, msf, format, (int32_t)m->format.capacity);
  else
    vfragment_read_toc(d, p, msf, format);
}

/* {=== Resources === */

enum { TRACKS = 1, PSEUDO_OVERWRITE = 2 };

/* Blocks that are left of the last track. */
static uint32_t left(const struct vdrive *d) {
  struct vshown s;
  return vsrm_show_invisible((struct vdrive *)d, &s) ? s.free : 0;
}

unsigned vsrm_resources(const struct vdrive *d, unsigned type, uint8_t *r) {
  const struct vmedium *m = &d->medium;
  const struct vgeometry *g = vgeometry(m->kind);
  uint32_t clusters;
  if (type == TRACKS) {
    put_be16(r + 4, g->tracks);
    put_be16(r + 6, m->ntracks);
    put_be16(r + 8, vsrm_open_tracks_most());
    put_be16(r + 10, vsrm_open_tracks(m));
    return 12;
  }
  if (type != PSEUDO_OVERWRITE || !m->format.pseudo_overwrite)
    return 0;
  /* Nothing but the disc's end limits replacements, their map and its
     updates. */
  clusters = left(d) / g->unit;
  put_be32(r + 4, clusters);
  put_be32(r + 8, clusters);
  put_be32(r + 12, clusters);
  return 16;
}

/* ===} */
