/* structure.c: READ DISC STRUCTURE (MMC-6 6.22): what is pressed into a DVD,
   and what a drive makes of it. */
#include <string.h>

#include "../bytes.h"
#include "../mmc_names.h"
#include "commands.h"
#include "family.h"

#define DATA_START 0x030000u /* physical sector number of LBA 0 */
#define HEAD 4u              /* bytes before the structure itself */

enum { PHYSICAL = 0x00, COPYRIGHT = 0x01, ADIP = 0x11, PROTECTION = 0xC0 };
enum { LIST = 0xFF };

#define PHYSICAL_LEN (HEAD + 2048)
#define COPYRIGHT_LEN (HEAD + 4)
#define ADIP_LEN (HEAD + 256)
#define PROTECTION_LEN (HEAD + 4)

/* The layout that both share: a blank disc's has its whole data zone. */
static void describe(const struct vdrive *d, uint32_t blocks, uint8_t *p) {
  const struct vdisc_kind *k = vdisc_kind(vdrive_kind(d));
  p[0] = k->book;
  p[1] = 0x0F; /* 12 cm; no rate at least */
  p[2] = 0x02; /* one layer, to be recorded once */
  put_be32(p + 4, DATA_START);
  put_be32(p + 8, DATA_START + blocks - 1);
  memcpy(p + 19, k->maker, strlen(k->maker));
  memcpy(p + 27, k->type, strlen(k->type));
  p[30] = k->revision;
}

/* Of a disc with sessions: up to the last one's lead-out. */
static void physical(const struct vdrive *d, uint8_t *p) {
  const struct vsession *s = vmedium_closed(&d->medium);
  int32_t end = s == NULL ? d->medium.leadout_max : s->leadout;
  describe(d, (uint32_t)end, p);
}

static void nothing(const struct vdrive *d, uint8_t *p) {
  (void)d, (void)p; /* no copyright system */
}

static void adip(const struct vdrive *d, uint8_t *p) {
  describe(d, (uint32_t)d->medium.leadout_max, p);
}

static void protection(const struct vdrive *d, uint8_t *p) {
  p[0] = d->write_protected ? 0x04 : 0x00; /* of the cartridge, so to speak */
}

static const struct structure {
  uint8_t format;
  uint16_t len; /* with its head */
  void (*fill)(const struct vdrive *d, uint8_t *p);
} structures[] = {
  {PHYSICAL, PHYSICAL_LEN, physical},
  {COPYRIGHT, COPYRIGHT_LEN, nothing},
  {ADIP, ADIP_LEN, adip},
  {PROTECTION, PROTECTION_LEN, protection},
};

#define COUNT (sizeof structures / sizeof *structures)

static unsigned list(uint8_t *p) {
  for (unsigned i = 0; i < COUNT; i++, p += 4) {
    p[0] = structures[i].format;
    p[1] = 0x40; /* can be read */
    put_be16(p + 2, structures[i].len);
  }
  return HEAD + 4 * COUNT;
}

void vcmd_read_disc_structure(struct vtransport *t, struct packet *p) {
  const struct vdrive *d = t->drive;
  uint8_t r[PHYSICAL_LEN] = {0};
  unsigned len = 0, format = p->cdb[7];
  if ((p->cdb[1] & 0x0F) != 0 || p->cdb[6] != 0) { /* BD; a second layer */
    vrefuse_field(p);
    return;
  }
  if (format == LIST)
    len = list(r + HEAD);
  else if (vdrive_on_cd(d)) { /* cannot read medium: incompatible format */
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x30, 0x02);
    return;
  }
  for (unsigned i = 0; i < COUNT && len == 0; i++)
    if (structures[i].format == format) {
      structures[i].fill(d, r + HEAD);
      len = structures[i].len;
    }
  if (len == 0) {
    vrefuse_field(p);
    return;
  }
  put_be16(r, len - 2);
  vreply(p, r, len, get_be16(p->cdb + 8));
}
