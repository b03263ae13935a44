/* family.c: the table of all kinds of discs that the drives know. A new kind is
   a row here, a row in geometry.c, and a family if it is like none of these. */
#include "family.h"

#include "../mmc_names.h"
#include "sequence.h"

static const struct vwrite_mode *const cd_modes[] = {
  &vwrite_mode_tao, &vwrite_mode_sao, NULL};

const struct vfamily vfamily_cd = {
  .cd = true,
  .modes = cd_modes,
  .write_mode = vwrite_mode_current,
  .show_track = vcd_show_track,
  .show_invisible = vcd_show_invisible,
  .disc_addresses = vcd_disc_addresses,
  .reserve = vcd_reserve,
  .close = vcd_close,
  .read_toc = vcd_read_toc,
  .capacity = vformat_sequential,
};

/* Mode page 05h has no say in it (MMC-6 7.5.4). */
static const struct vwrite_mode *plus_r(const struct vdrive *d) {
  (void)d;
  return &vwrite_mode_fragment;
}

const struct vfamily vfamily_dvd_plus_r = {
  .write_mode = plus_r,
  .show_track = vfragment_show_track,
  .show_invisible = vfragment_show_invisible,
  .disc_addresses = vsequence_disc_addresses,
  .reserve = vfragment_reserve,
  .close = vfragment_close,
  .read_toc = vfragment_read_toc,
  .capacity = vformat_sequential,
};

static const struct vwrite_mode *const dvd_r_modes[] = {
  &vwrite_mode_incremental, &vwrite_mode_dao, NULL};

/* Incremental; packets of 16 blocks, track mode 5; data, mode 1; links of 16.
 */
static const uint8_t dvd_r_page[] = {
  0x00, 0x25, 0x08, 16, 0, 0, 0, 0, 0, 0, 0, 16};

#define DVD_R                                                                  \
  .modes = dvd_r_modes, .page_05 = dvd_r_page,                                 \
  .write_mode = vwrite_mode_current, .show_track = vrzone_show_track,          \
  .show_invisible = vrzone_show_invisible,                                     \
  .disc_addresses = vsequence_disc_addresses, .reserve = vrzone_reserve,       \
  .repair = vrzone_repair, .close = vrzone_close,                              \
  .read_toc = vfragment_read_toc, .capacity = vrzone_capacity

const struct vfamily vfamily_dvd_r = {DVD_R};

const struct vfamily vfamily_dvd_rw = {
  DVD_R,
  .formats = vrestricted_formats,
  .format = vrestricted_format,
};

const struct vfamily vfamily_restricted = {
  .page_05 = dvd_r_page,
  .write_mode = vrestricted_mode,
  .show_track = vrestricted_show_track,
  .show_invisible = vrestricted_show_invisible,
  .disc_addresses = vrestricted_disc_information,
  .reserve = voverwrite_reserve,
  .close = vrestricted_close,
  .read_toc = vfragment_read_toc,
  .capacity = vrestricted_capacity,
  .formats = vrestricted_formats,
  .format = vrestricted_format,
};

#define OVERWRITE                                                              \
  .write_mode = voverwrite_mode, .show_track = voverwrite_show_track,          \
  .show_invisible = voverwrite_show_invisible,                                 \
  .disc_addresses = voverwrite_disc_information,                               \
  .reserve = voverwrite_reserve, .read_toc = vfragment_read_toc,               \
  .capacity = voverwrite_capacity

const struct vfamily vfamily_dvd_plus_rw = {
  OVERWRITE,
  .close = vplus_rw_close,
  .formats = vplus_rw_formats,
  .format = vplus_rw_format,
};

const struct vfamily vfamily_dvd_ram = {
  OVERWRITE,
  .close = voverwrite_close,
  .formats = vdvd_ram_formats,
  .format = vdvd_ram_format,
  .streams = true,
};

const struct vfamily vfamily_bd_re = {
  OVERWRITE,
  .close = voverwrite_close,
  .formats = vbd_re_formats,
  .format = vbd_re_format,
  .streams = true,
};

const struct vfamily vfamily_bd_r = {
  .write_mode = vsrm_mode,
  .show_track = vsrm_show_track,
  .show_invisible = vsrm_show_invisible,
  .disc_addresses = vsrm_disc_information,
  .reserve = vsrm_reserve,
  .close = vsrm_close,
  .read_toc = vsrm_read_toc,
  .last_block = vsrm_last_block,
  .resources = vsrm_resources,
  .capacity = vsrm_capacity,
  .formats = vsrm_formats,
  .format = vsrm_format,
  .streams = true,
};

/* 48x to 4x; a high speed CD-RW takes 10x and 4x; DVD 16x to 2.4x. */
static const uint16_t cd_r[] = {8467, 7056, 5645, 4234, 2822, 1411, 706, 0};
static const uint16_t cd_rw[] = {1764, 706, 0};
static const uint16_t cd_read[] = {8467, 7056, 5645, 4234, 1411, 706, 0};
static const uint16_t dvd_plus_r[] = {22160, 16620, 11080, 5540, 3324, 0};
static const uint16_t dvd_plus_r_dl[] = {11080, 8310, 5540, 3324, 0};
static const uint16_t dvd_r_dl[] = {11080, 8310, 5540, 2770, 0};
static const uint16_t dvd_rw[] = {8310, 5540, 2770, 0};
static const uint16_t dvd_r[] = {22160, 16620, 11080, 5540, 2770, 0};
static const uint16_t dvd_plus_rw[] = {11080, 8310, 5540, 3324, 0};
static const uint16_t dvd_ram[] = {6925, 4155, 2770, 0};
static const uint16_t bd_re[] = {8990, 0};
static const uint16_t bd_r[] = {53940, 35960, 26970, 17980, 8990, 0};
static const uint16_t bd_r_dl[] = {35960, 26970, 17980, 8990, 0};
static const uint16_t bd_r_xl[] = {26970, 17980, 8990, 0};
static const uint16_t bd_read[] = {35960, 26970, 17980, 8990, 4495, 0};
static const uint16_t dvd_read[] = {22160, 16620, 11080, 5540, 2770, 0};

#define BD_R(number, n, speeds, called)                                        \
  {                                                                            \
    .kind = number, .family = &vfamily_bd_r, .profile = PROFILE_BD_R,          \
    .rom_profile = PROFILE_BD_ROM, .write_speeds = speeds,                     \
    .read_speeds = bd_read, .manages_defects = true, .bd = true, .layers = n,  \
    .maker = "DISCRC", .type = called, .revision = 1                           \
  }

#define MADE_HERE .rom_profile = PROFILE_DVD_ROM, .maker = "DISCREC"

/* A DVD-RW that has been formatted. */
static const struct vdisc_kind restricted = {
  MADE_HERE,
  .kind = VKIND_DVD_RW,
  .family = &vfamily_restricted,
  .profile = PROFILE_DVD_RW_OVERWRITE,
  .erasable = true,
  .blanks = true,
  .write_speeds = dvd_rw,
  .read_speeds = dvd_read,
  .book = 0x32,
  .type = "W06",
};

#define BD_RE(number, count, name)                                             \
  {                                                                            \
    .kind = number, .family = &vfamily_bd_re, .profile = PROFILE_BD_RE,        \
    .rom_profile = PROFILE_BD_ROM, .erasable = true, .manages_defects = true,  \
    .write_speeds = bd_re, .read_speeds = bd_read, .formattable = 0x0B,        \
    .bd = true, .layers = count, .maker = "DISCRC", .type = name,              \
    .revision = 1                                                              \
  }

/* In the order of their numbers. */
static const struct vdisc_kind kinds[] = {
  {.kind = VKIND_CD_R,
   .family = &vfamily_cd,
   .profile = PROFILE_CD_R,
   .rom_profile = PROFILE_CD_ROM,
   .write_speeds = cd_r,
   .read_speeds = cd_read},
  {.kind = VKIND_CD_RW,
   .family = &vfamily_cd,
   .profile = PROFILE_CD_RW,
   .rom_profile = PROFILE_CD_ROM,
   .erasable = true,
   .blanks = true,
   .write_speeds = cd_rw,
   .read_speeds = cd_read},
  {.kind = VKIND_DVD_PLUS_R,
   .family = &vfamily_dvd_plus_r,
   .profile = PROFILE_DVD_PLUS_R,
   .rom_profile = PROFILE_DVD_ROM,
   .write_speeds = dvd_plus_r,
   .read_speeds = dvd_read,
   .book = 0xA1,
   .maker = "DISCREC",
   .type = "R16",
   .revision = 1},
  {.kind = VKIND_DVD_PLUS_R_DL,
   .family = &vfamily_dvd_plus_r,
   .profile = PROFILE_DVD_PLUS_R_DL,
   .rom_profile = PROFILE_DVD_ROM,
   .write_speeds = dvd_plus_r_dl,
   .read_speeds = dvd_read,
   .layers = 2,
   .book = 0xE1,
   .maker = "DISCREC",
   .type = "D08",
   .revision = 1},
  {.kind = VKIND_DVD_R,
   .family = &vfamily_dvd_r,
   .profile = PROFILE_DVD_R,
   .rom_profile = PROFILE_DVD_ROM,
   .write_speeds = dvd_r,
   .read_speeds = dvd_read,
   .book = 0x25,
   .maker = "DISCREC",
   .type = "R16"},
  {MADE_HERE,
   .kind = VKIND_DVD_R_DL,
   .family = &vfamily_dvd_r,
   .profile = PROFILE_DVD_R_DL,
   .write_speeds = dvd_r_dl,
   .read_speeds = dvd_read,
   .layers = 2,
   .book = 0x26,
   .type = "D08"},
  {MADE_HERE,
   .kind = VKIND_DVD_RW,
   .family = &vfamily_dvd_rw,
   .formatted = &restricted,
   .profile = PROFILE_DVD_RW,
   .erasable = true,
   .blanks = true,
   .write_speeds = dvd_rw,
   .read_speeds = dvd_read,
   .book = 0x32,
   .type = "W06"},
  {.kind = VKIND_DVD_PLUS_RW,
   .family = &vfamily_dvd_plus_rw,
   .profile = PROFILE_DVD_PLUS_RW,
   .rom_profile = PROFILE_DVD_ROM,
   .erasable = true,
   .write_speeds = dvd_plus_rw,
   .read_speeds = dvd_read,
   .book = 0x92,
   .maker = "DISCREC",
   .type = "W08",
   .revision = 1},
  {.kind = VKIND_DVD_RAM,
   .family = &vfamily_dvd_ram,
   .profile = PROFILE_DVD_RAM,
   .rom_profile = PROFILE_DVD_ROM,
   .erasable = true,
   .manages_defects = true,
   .write_speeds = dvd_ram,
   .read_speeds = dvd_ram,
   .book = 0x16,
   .maker = "",
   .type = ""},
  BD_R(VKIND_BD_R, 1, bd_r, "R12"),
  BD_R(VKIND_BD_R_DL, 2, bd_r_dl, "D08"),
  BD_R(VKIND_BD_R_TL, 3, bd_r_xl, "T06"),
  BD_R(VKIND_BD_R_QL, 4, bd_r_xl, "Q06"),
  BD_RE(VKIND_BD_RE, 1, "RE1"),
  BD_RE(VKIND_BD_RE_DL, 2, "RE2"),
  BD_RE(VKIND_BD_RE_TL, 3, "RE3"),
};

const struct vdisc_kind *vdisc_kind(enum vkind kind) {
  for (unsigned i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (kinds[i].kind == kind)
      return &kinds[i];
  return NULL;
}

const struct vdisc_kind *vdrive_disc(const struct vdrive *d) {
  const struct vdisc_kind *k = vdisc_kind(vdrive_kind(d));
  if (k != NULL && k->formatted != NULL && d->medium.format.type != 0)
    return k->formatted;
  return k;
}

const struct vfamily *vdrive_family(const struct vdrive *d) {
  const struct vdisc_kind *k = vdrive_disc(d);
  return k == NULL ? &vfamily_cd : k->family;
}

bool vdrive_on_cd(const struct vdrive *d) {
  return vdrive_profile(d) != PROFILE_NONE && vdrive_family(d)->cd;
}

bool vdrive_bd(const struct vdrive *d) {
  const struct vdisc_kind *k = vdrive_disc(d);
  return vdrive_profile(d) != PROFILE_NONE && k->bd;
}

bool vdrive_invisible(const struct vdrive *d, unsigned number) {
  return number == VINVISIBLE && !vdrive_bd(d);
}

unsigned vdisc_layers(const struct vdrive *d) {
  const struct vdisc_kind *k = vdrive_disc(d);
  return k == NULL || k->layers == 0 ? 1 : k->layers;
}
