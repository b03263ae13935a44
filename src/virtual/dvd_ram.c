/* dvd_ram.c: formatting DVD-RAM (MMC-6 6.5.4.2.1, 6.5.4.2.2), and its write
   protection. 4.7 GB, without a cartridge. The primary spare area is always
   there; the supplementary one is what a format leaves over, and can grow later
   at the cost of the last blocks. */
#include "../bytes.h"
#include "../mmc_names.h"
#include "family.h"
#include "record.h"

#define FORMAT_FULL 0x00
#define FORMAT_EXPAND 0x01
#define BLOCK_LENGTH 0x0800 /* what both say as their parameter */
#define QUICK_SECONDS 60.0
#define EXPAND_SECONDS 30.0

static const struct vformat_row all_rows[] = {
  {.type = FORMAT_FULL, .blocks = 2236704, .parameter = BLOCK_LENGTH},
  {.type = FORMAT_FULL, .blocks = 2295072, .parameter = BLOCK_LENGTH},
  {.type = FORMAT_EXPAND, .blocks = 2236704, .parameter = BLOCK_LENGTH},
  {.type = FORMAT_EXPAND, .blocks = 2226976, .parameter = BLOCK_LENGTH},
  {.type = FORMAT_EXPAND, .blocks = 2217248, .parameter = BLOCK_LENGTH},
};

unsigned vdvd_ram_formats(const struct vdrive *d,
                          struct vformat_row rows[VFORMATS_MAX]) {
  unsigned n = 0;
  for (unsigned i = 0; i < sizeof all_rows / sizeof *all_rows; i++)
    if (all_rows[i].type == FORMAT_FULL ||
        all_rows[i].blocks < d->medium.format.capacity)
      rows[n++] = all_rows[i];
  return n;
}

static bool finish_expansion(struct vdrive *d) {
  struct vmedium before = d->medium, *m = &d->medium;
  uint32_t capacity = d->formatting_to.capacity;
  m->format.spare += m->format.capacity - capacity;
  m->format.capacity = m->tracks[0].blocks = capacity;
  m->sessions[0].leadout = (int32_t)capacity;
  return vmedium_seal(d, &before);
}

/* The data before the new end stays. */
static void
expand(struct vdrive *d, struct packet *p, const struct vformat_request *r) {
  struct vlong what = {.finish = finish_expansion, .ascq = 0x04};
  vbuffer_flush(d);
  d->formatting_to.capacity = r->blocks;
  vlong_begin(d, p, r->immediate, what, EXPAND_SECONDS);
}

void vdvd_ram_format(struct vdrive *d,
                     struct packet *p,
                     const struct vformat_request *r) {
  struct vformat_row rows[VFORMATS_MAX];
  unsigned n = vdvd_ram_formats(d, rows);
  struct vformat layout = {.type = VFORMAT(FORMAT_FULL),
                           .capacity = r->blocks,
                           .spare = vgeometry(d->medium.kind)->spare +
                                    (uint32_t)d->medium.leadout_max -
                                    r->blocks};
  bool known = false;
  for (unsigned i = 0; i < n; i++)
    if (rows[i].type == r->type && rows[i].blocks == r->blocks)
      known = true;
  if (!known || r->subtype != 0 || r->parameter != BLOCK_LENGTH ||
      (r->type == FORMAT_EXPAND && r->uncertified))
    vformat_refuse(p);
  else if (r->type == FORMAT_EXPAND)
    expand(d, p, r);
  else
    vformat_begin(d,
                  p,
                  r,
                  &layout,
                  r->uncertified ? QUICK_SECONDS
                                 : vdrive_certify_seconds(d, r->blocks));
}

/* {=== Structures === */

#define DATA_START 0x031000u /* physical sector of LBA 0 */

/* The disc definition structure: its identifier, and where the data lies. */
void vdvd_ram_definition(const struct vdrive *d, uint8_t *p) {
  put_be16(p, 0x0A0A);
  put_be32(p + 16, DATA_START);
  put_be32(p + 20, DATA_START + d->medium.format.capacity - 1);
}

/* The primary spare area is taken first. */
void vdvd_ram_spare(const struct vdrive *d, uint8_t *p) {
  const struct vformat *f = &d->medium.format;
  uint32_t primary = vgeometry(d->medium.kind)->spare, first = f->spare_used;
  if (f->spare < primary) /* being formatted */
    return;
  if (first > primary)
    first = primary;
  put_be32(p, primary - first);
  put_be32(p + 4, f->spare - primary - (f->spare_used - first));
  put_be32(p + 8, f->spare - primary);
}

/* ===} */

/* {=== Write protection (READ and SEND DISC STRUCTURE C0h) === */

enum { UNTIL_POWER_OFF = 0x01, PERSISTENT = 0x02 };

void vdvd_ram_protect(struct vdrive *d, struct packet *p, const uint8_t *v) {
  struct vmedium before = d->medium;
  if (v[0] & ~(UNTIL_POWER_OFF | PERSISTENT)) {
    vformat_refuse(p);
    return;
  }
  if (d->write_protected || d->disc.readonly) {
    vrefuse(p, KEY_DATA_PROTECT, 0x27, 0x00);
    return;
  }
  d->medium.format.write_protected = (v[0] & PERSISTENT) != 0;
  if (before.format.write_protected != d->medium.format.write_protected &&
      !vmedium_commit(d, &before))
    vrefuse(p, KEY_MEDIUM_ERROR, 0x0C, 0x00);
  else
    d->protected_for_now = (v[0] & UNTIL_POWER_OFF) != 0;
}

uint8_t vdrive_protection(const struct vdrive *d) {
  uint8_t bits = d->write_protected ? 0x04 : 0; /* of the cartridge */
  if (d->medium.format.write_protected)
    bits |= PERSISTENT;
  if (d->protected_for_now)
    bits |= UNTIL_POWER_OFF;
  return bits;
}

/* ===} */
