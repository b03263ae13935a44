/* rzone_medium.c: what the description of a DVD-R or DVD-RW may say of its
   format (struct vformat): numbers from a file, hostile until they were
   checked. */
#include "medium.h"

static bool nothing_set(const struct vformat *f) {
  return f->type == 0 && f->capacity == 0 && f->spare == 0 &&
         f->layer_boundary == 0 && f->recorded == 0;
}

/* Disc-at-once makes one session with one track. */
bool vrzone_good_format(const struct vmedium *m) {
  const struct vformat *f = &m->format;
  return nothing_set(f) && !f->minimal &&
         (!f->disc_at_once || (m->nsessions == 1 && m->ntracks == 1));
}

/* Recorded in sequence, or formatted to be overwritten: then one RZone is all
   there is, in a border that is closed or not. */
bool vrestricted_good_format(const struct vmedium *m) {
  const struct vformat *f = &m->format;
  const struct vtrack *t = &m->tracks[0];
  if (f->type == 0)
    return nothing_set(f) && (!f->disc_at_once || m->ntracks <= 1) &&
           (!f->minimal || m->nsessions == 0 || f->disc_at_once);
  return !f->minimal && !f->disc_at_once && m->nsessions == 1 &&
         m->ntracks == 1 && !m->finalised && t->start == 0 &&
         t->reserved == 0 && (int32_t)t->blocks <= vmedium_end(m) &&
         (!m->sessions[0].closed ||
          (t->blocks > 0 && t->state == VTRACK_COMPLETE &&
           m->sessions[0].leadout == (int32_t)t->blocks));
}
