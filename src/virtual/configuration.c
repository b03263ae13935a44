/* configuration.c: GET CONFIGURATION: the features of what this drive really
   does, each current or not by the medium in it (MMC-6 5.3). What their
   descriptors say is feature_data.c. */
#include "../bytes.h"
#include "../mmc_names.h"
#include "commands.h"
#include "features.h"

enum { PERSISTENT = 2, CURRENT = 1 };

/* A feature is there in drives with the profile, and current with a disc of it,
   unless 'exists' and 'current' say otherwise. */
struct feature_row {
  uint16_t code;
  uint8_t version;
  bool persistent;  /* current whatever the medium */
  uint16_t profile; /* 0: of all drives */
  bool (*exists)(const struct vdrive *d);
  bool (*current)(const struct vdrive *d);
  /* Fill in the data, at most 32 bytes; returns the length. NULL: none. */
  unsigned (*data)(const struct vdrive *d, uint8_t *p);
};

static bool has_medium(const struct vdrive *d) {
  return vdrive_profile(d) != PROFILE_NONE;
}

static bool writable_cd(const struct vdrive *d) {
  return vdrive_on_cd(d) && vdrive_can_write(d);
}

static bool dvd(const struct vdrive *d) {
  return has_medium(d) && !vdrive_on_cd(d) && !vdrive_bd(d);
}

static bool readable(const struct vdrive *d) {
  return has_medium(d) && !vmedium_is_blank(&d->medium);
}

bool vdrive_formattable(const struct vdrive *d) {
  struct vformat_row rows[VFORMATS_MAX];
  const struct vfamily *family = vdrive_family(d);
  return has_medium(d) && vdrive_can_write(d) && family->formats != NULL &&
         family->formats(d, rows) > 0;
}

/* Any block at any time: once it is formatted. */
static bool overwrites(const struct vdrive *d) {
  for (unsigned i = 1; i < VKIND_COUNT; i++)
    if (vgeometry(i) != NULL && vgeometry(i)->overwrite &&
        vmodel_has(d->model, vdisc_kind((enum vkind)i)->profile))
      return true;
  return false;
}

bool vdrive_overwritable(const struct vdrive *d) {
  return has_medium(d) && vdrive_can_write(d) &&
         vgeometry(d->medium.kind)->overwrite && d->medium.ntracks > 0;
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

static bool writable_bd(const struct vdrive *d) {
  return vdrive_bd(d) && vdrive_can_write(d);
}

static bool minus_disc(const struct vdrive *d) {
  return dvd(d) && vdrive_can_write(d) &&
         vwrite_mode_among(vdrive_family(d), &vwrite_mode_dao);
}

static bool bd_r_disc(const struct vdrive *d) {
  return vdrive_profile(d) == PROFILE_BD_R && vdrive_can_write(d);
}

static bool incremental_disc(const struct vdrive *d) {
  return (minus_disc(d) && !d->medium.format.minimal) || bd_r_disc(d);
}

static bool pseudo_overwritable(const struct vdrive *d) {
  return bd_r_disc(d) && d->medium.format.pseudo_overwrite;
}

static const struct feature_row rows[] = {
  {.code = FEATURE_PROFILE_LIST, .persistent = true, .data = vfeature_profiles},
  {.code = FEATURE_CORE,
   .version = 2,
   .persistent = true,
   .data = vfeature_core},
  {.code = FEATURE_MORPHING,
   .version = 1,
   .persistent = true,
   .data = vfeature_morphing},
  {.code = FEATURE_REMOVABLE_MEDIUM,
   .version = 2,
   .persistent = true,
   .data = vfeature_removable},
  {.code = FEATURE_WRITE_PROTECT,
   .version = 1,
   .profile = PROFILE_DVD_RAM,
   .data = vfeature_write_protect},
  {.code = FEATURE_RANDOM_READABLE,
   .current = readable,
   .data = vfeature_random_readable},
  {.code = FEATURE_MULTI_READ, .current = vdrive_on_cd},
  {.code = FEATURE_CD_READ,
   .version = 2,
   .current = vdrive_on_cd,
   .data = vfeature_cd_read},
  {.code = FEATURE_DVD_READ,
   .version = 1,
   .profile = PROFILE_DVD_ROM,
   .current = dvd,
   .data = vfeature_dvd_read},
  {.code = FEATURE_RANDOM_WRITABLE,
   .exists = overwrites,
   .current = vdrive_overwritable,
   .data = vfeature_random_writable},
  {.code = FEATURE_INCREMENTAL_STREAMING,
   .version = 3,
   .profile = PROFILE_DVD_R,
   .current = incremental_disc,
   .data = vfeature_incremental},
  {.code = FEATURE_FORMATTABLE,
   .version = 1,
   .exists = vdrive_formats,
   .current = vdrive_formattable,
   .data = vfeature_formattable},
  {.code = FEATURE_DEFECT_MANAGEMENT,
   .exists = manages,
   .current = managed_disc,
   .data = vfeature_defect_management},
  {.code = FEATURE_DVD_PLUS_RW,
   .profile = PROFILE_DVD_PLUS_RW,
   .data = vfeature_plus_r},
  {.code = FEATURE_DVD_PLUS_R,
   .profile = PROFILE_DVD_PLUS_R,
   .data = vfeature_plus_r},
  {.code = FEATURE_RIGID_OVERWRITE,
   .profile = PROFILE_DVD_RW_OVERWRITE,
   .data = vfeature_restricted},
  {.code = FEATURE_CD_TRACK_AT_ONCE,
   .version = 2,
   .current = writable_cd,
   .data = vfeature_track_at_once},
  {.code = FEATURE_CD_MASTERING,
   .version = 2,
   .current = writable_cd,
   .data = vfeature_mastering},
  {.code = FEATURE_DVD_MINUS_WRITE,
   .version = 2,
   .profile = PROFILE_DVD_R,
   .current = minus_disc,
   .data = vfeature_minus},
  {.code = FEATURE_CD_RW_WRITE,
   .profile = PROFILE_CD_RW,
   .data = vfeature_cd_rw_write},
  {.code = FEATURE_BD_R_PSEUDO_OVERWRITE,
   .profile = PROFILE_BD_R,
   .current = pseudo_overwritable,
   .data = vfeature_pseudo_overwrite},
  {.code = FEATURE_DVD_PLUS_R_DL,
   .profile = PROFILE_DVD_PLUS_R_DL,
   .data = vfeature_plus_r},
  {.code = FEATURE_BD_READ,
   .profile = PROFILE_BD_ROM,
   .current = vdrive_bd,
   .data = vfeature_bd_read},
  {.code = FEATURE_BD_WRITE,
   .profile = PROFILE_BD_RE,
   .current = writable_bd,
   .data = vfeature_bd_write},
  {.code = FEATURE_POWER_MANAGEMENT, .persistent = true},
  {.code = FEATURE_TIMEOUT,
   .version = 1,
   .persistent = true,
   .data = vfeature_timeout},
  {.code = FEATURE_REAL_TIME_STREAMING,
   .version = 3,
   .current = has_medium,
   .data = vfeature_streaming},
  {.code = FEATURE_SERIAL_NUMBER,
   .persistent = true,
   .data = vfeature_serial_number},
};

static bool exists(const struct vdrive *d, const struct feature_row *f) {
  if (f->exists != NULL)
    return f->exists(d);
  return f->profile == 0 || vmodel_has(d->model, f->profile);
}

static bool is_current(const struct vdrive *d, const struct feature_row *f) {
  if (f->persistent)
    return true;
  return f->current != NULL ? f->current(d) : vdrive_profile(d) == f->profile;
}

/* One descriptor at p; its length. */
static unsigned
describe(const struct vdrive *d, const struct feature_row *f, uint8_t *p) {
  bool current = is_current(d, f);
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
    if (!exists(d, f))
      continue;
    if (which == 2 ? f->code != from : f->code < from)
      continue;
    if (which == 1 && !is_current(d, f))
      continue;
    len += describe(d, f, r + len);
  }
  put_be32(r, len - 4);
  put_be16(r + 6, vdrive_profile(d));
  vreply(p, r, len, get_be16(p->cdb + 7));
}
