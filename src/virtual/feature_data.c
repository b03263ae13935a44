/* feature_data.c: what the descriptors of features say (MMC-6 5.3), each at
   most 32 bytes; when a feature is there is configuration.c's. */
#include <string.h>

#include "../bytes.h"
#include "../mmc_names.h"
#include "features.h"

unsigned vfeature_profiles(const struct vdrive *d, uint8_t *p) {
  const uint16_t *all = d->model->profiles;
  unsigned len = 0;
  for (unsigned i = 0; all[i] != 0; i++, len += 4) {
    put_be16(p + len, all[i]);
    p[len + 2] = vdrive_profile(d) == all[i];
  }
  return len;
}

unsigned vfeature_core(const struct vdrive *d, uint8_t *p) {
  (void)d;
  put_be32(p, 2); /* ATAPI */
  p[4] = 0x03;    /* INQ2, DBE: class "device busy" of GET EVENT STATUS */
  return 8;
}

unsigned vfeature_morphing(const struct vdrive *d, uint8_t *p) {
  (void)d;
  p[0] = 0; /* GET EVENT STATUS only when polled */
  return 4;
}

unsigned vfeature_removable(const struct vdrive *d, uint8_t *p) {
  p[0] = 0x29; /* a tray that can be ejected and locked */
  if (!vquirk(d, VQUIRK_NO_LOAD))
    p[0] |= 0x10;
  return 4;
}

unsigned vfeature_write_protect(const struct vdrive *d, uint8_t *p) {
  (void)d;
  p[0] = 0x03; /* until power off (SSWPP); persistent (SPWP) */
  return 4;
}

unsigned vfeature_random_readable(const struct vdrive *d, uint8_t *p) {
  put_be32(p, VBLOCK);
  put_be16(p + 4,
           vdrive_profile(d) != PROFILE_NONE ? vgeometry(d->medium.kind)->unit
                                             : 1);
  p[6] = 1; /* page 01h is there */
  return 8;
}

unsigned vfeature_cd_read(const struct vdrive *d, uint8_t *p) {
  (void)d;
  p[0] = 0x01; /* CD-TEXT; no C2 pointers */
  return 4;
}

unsigned vfeature_dvd_read(const struct vdrive *d, uint8_t *p) {
  (void)d;
  p[0] = 0x01; /* as DVD Multi reads them */
  return 4;
}

unsigned vfeature_random_writable(const struct vdrive *d, uint8_t *p) {
  if (vdrive_overwritable(d)) {
    put_be32(p, d->medium.format.capacity - 1);
    put_be16(p + 8, vgeometry(d->medium.kind)->unit);
  }
  put_be32(p + 4, VBLOCK);
  p[10] = 1; /* page 01h is there */
  return 12;
}

unsigned vfeature_incremental(const struct vdrive *d, uint8_t *p) {
  if (vdrive_bd(d)) { /* as clusters of data, without links */
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

/* Of the disc; without one, all that the drive could do. */
unsigned vfeature_formattable(const struct vdrive *d, uint8_t *p) {
  for (unsigned i = 1; i < VKIND_COUNT; i++) {
    const struct vdisc_kind *k = vdisc_kind((enum vkind)i);
    if (k == NULL || !vmodel_has(d->model, k->profile) ||
        (vdrive_formattable(d) && k->kind != vdrive_kind(d)))
      continue;
    p[0] |= k->formattable;
  }
  return 8;
}

unsigned vfeature_defect_management(const struct vdrive *d, uint8_t *p) {
  if (vdrive_profile(d) == PROFILE_DVD_RAM)
    p[0] = 0x80; /* a supplementary spare area */
  return 4;
}

unsigned vfeature_plus_r(const struct vdrive *d, uint8_t *p) {
  (void)d;
  p[0] = 0x01; /* writes, too */
  return 4;
}

unsigned vfeature_restricted(const struct vdrive *d, uint8_t *p) {
  (void)d;
  p[0] = 0x03; /* quick formats (an intermediate state), BLANK */
  return 4;
}

unsigned vfeature_pseudo_overwrite(const struct vdrive *d, uint8_t *p) {
  (void)d, (void)p;
  return 4; /* reserved */
}

unsigned vfeature_track_at_once(const struct vdrive *d, uint8_t *p) {
  p[0] = 0x44; /* buffer underrun free, test write */
  if (vdrive_erases(d))
    p[0] |= 0x02;
  put_be16(p + 2, vwrite_mode_block_types(vfamily_cd.modes));
  return 4;
}

unsigned vfeature_mastering(const struct vdrive *d, uint8_t *p) {
  put_be32(p, VCUE_MAX * 8); /* the longest cue sheet */
  p[0] = 0x64; /* buffer underrun free, session-at-once, test write */
  if (vdrive_erases(d))
    p[0] |= 0x02;
  return 4;
}

unsigned vfeature_minus(const struct vdrive *d, uint8_t *p) {
  p[0] = 0x44; /* buffer underrun free, test write */
  if (vmodel_has(d->model, PROFILE_DVD_R_DL))
    p[0] |= 0x08;
  if (vmodel_has(d->model, PROFILE_DVD_RW))
    p[0] |= 0x02;
  return 4;
}

unsigned vfeature_cd_rw_write(const struct vdrive *d, uint8_t *p) {
  (void)d;
  p[1] = 0x03; /* subtypes 0 and 1: normal and high speed */
  return 4;
}

/* Versions by class, a bit each: BD-RE and BD-R 1 (class 0), 2 and 3 (class 1).
 */
static void bd_versions(uint8_t *p) {
  for (unsigned i = 0; i < 2; i++, p += 8) {
    put_be16(p, 0x0002);
    put_be16(p + 2, 0x000C);
  }
}

unsigned vfeature_bd_read(const struct vdrive *d, uint8_t *p) {
  (void)d;
  bd_versions(p + 4);
  put_be16(p + 20, 0x0002); /* BD-ROM 1 */
  return 28;
}

unsigned vfeature_bd_write(const struct vdrive *d, uint8_t *p) {
  (void)d;
  bd_versions(p + 4);
  return 20;
}

unsigned vfeature_timeout(const struct vdrive *d, uint8_t *p) {
  (void)d;
  p[0] = 0;
  return 4;
}

unsigned vfeature_streaming(const struct vdrive *d, uint8_t *p) {
  p[0] = 0x1E; /* buffer in blocks, SET CD SPEED, page 2Ah, write speeds */
  if (vdrive_profile(d) != PROFILE_NONE && vdrive_can_write(d) &&
      vdrive_family(d)->streams)
    p[0] |= 0x01; /* stream recording */
  return 4;
}

unsigned vfeature_serial_number(const struct vdrive *d, uint8_t *p) {
  size_t len = strlen(d->serial);
  memcpy(p, d->serial, len);
  return (unsigned)len;
}
