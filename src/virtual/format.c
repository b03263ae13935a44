/* format.c: FORMAT UNIT and READ FORMAT CAPACITIES (MMC-6 6.5, 6.24): the
   parameter list taken apart and checked; what a disc can be formatted to, and
   what formatting does, is its family's. */
#include <string.h>

#include "../bytes.h"
#include "../mmc_names.h"
#include "commands.h"
#include "family.h"
#include "record.h"

/* {=== READ FORMAT CAPACITIES === */

/* Without a disc: the largest that the drive writes. */
static uint32_t largest(const struct vdrive *d) {
  uint32_t most = 0;
  for (unsigned i = 1; i < VKIND_COUNT; i++) {
    const struct vdisc_kind *k = vdisc_kind((enum vkind)i);
    const struct vgeometry *g = vgeometry(i);
    if (k != NULL && vmodel_has(d->model, k->profile) &&
        (uint32_t)g->end_most - g->runout > most)
      most = (uint32_t)g->end_most - g->runout;
  }
  return most;
}

/* Of discs that are recorded in sequence. */
enum vcapacity vformat_sequential(const struct vdrive *d, uint32_t *blocks) {
  const struct vsession *s = vmedium_closed(&d->medium);
  if (s != NULL) {
    *blocks = (uint32_t)s->leadout;
    return VCAPACITY_FORMATTED;
  }
  *blocks = (uint32_t)d->medium.leadout_max - vgeometry(d->medium.kind)->runout;
  return VCAPACITY_UNFORMATTED;
}

void vcmd_read_format_capacities(struct vtransport *t, struct packet *p) {
  const struct vdrive *d = t->drive;
  const struct vfamily *family = vdrive_family(d);
  struct vformat_row rows[VFORMATS_MAX];
  uint8_t r[12 + 8 * VFORMATS_MAX] = {0};
  enum vcapacity type = VCAPACITY_NONE;
  uint32_t blocks = largest(d);
  unsigned n = 0;
  if (vdrive_profile(d) != PROFILE_NONE) {
    type = family->capacity(d, &blocks);
    if (family->formats != NULL && vdrive_can_write(d))
      n = family->formats(d, rows);
  }
  r[3] = (uint8_t)(8 + 8 * n);
  put_be32(r + 4, blocks);
  r[8] = (uint8_t)type;
  put_be24(r + 9, VBLOCK);
  for (unsigned i = 0; i < n; i++) {
    uint8_t *v = r + 12 + 8 * (size_t)i;
    put_be32(v, rows[i].blocks);
    v[4] = (uint8_t)(rows[i].type << 2 | rows[i].subtype);
    put_be24(v + 5, rows[i].parameter);
  }
  vreply(p, r, 12 + 8 * (size_t)n, get_be16(p->cdb + 7));
}

/* ===} */

/* {=== FORMAT UNIT === */

/* Bits of the list's header; without FOV all but IMMED must be zero. */
enum { FOV = 0x80, DCRT = 0x20, IMMED = 0x02, OPTIONS = 0x7D };

void vformat_refuse(struct packet *p) {
  vrefuse(p, KEY_ILLEGAL_REQUEST, 0x26, 0x00);
}

/* Is a format of this type offered for the disc as it is now? */
static bool offered(const struct vdrive *d, unsigned type) {
  struct vformat_row rows[VFORMATS_MAX];
  unsigned n = vdrive_family(d)->formats(d, rows);
  for (unsigned i = 0; i < n; i++)
    if (rows[i].type == type)
      return true;
  return false;
}

static bool parse(const uint8_t *list, struct vformat_request *r) {
  memset(r, 0, sizeof *r);
  if (get_be16(list + 2) != 8 || list[0] != 0)
    return false;
  if (!(list[1] & FOV) && (list[1] & OPTIONS))
    return false;
  /* No initialization pattern, no vendor's bits, no STPF: nothing is there
     that it could stop (MMC-6 6.5.3). */
  if (list[1] & OPTIONS & ~DCRT & ~0x40)
    return false;
  r->immediate = (list[1] & IMMED) != 0;
  r->uncertified = (list[1] & DCRT) != 0;
  r->blocks = get_be32(list + 4);
  r->type = list[8] >> 2;
  r->subtype = list[8] & 0x03;
  r->parameter = get_be24(list + 9);
  return true;
}

/* What is done when the time is over; the layout waits in 'formatting_to'. */
static bool finish_format(struct vdrive *d) {
  const struct vformat to = d->formatting_to;
  struct vmedium *m = &d->medium, before = *m;
  /* The data goes while the disc is still described as being formatted. */
  if (!d->lost.on &&
      (!vdisc_wipe(&d->disc) || !vdisc_zero(&d->disc, 0, to.capacity)))
    return false;
  vmedium_lay_out(m, to.type, to.capacity, to.spare);
  m->format.background = to.background;
  if (!vmedium_seal(d, &before))
    return false;
  d->formatting = to.background;
  d->formatting_since = vdrive_now(d);
  return true;
}

void vformat_begin_with(struct vdrive *d,
                        struct packet *p,
                        const struct vformat_request *r,
                        const struct vformat *layout,
                        double seconds,
                        bool (*finish)(struct vdrive *d)) {
  struct vlong what = {.finish = finish, .ascq = 0x04};
  struct vmedium before = d->medium;
  vdrive_break_off(d);
  d->formatting = false;
  vmedium_unformat(&d->medium);
  if (!vdrive_store(d)) {
    d->medium = before;
    vrefuse(p, KEY_MEDIUM_ERROR, 0x31, 0x01); /* format command failed */
    return;
  }
  d->formatting_to = *layout;
  vlong_begin(d, p, r->immediate, what, seconds);
}

void vformat_begin(struct vdrive *d,
                   struct packet *p,
                   const struct vformat_request *r,
                   const struct vformat *layout,
                   double seconds) {
  vformat_begin_with(d, p, r, layout, seconds, finish_format);
}

void vcmd_format_unit(struct vtransport *t, struct packet *p) {
  struct vdrive *d = t->drive;
  const struct vfamily *family = vdrive_family(d);
  struct vformat_row rows[VFORMATS_MAX];
  struct vformat_request r;
  const uint8_t *list;
  /* FmtData and format code 1; no format by a defect list of the host's; a
     complete list (CmpList) may replace the known defects: there is none. */
  if ((p->cdb[1] & 0xF7) != 0x11) {
    vrefuse_field(p);
    return;
  }
  if (family->format == NULL || !vdrive_can_write(d) ||
      family->formats(d, rows) == 0) {
    /* cannot format medium: incompatible medium */
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x30, 0x06);
    return;
  }
  list = vparameters(p, 12);
  if (list == NULL)
    return;
  if (!parse(list, &r) || !offered(d, r.type))
    vformat_refuse(p);
  else
    family->format(d, p, &r);
}

/* ===} */
