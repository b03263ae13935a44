/* structure.c: READ and SEND DISC STRUCTURE (MMC-6 6.22, 6.36): what is pressed
   into a DVD or BD, and what a drive makes of it. */
#include <string.h>

#include "../bytes.h"
#include "../mmc_names.h"
#include "commands.h"
#include "family.h"
#include "record.h"
#include "structure_bd.h"

#define DATA_START 0x030000u /* physical sector number of LBA 0 */
#define HEAD 4u              /* bytes before the structure itself */

enum { PHYSICAL = 0x00, COPYRIGHT = 0x01, DDS = 0x08, MEDIUM_STATUS = 0x09 };
enum { SPARE = 0x0A, PRERECORDED = 0x0E, LEAD_IN = 0x10, ADIP = 0x11 };
enum { BOUNDARY = 0x20, PROTECTION = 0xC0, LIST = 0xFF };
enum { BD_INFORMATION = 0x00, BD_CARTRIDGE = 0x09 };

#define STRUCTURE_MAX (HEAD + 4096)
#define PHYSICAL_LEN (HEAD + 2048)
#define COPYRIGHT_LEN (HEAD + 4)
#define ADIP_LEN (HEAD + 256)
#define DDS_LEN (HEAD + 2048)
#define MEDIUM_STATUS_LEN (HEAD + 4)
#define SPARE_LEN (HEAD + 12)
#define BD_INFORMATION_LEN (HEAD + 4096)
#define BD_CARTRIDGE_LEN (HEAD + 4)
#define PRERECORDED_LEN (HEAD + 40)
#define BOUNDARY_LEN (HEAD + 8)
#define PROTECTION_LEN (HEAD + 4)

static bool minus(const struct vdrive *d) {
  return vgeometry(d->medium.kind)->borders != NULL;
}

/* The sector with which 'blocks' blocks end, of which layer 0 has 'first':
   layer 1 is counted back from where layer 0 ended, with all bits inverted. */
static uint32_t last_sector(uint32_t blocks, uint32_t first) {
  if (blocks <= first)
    return DATA_START + blocks - 1;
  return (~(DATA_START + first - 1) & 0xFFFFFF) + blocks - first - 1;
}

/* The layout that both share: a blank disc's has its whole data zone. 'first':
   blocks of layer 0 where there are two, or 0. */
static void
describe(const struct vdrive *d, uint32_t blocks, uint32_t first, uint8_t *p) {
  const struct vdisc_kind *k = vdrive_disc(d);
  p[0] = k->book;
  p[1] = 0x0F;                      /* 12 cm; no rate at least */
  p[2] = k->erasable ? 0x04 : 0x02; /* to be rewritten; once */
  put_be32(p + 4, DATA_START);
  put_be32(p + 8, last_sector(blocks, first == 0 ? blocks : first));
  if (first > 0) {
    p[2] |= 0x30; /* two layers, opposite track path */
    put_be32(p + 12, DATA_START + first - 1);
  }
  if (minus(d)) /* its maker stands beside the groove */
    return;
  memcpy(p + 19, k->maker, strlen(k->maker));
  memcpy(p + 27, k->type, strlen(k->type));
  p[30] = k->revision;
}

/* Of a disc with sessions: up to the last one's lead-out; of one with borders
   also where they are. */
static void physical(const struct vdrive *d, uint8_t *p) {
  const struct vgeometry *g = vgeometry(d->medium.kind);
  const struct vsession *s = vmedium_closed(&d->medium);
  int32_t end = s == NULL ? d->medium.leadout_max : s->leadout;
  describe(d, (uint32_t)end, vmedium_boundary(&d->medium), p);
  if (s == NULL || !s->next_allowed || g->borders == NULL)
    return;
  put_be32(p + 32, DATA_START + (uint32_t)s->leadout + g->gap);
  put_be32(p + 36,
           DATA_START + (uint32_t)vsession_next_start(&d->medium, s) -
             g->lead_in);
}

static void nothing(const struct vdrive *d, uint8_t *p) {
  (void)d, (void)p; /* no copyright system */
}

static void adip(const struct vdrive *d, uint8_t *p) {
  const struct vgeometry *g = vgeometry(d->medium.kind);
  uint32_t blocks = (uint32_t)g->end_default;
  describe(d, blocks, g->opposite ? blocks / 2 : 0, p);
}

/* Pre-recorded beside the groove: fields of eight bytes, each with its number;
   the third and fourth say who made the disc. */
static void prerecorded(const struct vdrive *d, uint8_t *p) {
  const struct vdisc_kind *k = vdrive_disc(d);
  uint8_t name[12];
  memset(name, ' ', sizeof name);
  memcpy(name, k->maker, strlen(k->maker));
  memcpy(name + 8, k->type, strlen(k->type));
  for (unsigned field = 1; field <= 5; field++)
    p[8 * (field - 1)] = (uint8_t)field;
  p[1] = 0x40; /* for unrestricted use */
  put_be24(p + 3, DATA_START + (uint32_t)d->medium.leadout_max - 1);
  memcpy(p + 17, name, 6);
  memcpy(p + 25, name + 6, 6);
}

static void protection(const struct vdrive *d, uint8_t *p) {
  p[0] = vdrive_protection(d);
}

static bool plus(const struct vdrive *d) {
  return vdrive_profile(d) == PROFILE_DVD_PLUS_R ||
         vdrive_profile(d) == PROFILE_DVD_PLUS_R_DL ||
         vdrive_profile(d) == PROFILE_DVD_PLUS_RW;
}

static bool ram(const struct vdrive *d) {
  return vdrive_profile(d) == PROFILE_DVD_RAM;
}

/* Other discs have no place to write it to. */
static void protect(struct vdrive *d, struct packet *p, const uint8_t *v) {
  if (ram(d))
    vdvd_ram_protect(d, p, v);
  else
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x30, 0x05);
}

static bool plus_dl(const struct vdrive *d) {
  return vdrive_profile(d) == PROFILE_DVD_PLUS_R_DL;
}

static void boundary(const struct vdrive *d, uint8_t *p) {
  p[0] = d->medium.format.boundary_set ? 0x80 : 0x00;
  put_be32(p + 4, vmedium_boundary(&d->medium));
}

/* Once, and before anything is recorded; in whole ECC blocks. */
static void set_boundary(struct vdrive *d, struct packet *p, const uint8_t *v) {
  const struct vgeometry *g = vgeometry(d->medium.kind);
  uint32_t blocks = get_be32(v + 4), most = (uint32_t)g->end_default / 2;
  struct vmedium before = d->medium;
  if (vdrive_protected(d)) {
    vrefuse(p, KEY_DATA_PROTECT, 0x27, 0x00);
  } else if (d->medium.format.boundary_set || !vmedium_is_blank(&d->medium)) {
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x2C, 0x00);
  } else if (blocks == 0 || blocks > most) {
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x26, 0x00);
  } else {
    vmedium_set_boundary(&d->medium, vmedium_whole_units(&d->medium, blocks));
    if (!vmedium_commit(d, &before))
      vrefuse(p, KEY_MEDIUM_ERROR, 0x0C, 0x00);
  }
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
  bool formatted; /* there is none before the disc is formatted */
} structures[] = {
  {DVD, PHYSICAL, PHYSICAL_LEN, physical, NULL, NULL, false},
  {DVD, COPYRIGHT, COPYRIGHT_LEN, nothing, NULL, NULL, false},
  {DVD, PRERECORDED, PRERECORDED_LEN, prerecorded, minus, NULL, false},
  {DVD, LEAD_IN, PHYSICAL_LEN, adip, minus, NULL, false},
  {DVD, ADIP, ADIP_LEN, adip, plus, NULL, false},
  {DVD, DDS, DDS_LEN, vdvd_ram_definition, ram, NULL, false},
  {DVD, MEDIUM_STATUS, MEDIUM_STATUS_LEN, nothing, ram, NULL, false},
  {DVD, SPARE, SPARE_LEN, vdvd_ram_spare, ram, NULL, false},
  {DVD, BOUNDARY, BOUNDARY_LEN, boundary, plus_dl, set_boundary, false},
  {DVD, PROTECTION, PROTECTION_LEN, protection, NULL, protect, false},
  {BD, BD_INFORMATION, BD_INFORMATION_LEN, vbd_information, NULL, NULL, false},
  {BD, DDS, DDS_LEN, vbd_definition, NULL, NULL, true},
  {BD, BD_CARTRIDGE, BD_CARTRIDGE_LEN, vbd_cartridge, NULL, NULL, false},
  {BD, SPARE, SPARE_LEN, vbd_spare, NULL, NULL, true},
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

static bool unformatted(const struct vdrive *d) {
  uint32_t blocks;
  return vdrive_family(d)->capacity(d, &blocks) == VCAPACITY_UNFORMATTED;
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
  } else if (s->formatted && unformatted(d)) { /* medium format corrupted */
    vrefuse(p, KEY_MEDIUM_ERROR, 0x31, 0x00);
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
