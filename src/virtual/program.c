/* program.c: what lies where on a CD. A track recorded track-at-once has a
   pregap before it and two blocks of run-out after it, which the drive makes:
   an audio player reads on through them (silence), data sectors they are not.
   One recorded with its session has the pregap that the host sent. */
#include "program.h"

#include <stddef.h>

static bool within(
  struct vplace *p, enum vmain main, int32_t lba, int32_t from, int32_t to) {
  if (lba < from || lba >= to)
    return false;
  p->main = main;
  p->left = (uint32_t)(to - lba);
  return true;
}

void vplace_at(const struct vmedium *m, int32_t lba, struct vplace *p) {
  p->main = VMAIN_NEVER;
  p->track = NULL;
  p->left = 1;
  for (unsigned i = 0; i < m->ntracks; i++) {
    const struct vtrack *t = &m->tracks[i];
    bool audio = vtrack_is_audio(t);
    enum vmain track = audio ? VMAIN_AUDIO : VMAIN_DATA;
    enum vmain between = audio ? VMAIN_SILENCE : VMAIN_LINK;
    uint32_t pregap = vtrack_pregap(m, t);
    int32_t end = t->start + (int32_t)t->blocks;
    if (t->state == VTRACK_RESERVED || t->blocks == 0)
      continue;
    if (within(p,
               t->at_once ? track : between,
               lba,
               t->start - (int32_t)pregap,
               t->start) ||
        within(p, track, lba, t->start, end) ||
        within(p, between, lba, end, end + (int32_t)t->runout)) {
      p->track = t;
      return;
    }
  }
}
