/* structure_bd.c: what READ DISC STRUCTURE tells of BDs (MMC-6 6.22.3.3): disc
   information as it is in the groove, the definition that a format leaves, the
   cartridge, and the spare areas. */
#include "structure_bd.h"

#include <string.h>

#include "../bytes.h"
#include "family.h"

#define DATA_START 0x100000u /* physical sector number of LBA 0 */
#define LAYER 0x1000000u     /* sector numbers of a layer */
#define INNER 4096u          /* clusters of an inner spare area */

/* {=== Disc information === */

#define UNIT_LEN 112u

/* Layers are recorded there and back: every second one from the outside. */
static uint32_t first_sector(unsigned layer, uint32_t blocks) {
  uint32_t start = layer % 2 == 0 ? DATA_START : LAYER - DATA_START - blocks;
  return layer * LAYER + start;
}

/* One unit for each layer. Addresses count pairs of half a cluster: 8 sectors
   are 1. */
void vbd_information(const struct vdrive *d, uint8_t *p) {
  const struct vdisc_kind *k = vdrive_disc(d);
  unsigned layers = vdisc_layers(d);
  uint32_t blocks = (uint32_t)vgeometry(d->medium.kind)->end_most / layers;
  for (unsigned i = 0; i < layers; i++, p += UNIT_LEN) {
    uint32_t first = first_sector(i, blocks);
    memcpy(p, "DI", 2);
    p[2] = 0x01; /* format */
    p[3] = (uint8_t)layers;
    p[4] = (uint8_t)i;
    p[5] = (uint8_t)i;
    p[6] = UNIT_LEN;
    memcpy(p + 8, k->erasable ? "BDW" : "BDR", 3);
    p[11] = k->revision; /* 12 cm, class 0, version */
    p[12] = (uint8_t)(layers << 4 | (k->erasable ? 4 : 2));
    put_be32(p + 24, first / 8);
    put_be32(p + 28, (first + blocks) / 8 - 1);
    memcpy(p + 100, k->maker, strlen(k->maker));
    memcpy(p + 106, k->type, strlen(k->type));
    p[111] = k->revision;
  }
}

/* ===} */

/* Where user data lies, and how large the spare areas are: an inner one for
   each layer, and the same outer one for each. */
void vbd_definition(const struct vdrive *d, uint8_t *p) {
  const struct vmedium *m = &d->medium;
  unsigned layers = vdisc_layers(d);
  uint32_t unit = vgeometry(m->kind)->unit;
  uint32_t clusters = m->format.spare / unit / layers;
  uint32_t inner = clusters < INNER ? clusters : INNER;
  uint32_t capacity =
    m->format.capacity > 0 ? m->format.capacity : (uint32_t)m->leadout_max;
  memcpy(p, "DS", 2);
  put_be32(p + 4, 1); /* updates */
  put_be32(p + 32, DATA_START + inner * unit);
  put_be32(p + 36, capacity - 1);
  put_be32(p + 40, inner);
  put_be32(p + 44, clusters - inner);
  put_be32(p + 48, layers > 1 ? inner : 0);
  if (m->format.spare == m->format.spare_used)
    p[52] = 0xFF; /* all spare areas are full */
}

void vbd_cartridge(const struct vdrive *d, uint8_t *p) {
  p[0] = d->write_protected ? 0x04 : 0x00; /* none, so to speak */
}

void vbd_spare(const struct vdrive *d, uint8_t *p) {
  const struct vformat *f = &d->medium.format;
  put_be32(p + 4, f->spare - f->spare_used);
  put_be32(p + 8, f->spare);
}
