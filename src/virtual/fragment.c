/* fragment.c: recording DVD+R: in sequence, in fragments of the open session
   (MMC-6 4.3.8, ECMA-349). */
#include "../mmc_names.h"
#include "family.h"
#include "sequence.h"

static void
fragment_write(struct vdrive *d, struct packet *p, int32_t lba, uint32_t n) {
  static const struct vrecording how = {
    .mode = &vwrite_mode_fragment, .underrun_free = true, /* lossless linking */
  };
  vsequence_write(d, p, lba, n, &how);
}

const struct vwrite_mode vwrite_mode_fragment = {
  .write = fragment_write,
  .flush = vsequence_flush,
  .rests = true,
};

void vfragment_reserve(struct vdrive *d, struct packet *p, uint32_t size) {
  const struct vgeometry *g = vgeometry(d->medium.kind);
  unsigned first = 1, last = 0;
  const struct vsession *session = vmedium_open_session(&d->medium);
  if (!vbuffer_flush(d)) {
    vrefuse(p, KEY_MEDIUM_ERROR, 0x0C, 0x00);
    return;
  }
  if (session != NULL)
    vmedium_tracks_of(&d->medium, session->number, &first, &last);
  /* The last fragment of a session cannot be a reserved one. */
  if (last + 1 - first + 1 >= g->tracks_open)
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x72, 0x05);
  else
    vsequence_reserve(d, p, size);
}
