/* structure_bd.c: what READ DISC STRUCTURE tells of BDs (MMC-6 6.22.3.3): their
   spare areas; disc information, one unit of 112 bytes for each layer. */
#include <string.h>

#include "../bytes.h"
#include "family.h"

#define UNIT 112u
#define FIRST_ADDRESS 0x00100000u /* physical sector of LBA 0 */

static void unit(const struct vdrive *d, unsigned layer, uint8_t *p) {
  const struct vdisc_kind *k = vdrive_disc(d);
  unsigned layers = vdisc_layers(d);
  uint32_t blocks = (uint32_t)d->medium.leadout_max / layers;
  memcpy(p, "DI", 2);
  p[2] = 1; /* its format */
  p[3] = (uint8_t)layers;
  p[5] = (uint8_t)layer;
  p[6] = UNIT;
  memcpy(p + 8, k->erasable ? "BDW" : "BDR", 3);
  p[11] = 0x01; /* 12 cm, class 0, version 1 */
  p[12] = (uint8_t)(layers << 4 | (k->erasable ? 0x04 : 0x02));
  p[13] = 0x11; /* 25 GB of 0.16 micrometres and half of that */
  put_be32(p + 24, FIRST_ADDRESS);
  put_be32(p + 28, FIRST_ADDRESS + blocks - 1);
  memcpy(p + 100, k->maker, strlen(k->maker));
  memcpy(p + 106, k->type, strlen(k->type));
  p[111] = k->revision;
}

void vstructure_bd(const struct vdrive *d, uint8_t *p) {
  for (unsigned layer = 0; layer < vdisc_layers(d); layer++)
    unit(d, layer, p + layer * UNIT);
}

void vstructure_bd_spare(const struct vdrive *d, uint8_t *p) {
  const struct vformat *f = &d->medium.format;
  put_be32(p + 4, f->spare - f->spare_used);
  put_be32(p + 8, f->spare);
}
