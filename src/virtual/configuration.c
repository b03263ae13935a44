/* configuration.c: GET CONFIGURATION: the features of what this drive really
   does, each current or not by the medium in it (MMC-6 5.3). */
#include <string.h>

#include "../bytes.h"
#include "../mmc_names.h"
#include "commands.h"
#include "family.h"

enum { PERSISTENT = 2, CURRENT = 1 };

struct feature_row {
  uint16_t code;
  uint8_t version;
  bool persistent;                         /* current whatever the medium */
  bool (*exists)(const struct vdrive *d);  /* NULL: always */
  bool (*current)(const struct vdrive *d); /* of one that is not persistent */
  /* Fill in the data, at most 32 bytes; returns the length. NULL: none. */
  unsigned (*data)(const struct vdrive *d, uint8_t *p);
};

static bool has_medium(const struct vdrive *d) {
  return vdrive_profile(d) != PROFILE_NONE;
}

static bool cd(const struct vdrive *d) {
  return vdrive_on_cd(d);
}

static bool writable_cd(const struct vdrive *d) {
  return cd(d) && vdrive_can_write(d);
}

static bool reads_dvds(const struct vdrive *d) {
  return vmodel_has(d->model, PROFILE_DVD_ROM);
}

static bool bd(const struct vdrive *d) {
  return vdrive_bd(d);
}

static bool dvd(const struct vdrive *d) {
  return has_medium(d) && !cd(d) && !bd(d);
}

static bool writes_plus_r(const struct vdrive *d) {
  return vmodel_has(d->model, PROFILE_DVD_PLUS_R);
}

static bool plus_r_disc(const struct vdrive *d) {
  return vdrive_profile(d) == PROFILE_DVD_PLUS_R;
}

static bool writes_plus_r_dl(const struct vdrive *d) {
  return vmodel_has(d->model, PROFILE_DVD_PLUS_R_DL);
}

static bool plus_r_dl_disc(const struct vdrive *d) {
  return vdrive_profile(d) == PROFILE_DVD_PLUS_R_DL;
}

static bool readable(const struct vdrive *d) {
  return has_medium(d) && !vmedium_is_blank(&d->medium);
}

static bool rewritable(const struct vdrive *d) {
  return vdrive_profile(d) == PROFILE_CD_RW;
}

static unsigned profiles(const struct vdrive *d, uint8_t *p) {
  const uint16_t *all = d->model->profiles;
  unsigned len = 0;
  for (unsigned i = 0; all[i] != 0; i++, len += 4) {
    put_be16(p + len, all[i]);
    p[len + 2] = vdrive_profile(d) == all[i];
  }
  return len;
}

static unsigned core(const struct vdrive *d, uint8_t *p) {
  (void)d;
  put_be32(p, 2); /* ATAPI */
  p[4] = 0x03;    /* INQ2, DBE: class "device busy" of GET EVENT STATUS */
  return 8;
}

static unsigned morphing(const struct vdrive *d, uint8_t *p) {
  (void)d;
  p[0] = 0; /* GET EVENT STATUS only when polled */
  return 4;
}

static unsigned removable(const struct vdrive *d, uint8_t *p) {
  p[0] = 0x29; /* a tray that can be ejected and locked */
  if (!vquirk(d, VQUIRK_NO_LOAD))
    p[0] |= 0x10;
  return 4;
}

static unsigned random_readable(const struct vdrive *d, uint8_t *p) {
  put_be32(p, VBLOCK);
  put_be16(p + 4, has_medium(d) ? vgeometry(d->medium.kind)->unit : 1);
  p[6] = 1; /* page 01h is there */
  return 8;
}

/* Can the disc be formatted, as it is now? */
static bool formattable_disc(const struct vdrive *d) {
  struct vformat_row rows[VFORMATS_MAX];
  const struct vfamily *family = vdrive_family(d);
  return has_medium(d) && vdrive_can_write(d) && family->formats != NULL &&
         family->formats(d, rows) > 0;
}

/* Of the disc; without one, all that the drive could do. */
static unsigned formattable(const struct vdrive *d, uint8_t *p) {
  for (unsigned i = 1; i < VKIND_COUNT; i++) {
    const struct vdisc_kind *k = vdisc_kind((enum vkind)i);
    if (k == NULL || !vmodel_has(d->model, k->profile) ||
        (formattable_disc(d) && k->kind != vdrive_kind(d)))
      continue;
    p[0] |= k->formattable[0];
    p[4] |= k->formattable[1];
  }
  return 8;
}

static unsigned cd_read(const struct vdrive *d, uint8_t *p) {
  (void)d;
  p[0] = 0; /* no C2 pointers, no CD-TEXT */
  return 4;
}

static unsigned dvd_read(const struct vdrive *d, uint8_t *p) {
  (void)d;
  p[0] = 0x01; /* as DVD Multi reads them */
  return 4;
}

static bool writes_plus_rw(const struct vdrive *d) {
  return vmodel_has(d->model, PROFILE_DVD_PLUS_RW);
}

static bool plus_rw_disc(const struct vdrive *d) {
  return vdrive_profile(d) == PROFILE_DVD_PLUS_RW;
}

/* Any block at any time: once it is formatted. */
static bool overwrites(const struct vdrive *d) {
  for (unsigned i = 1; i < VKIND_COUNT; i++)
    if (vgeometry(i) != NULL && vgeometry(i)->overwrite &&
        vmodel_has(d->model, vdisc_kind((enum vkind)i)->profile))
      return true;
  return false;
}

static bool overwritable(const struct vdrive *d) {
  return has_medium(d) && vdrive_can_write(d) &&
         vgeometry(d->medium.kind)->overwrite && d->medium.ntracks > 0;
}

static bool writes_ram(const struct vdrive *d) {
  return vmodel_has(d->model, PROFILE_DVD_RAM);
}

static bool ram_disc(const struct vdrive *d) {
  return vdrive_profile(d) == PROFILE_DVD_RAM;
}

static unsigned write_protect(const struct vdrive *d, uint8_t *p) {
  (void)d;
  p[0] = 0x03; /* until power off (SSWPP); persistent (SPWP) */
  return 4;
}

/* Of the disc; without one, of what the drive writes. */
static bool manages(const struct vdrive *d) {
  for (unsigned i = 1; i < VKIND_COUNT; i++) {
    const struct vdisc_kind *k = vdisc_kind((enum vkind)i);
    if (k != NULL && k->manages_defects && vmodel_has(d->model, k->profile))
      return true;
  }
  return false;
}

static bool managed_disc(const struct vdrive *d) {
  const struct vmedium *m = &d->medium;
  return has_medium(d) && vdrive_can_write(d) &&
         vdrive_disc(d)->manages_defects &&
         (vgeometry(m->kind)->overwrite || m->format.spare > 0);
}

static unsigned defect_management(const struct vdrive *d, uint8_t *p) {
  if (ram_disc(d))
    p[0] = 0x80; /* a supplementary spare area */
  return 4;
}

static bool reads_bds(const struct vdrive *d) {
  return vmodel_has(d->model, PROFILE_BD_ROM);
}

static bool writes_bds(const struct vdrive *d) {
  return vmodel_has(d->model, PROFILE_BD_RE) ||
         vmodel_has(d->model, PROFILE_BD_R);
}

static bool writable_bd(const struct vdrive *d) {
  return bd(d) && vdrive_can_write(d);
}

/* Versions by class, a bit each: BD-RE and BD-R 1 (class 0), 2 and 3 (class 1).
 */
static void bd_versions(uint8_t *p) {
  for (unsigned i = 0; i < 2; i++, p += 8) {
    put_be16(p, 0x0002);
    put_be16(p + 2, 0x000C);
  }
}

static unsigned bd_read(const struct vdrive *d, uint8_t *p) {
  (void)d;
  bd_versions(p + 4);
  put_be16(p + 20, 0x0002); /* BD-ROM 1 */
  return 28;
}

static unsigned bd_write(const struct vdrive *d, uint8_t *p) {
  (void)d;
  bd_versions(p + 4);
  return 20;
}

static unsigned random_writable(const struct vdrive *d, uint8_t *p) {
  if (overwritable(d)) {
    put_be32(p, d->medium.format.capacity - 1);
    put_be16(p + 8, vgeometry(d->medium.kind)->unit);
  }
  put_be32(p + 4, VBLOCK);
  p[10] = 1; /* page 01h is there */
  return 12;
}

static unsigned plus_r(const struct vdrive *d, uint8_t *p) {
  (void)d;
  p[0] = 0x01; /* writes, too */
  return 4;
}

static bool writes_minus(const struct vdrive *d) {
  return vmodel_has(d->model, PROFILE_DVD_R);
}

static bool minus_disc(const struct vdrive *d) {
  return dvd(d) && vdrive_can_write(d) &&
         vwrite_mode_among(vdrive_family(d), &vwrite_mode_dao);
}

static bool writes_bd_r(const struct vdrive *d) {
  return vmodel_has(d->model, PROFILE_BD_R);
}

static bool bd_r_disc(const struct vdrive *d) {
  return vdrive_profile(d) == PROFILE_BD_R && vdrive_can_write(d);
}

static bool writes_incrementally(const struct vdrive *d) {
  return writes_minus(d) || writes_bd_r(d);
}

static bool incremental_disc(const struct vdrive *d) {
  return (minus_disc(d) && !d->medium.format.minimal) || bd_r_disc(d);
}

static bool writes_restricted(const struct vdrive *d) {
  return vmodel_has(d->model, PROFILE_DVD_RW_OVERWRITE);
}

static bool restricted_disc(const struct vdrive *d) {
  return vdrive_profile(d) == PROFILE_DVD_RW_OVERWRITE;
}

static unsigned restricted(const struct vdrive *d, uint8_t *p) {
  (void)d;
  p[0] = 0x03; /* quick formats (an intermediate state), BLANK */
  return 4;
}

static unsigned incremental(const struct vdrive *d, uint8_t *p) {
  if (bd(d)) { /* as clusters of data, without links */
    put_be16(p, 1 << 8);
    p[2] = 0x01;
    return 4;
  }
  put_be16(p, vwrite_mode_incremental.block_types);
  p[2] = 0x01; /* buffer underrun free */
  p[3] = 1;    /* one link size: 16 */
  p[4] = 16;
  return 8;
}

static unsigned minus(const struct vdrive *d, uint8_t *p) {
  p[0] = 0x44; /* buffer underrun free, test write */
  if (vmodel_has(d->model, PROFILE_DVD_R_DL))
    p[0] |= 0x08;
  if (vmodel_has(d->model, PROFILE_DVD_RW))
    p[0] |= 0x02;
  return 4;
}

static unsigned pseudo_overwrite(const struct vdrive *d, uint8_t *p) {
  (void)d, (void)p;
  return 4; /* reserved */
}

static bool pseudo_overwritable(const struct vdrive *d) {
  return bd_r_disc(d) && d->medium.format.pseudo_overwrite;
}

static unsigned track_at_once(const struct vdrive *d, uint8_t *p) {
  p[0] = 0x44; /* buffer underrun free, test write */
  if (vdrive_erases(d))
    p[0] |= 0x02;
  put_be16(p + 2, vwrite_mode_block_types(vfamily_cd.modes));
  return 4;
}

static unsigned cd_rw_write(const struct vdrive *d, uint8_t *p) {
  (void)d;
  p[1] = 0x03; /* subtypes 0 and 1: normal and high speed */
  return 4;
}

static unsigned timeout(const struct vdrive *d, uint8_t *p) {
  (void)d;
  p[0] = 0;
  return 4;
}

static unsigned streaming(const struct vdrive *d, uint8_t *p) {
  p[0] = 0x1E; /* buffer in blocks, SET CD SPEED, page 2Ah, write speeds */
  if (has_medium(d) && vdrive_can_write(d) && vdrive_family(d)->streams)
    p[0] |= 0x01; /* stream recording */
  return 4;
}

static unsigned serial_number(const struct vdrive *d, uint8_t *p) {
  size_t len = strlen(d->serial);
  memcpy(p, d->serial, len);
  return (unsigned)len;
}

static const struct feature_row rows[] = {
  {FEATURE_PROFILE_LIST, 0, true, NULL, NULL, profiles},
  {FEATURE_CORE, 2, true, NULL, NULL, core},
  {FEATURE_MORPHING, 1, true, NULL, NULL, morphing},
  {FEATURE_REMOVABLE_MEDIUM, 2, true, NULL, NULL, removable},
  {FEATURE_WRITE_PROTECT, 1, false, writes_ram, ram_disc, write_protect},
  {FEATURE_RANDOM_READABLE, 0, false, NULL, readable, random_readable},
  {FEATURE_MULTI_READ, 0, false, NULL, cd, NULL},
  {FEATURE_CD_READ, 2, false, NULL, cd, cd_read},
  {FEATURE_DVD_READ, 1, false, reads_dvds, dvd, dvd_read},
  {FEATURE_RANDOM_WRITABLE,
   0,
   false,
   overwrites,
   overwritable,
   random_writable},
  {FEATURE_INCREMENTAL_STREAMING,
   3,
   false,
   writes_incrementally,
   incremental_disc,
   incremental},
  {FEATURE_FORMATTABLE,
   1,
   false,
   vdrive_formats,
   formattable_disc,
   formattable},
  {FEATURE_DEFECT_MANAGEMENT,
   0,
   false,
   manages,
   managed_disc,
   defect_management},
  {FEATURE_DVD_PLUS_RW, 0, false, writes_plus_rw, plus_rw_disc, plus_r},
  {FEATURE_DVD_PLUS_R, 0, false, writes_plus_r, plus_r_disc, plus_r},
  {FEATURE_RIGID_OVERWRITE,
   0,
   false,
   writes_restricted,
   restricted_disc,
   restricted},
  {FEATURE_CD_TRACK_AT_ONCE, 2, false, NULL, writable_cd, track_at_once},
  {FEATURE_DVD_MINUS_WRITE, 2, false, writes_minus, minus_disc, minus},
  {FEATURE_CD_RW_WRITE, 0, false, vdrive_erases, rewritable, cd_rw_write},
  {FEATURE_BD_R_PSEUDO_OVERWRITE,
   0,
   false,
   writes_bd_r,
   pseudo_overwritable,
   pseudo_overwrite},
  {FEATURE_DVD_PLUS_R_DL, 0, false, writes_plus_r_dl, plus_r_dl_disc, plus_r},
  {FEATURE_BD_READ, 0, false, reads_bds, bd, bd_read},
  {FEATURE_BD_WRITE, 0, false, writes_bds, writable_bd, bd_write},
  {FEATURE_POWER_MANAGEMENT, 0, true, NULL, NULL, NULL},
  {FEATURE_TIMEOUT, 1, true, NULL, NULL, timeout},
  {FEATURE_REAL_TIME_STREAMING, 3, false, NULL, has_medium, streaming},
  {FEATURE_SERIAL_NUMBER, 0, true, NULL, NULL, serial_number},
};

/* One descriptor at p; its length. */
static unsigned
describe(const struct vdrive *d, const struct feature_row *f, uint8_t *p) {
  bool current = f->persistent || f->current(d);
  unsigned len = f->data == NULL ? 0 : f->data(d, p + 4);
  put_be16(p, f->code);
  p[2] = (uint8_t)(f->version << 2 | (f->persistent ? PERSISTENT : 0) |
                   (current ? CURRENT : 0));
  p[3] = (uint8_t)len;
  return 4 + len;
}

void vcmd_get_configuration(struct vtransport *t, struct packet *p) {
  const struct vdrive *d = t->drive;
  unsigned which = p->cdb[1] & 0x03, from = get_be16(p->cdb + 2);
  uint8_t r[8 + 36 * (sizeof rows / sizeof *rows)] = {0};
  unsigned len = 8;
  if (which == 3) {
    vrefuse_field(p);
    return;
  }
  for (unsigned i = 0; i < sizeof rows / sizeof *rows; i++) {
    const struct feature_row *f = &rows[i];
    if (f->exists != NULL && !f->exists(d))
      continue;
    if (which == 2 ? f->code != from : f->code < from)
      continue;
    if (which == 1 && !f->persistent && !f->current(d))
      continue;
    len += describe(d, f, r + len);
  }
  put_be32(r, len - 4);
  put_be16(r + 6, vdrive_profile(d));
  vreply(p, r, len, get_be16(p->cdb + 7));
}
