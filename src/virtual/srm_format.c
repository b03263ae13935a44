/* srm_format.c: formatting a blank BD-R (MMC-6 6.5.4.2): spare areas, and
   whether what is recorded may be recorded again. Once, before anything is
   recorded; a WRITE to a disc that is not formatted leaves no spare areas. */
#include "../mmc_names.h"
#include "family.h"
#include "record.h"
#include "srm.h"

#define FORMAT_SECONDS 60.0

enum { PSEUDO_OVERWRITE, SEQUENTIAL, RANDOM };

/* Of a disc that nothing was done to. */
static bool virgin(const struct vmedium *m) {
  return m->format.type == 0 && vmedium_is_blank(m);
}

enum vcapacity vsrm_capacity(const struct vdrive *d, uint32_t *n) {
  *n = (uint32_t)d->medium.leadout_max;
  return virgin(&d->medium) ? VCAPACITY_UNFORMATTED : VCAPACITY_FORMATTED;
}

unsigned vsrm_formats(const struct vdrive *d,
                      struct vformat_row rows[VFORMATS_MAX]) {
  const struct vmedium *m = &d->medium;
  const struct vsrm_spares *s = vsrm_spares(m);
  if (!virgin(m))
    return 0;
  rows[0] =
    (struct vformat_row){VSRM_FULL, 0, vsrm_blocks(m, s->usual), s->usual};
  rows[1] =
    (struct vformat_row){VSRM_SPARE_AREAS, 0, vsrm_blocks(m, s->usual), 0};
  rows[2] =
    (struct vformat_row){VSRM_SPARE_AREAS, 0, vsrm_blocks(m, s->most), 0};
  rows[3] =
    (struct vformat_row){VSRM_SPARE_AREAS, 0, vsrm_blocks(m, s->least), 0};
  return 4;
}

static bool finish(struct vdrive *d) {
  struct vmedium before = d->medium;
  const struct vgeometry *g = vgeometry(d->medium.kind);
  struct vformat *f = &d->medium.format;
  *f = d->formatting_to;
  f->spare = (uint32_t)g->end_most - f->capacity;
  d->medium.leadout_max = (int32_t)f->capacity;
  return vmedium_seal(d, &before);
}

void vsrm_format(struct vdrive *d,
                 struct packet *p,
                 const struct vformat_request *r) {
  const struct vmedium *m = &d->medium;
  const struct vsrm_spares *s = vsrm_spares(m);
  struct vlong what = {.finish = finish, .ascq = 0x04};
  uint32_t n = r->type == VSRM_FULL ? vsrm_blocks(m, s->usual) : r->blocks;
  /* Of format type 32h the size counts, of type 00h it does not. */
  if (r->subtype >= RANDOM || n % vgeometry(m->kind)->unit != 0 ||
      n < vsrm_blocks(m, s->most) || n > vsrm_blocks(m, s->least) ||
      (r->type == VSRM_SPARE_AREAS && r->parameter != 0)) {
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x26, 0x00);
    return;
  }
  d->formatting_to =
    (struct vformat){.type = VFORMAT(r->type),
                     .pseudo_overwrite = r->subtype == PSEUDO_OVERWRITE,
                     .capacity = n};
  vlong_begin(d, p, r->immediate, what, FORMAT_SECONDS);
}
