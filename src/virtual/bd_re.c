/* bd_re.c: formatting BD-RE (MMC-6 6.5.4.2.15, 6.5.4.2.16): with spare areas of
   a size that the host may choose, or without any. */
#include "../mmc_names.h"
#include "family.h"
#include "record.h"

#define FORMAT_DEFAULT 0x00
#define FORMAT_SPARES 0x30
#define FORMAT_NO_SPARES 0x31
#define BLOCK_LENGTH 0x0800
#define QUICK_SECONDS 60.0
#define QUICK_CERTIFICATION_SECONDS 300.0

/* Subtypes of 30h and 31h. */
enum { PLAIN = 0, FULL_CERTIFICATION = 2, QUICK_CERTIFICATION = 3 };

/* Spare areas in clusters: for each layer an inner one of 4096, on three layers
   of 8192, and an outer one of a size to be chosen. */
static const struct spares {
  uint8_t kind;
  uint32_t least, usual, most;
} sizes[] = {
  {VKIND_BD_RE, 0x1000, 0x3000, 0x5000},
  {VKIND_BD_RE_DL, 0x2000, 0x6000, 0xA000},
  {VKIND_BD_RE_TL, 0x6000, 0xC000, 0x14000},
};

static const struct spares *spares(const struct vdrive *d) {
  unsigned i = 0;
  while (sizes[i].kind != d->medium.kind)
    i++;
  return &sizes[i];
}

static uint32_t without(const struct vdrive *d, uint32_t clusters) {
  return (uint32_t)d->medium.leadout_max -
         clusters * vgeometry(d->medium.kind)->unit;
}

unsigned vbd_re_formats(const struct vdrive *d,
                        struct vformat_row rows[VFORMATS_MAX]) {
  const struct spares *s = spares(d);
  const struct vformat_row offers[] = {
    {FORMAT_DEFAULT, 0, without(d, s->usual), s->usual},
    {FORMAT_SPARES, 0, without(d, s->usual), s->usual},
    {FORMAT_SPARES, 0, without(d, s->most), s->most},
    {FORMAT_SPARES, 0, without(d, s->least), s->least},
    {FORMAT_NO_SPARES, 0, without(d, 0), BLOCK_LENGTH},
  };
  unsigned n = sizeof offers / sizeof *offers;
  for (unsigned i = 0; i < n; i++)
    rows[i] = offers[i];
  return n;
}

/* Any size in whole clusters between the least and the most; the parameter is
   that of a size that is offered, or says nothing. */
static bool good(const struct vdrive *d, const struct vformat_request *r) {
  const struct spares *s = spares(d);
  uint32_t unit = vgeometry(d->medium.kind)->unit;
  uint32_t clusters = ((uint32_t)d->medium.leadout_max - r->blocks) / unit;
  if (r->blocks > (uint32_t)d->medium.leadout_max || r->blocks % unit != 0)
    return false;
  if (r->type == FORMAT_DEFAULT)
    return clusters == s->usual && r->subtype == 0 &&
           (r->parameter == s->usual || r->parameter == BLOCK_LENGTH ||
            r->parameter == 0);
  if (r->subtype == 1)
    return false;
  if (r->type == FORMAT_NO_SPARES)
    return clusters == 0 && (r->parameter == BLOCK_LENGTH || r->parameter == 0);
  return clusters >= s->least && clusters <= s->most &&
         (r->parameter == 0 || r->parameter == clusters);
}

static double seconds(const struct vdrive *d, const struct vformat_request *r) {
  if (r->subtype == PLAIN)
    return QUICK_SECONDS;
  if (r->subtype == QUICK_CERTIFICATION)
    return QUICK_CERTIFICATION_SECONDS;
  return vdrive_certify_seconds(d, r->blocks);
}

void vbd_re_format(struct vdrive *d,
                   struct packet *p,
                   const struct vformat_request *r) {
  struct vformat layout = {.type = (uint8_t)VFORMAT(r->type),
                           .capacity = r->blocks,
                           .spare =
                             (uint32_t)d->medium.leadout_max - r->blocks};
  if (good(d, r))
    vformat_begin(d, p, r, &layout, seconds(d, r));
  else
    vformat_refuse(p);
}
