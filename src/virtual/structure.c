/* structure.c: READ and SEND DISC STRUCTURE (MMC-6 6.22, 6.36): what is pressed
   into a DVD or BD, and what a drive makes of it. */
#include <string.h>

#include "../bytes.h"
#include "../mmc_names.h"
#include "commands.h"
#include "family.h"

#define DATA_START 0x030000u /* physical sector number of LBA 0 */
#define HEAD 4u              /* bytes before the structure itself */

enum { PHYSICAL = 0x00, COPYRIGHT = 0x01, ADIP = 0x11, PROTECTION = 0xC0 };
enum { DDS = 0x08, MEDIUM_STATUS = 0x09, SPARE = 0x0A, LIST = 0xFF };
enum { BD_INFORMATION = 0x00 };

#define STRUCTURE_MAX (HEAD + 4096)
#define PHYSICAL_LEN (HEAD + 2048)
#define COPYRIGHT_LEN (HEAD + 4)
#define ADIP_LEN (HEAD + 256)
#define DDS_LEN (HEAD + 2048)
#define MEDIUM_STATUS_LEN (HEAD + 4)
#define SPARE_LEN (HEAD + 12)
#define BD_INFORMATION_LEN (HEAD + 4096)
#define PROTECTION_LEN (HEAD + 4)

/* The layout that both share: a blank disc's has its whole data zone. */
static void describe(const struct vdrive *d, uint32_t blocks, uint8_t *p) {
  const struct vdisc_kind *k = vdisc_kind(vdrive_kind(d));
  p[0] = k->book;
  p[1] = 0x0F;                      /* 12 cm; no rate at least */
  p[2] = k->erasable ? 0x04 : 0x02; /* one layer, to be rewritten; once */
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
  p[0] = vdrive_protection(d);
}

static bool plus(const struct vdrive *d) {
  return vdrive_profile(d) == PROFILE_DVD_PLUS_R ||
         vdrive_profile(d) == PROFILE_DVD_PLUS_RW;
}

static bool ram(const struct vdrive *d) {
  return vdrive_profile(d) == PROFILE_DVD_RAM;
}

static bool formatted(const struct vdrive *d) {
  return d->medium.format.type != 0;
}

/* The disc definition structure: of its certification nothing is known. */
static void definition(const struct vdrive *d, uint8_t *p) {
  const struct vformat *f = &d->medium.format;
  put_be16(p, 0x0A0A);
  put_be32(p + 16, DATA_START);
  put_be32(p + 20, DATA_START + f->capacity - 1);
}

/* The primary spare area is taken first. */
static void ram_spare(const struct vdrive *d, uint8_t *p) {
  const struct vformat *f = &d->medium.format;
  uint32_t primary = vgeometry(d->medium.kind)->spare, first = f->spare_used;
  if (f->spare < primary)
    return;
  if (first > primary)
    first = primary;
  put_be32(p, primary - first);
  put_be32(p + 4, f->spare - primary - (f->spare_used - first));
  put_be32(p + 8, f->spare - primary);
}

static void bd_spare(const struct vdrive *d, uint8_t *p) {
  const struct vformat *f = &d->medium.format;
  put_be32(p + 4, f->spare - f->spare_used);
  put_be32(p + 8, f->spare);
}

/* Other discs have no place to write it to. */
static void protect(struct vdrive *d, struct packet *p, const uint8_t *v) {
  if (ram(d))
    vdvd_ram_protect(d, p, v);
  else
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x30, 0x05);
}

/* Media types of the command block. */
enum { DVD, BD };

/* A row without 'on' is of any disc of its media type. */
static const struct structure {
  uint8_t media, format;
  uint16_t len; /* with its head */
  void (*fill)(const struct vdrive *d, uint8_t *p);
  bool (*on)(const struct vdrive *d);
  /* Take what the host sends, 'len' bytes without their head. NULL: it only
     reads. */
  void (*send)(struct vdrive *d, struct packet *p, const uint8_t *v);
} structures[] = {
  {DVD, PHYSICAL, PHYSICAL_LEN, physical, NULL, NULL},
  {DVD, COPYRIGHT, COPYRIGHT_LEN, nothing, NULL, NULL},
  {DVD, ADIP, ADIP_LEN, adip, plus, NULL},
  {DVD, DDS, DDS_LEN, definition, ram, NULL},
  {DVD, MEDIUM_STATUS, MEDIUM_STATUS_LEN, nothing, ram, NULL},
  {DVD, SPARE, SPARE_LEN, ram_spare, ram, NULL},
  {DVD, PROTECTION, PROTECTION_LEN, protection, NULL, protect},
  {BD, BD_INFORMATION, BD_INFORMATION_LEN, vstructure_bd, NULL, NULL},
  {BD, SPARE, SPARE_LEN, bd_spare, formatted, NULL},
};

#define COUNT (sizeof structures / sizeof *structures)

static const struct structure *find(unsigned media, unsigned format) {
  for (unsigned i = 0; i < COUNT; i++)
    if (structures[i].media == media && structures[i].format == format)
      return &structures[i];
  return NULL;
}

/* All that the drive knows of discs of a media type. */
static unsigned list(unsigned media, uint8_t *p) {
  unsigned len = HEAD;
  for (unsigned i = 0; i < COUNT; i++) {
    const struct structure *s = &structures[i];
    if (s->media != media)
      continue;
    p[0] = s->format;
    p[1] = (uint8_t)(0x40 | (s->send != NULL ? 0x80 : 0)); /* readable; sent */
    put_be16(p + 2, s->len);
    p += 4;
    len += 4;
  }
  return len;
}

static bool on_disc(const struct vdrive *d, const struct structure *s) {
  return !vdrive_on_cd(d) && vdrive_bd(d) == (s->media == BD) &&
         (s->on == NULL || s->on(d));
}

static bool good_media(const struct vdrive *d, unsigned media) {
  return media == DVD || (media == BD && vmodel_has(d->model, PROFILE_BD_ROM));
}

void vcmd_read_disc_structure(struct vtransport *t, struct packet *p) {
  const struct vdrive *d = t->drive;
  uint8_t r[STRUCTURE_MAX] = {0};
  unsigned len, media = p->cdb[1] & 0x0F, layer = p->cdb[6];
  const struct structure *s = find(media, p->cdb[7]);
  if (!good_media(d, media) || (s == NULL && p->cdb[7] != LIST) ||
      layer >= vdisc_layers(d)) {
    vrefuse_field(p);
    return;
  }
  if (p->cdb[7] == LIST) {
    len = list(media, r + HEAD);
  } else if (!on_disc(d, s)) { /* cannot read medium: incompatible format */
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x30, 0x02);
    return;
  } else {
    s->fill(d, r + HEAD);
    len = s->len;
  }
  put_be16(r, len - 2);
  vreply(p, r, len, get_be16(p->cdb + 8));
}

void vcmd_send_disc_structure(struct vtransport *t, struct packet *p) {
  struct vdrive *d = t->drive;
  unsigned media = p->cdb[1] & 0x0F, len = get_be16(p->cdb + 8);
  const struct structure *s = find(media, p->cdb[7]);
  const uint8_t *v;
  if (!good_media(d, media) || s == NULL || s->send == NULL) {
    vrefuse_field(p);
  } else if (!on_disc(d, s) || !vdrive_can_write(d)) {
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x30, 0x05);
  } else if (len != s->len) {
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x1A, 0x00);
  } else if ((v = vparameters(p, len)) != NULL) {
    if (get_be16(v) != len - 2)
      vrefuse(p, KEY_ILLEGAL_REQUEST, 0x26, 0x00);
    else
      s->send(d, p, v + HEAD);
  }
}
