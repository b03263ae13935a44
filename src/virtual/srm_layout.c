/* srm_layout.c: how BD-R can be laid out: user data, and spare areas for
   clusters that are bad. */
#include "srm.h"

/* SL and DL as drives offer them; TL and QL as drives format them unless they
   are told, with half of that at least, and about half of the disc at most. */
static const struct vsrm_spares spares[] = {
  {12288, 4096, 200704},
  {24576, 8192, 401408},
  {49152, 24576, 811008},
  {65536, 32768, 1048576},
};

const struct vsrm_spares *vsrm_spares(const struct vmedium *m) {
  return &spares[m->kind - VKIND_BD_R];
}

uint32_t vsrm_blocks(const struct vmedium *m, uint32_t spare_clusters) {
  const struct vgeometry *g = vgeometry(m->kind);
  return (uint32_t)g->end_most - spare_clusters * g->unit;
}

bool vsrm_good_format(const struct vmedium *m) {
  const struct vformat *f = &m->format;
  const struct vsrm_spares *s = vsrm_spares(m);
  uint32_t whole = vsrm_blocks(m, 0), end = (uint32_t)m->leadout_max;
  if (f->type == 0)
    return end == whole && f->capacity == 0 && f->spare == 0 &&
           !f->pseudo_overwrite;
  return (f->type == VFORMAT(VSRM_FULL) ||
          f->type == VFORMAT(VSRM_SPARE_AREAS)) &&
         f->capacity == end && end >= vsrm_blocks(m, s->most) &&
         end <= vsrm_blocks(m, s->least) && f->spare == whole - end;
}
