/* profile.c: see profile.h. */
#include "profile.h"

#include <stddef.h>
#include <string.h>

#define CD TRAIT_CD
#define DVD TRAIT_DVD
#define DVD_MINUS (TRAIT_DVD | TRAIT_DVD_MINUS)
#define ROM TRAIT_ROM
#define ERASABLE TRAIT_ERASABLE
#define OVERWRITABLE (TRAIT_ERASABLE | TRAIT_OVERWRITABLE)
#define PLUS_RW (DVD | OVERWRITABLE | TRAIT_BACKGROUND)

static const struct row {
  uint16_t profile;
  const char *name;
  unsigned traits;
  uint16_t other; /* of the same disc: see profile_blanked; 0: none */
} rows[] = {
  {PROFILE_CD_ROM, "cd-rom", CD | ROM, 0},
  {PROFILE_CD_R, "cd-r", CD, 0},
  {PROFILE_CD_RW, "cd-rw", CD | ERASABLE, 0},
  {PROFILE_DVD_ROM, "dvd-rom", DVD | ROM, 0},
  {PROFILE_DVD_R, "dvd-r", DVD_MINUS, 0},
  {PROFILE_DVD_RAM, "dvd-ram", DVD | OVERWRITABLE | TRAIT_PROTECTABLE, 0},
  {PROFILE_DVD_RW_OVERWRITE,
   "dvd-rw-overwrite",
   DVD | OVERWRITABLE,
   PROFILE_DVD_RW},
  {PROFILE_DVD_RW, "dvd-rw", DVD_MINUS | ERASABLE, PROFILE_DVD_RW_OVERWRITE},
  {PROFILE_DVD_R_DL, "dvd-r-dl", DVD_MINUS, 0},
  {PROFILE_DVD_R_DL_JUMP, "dvd-r-dl-jump", DVD, 0},
  {PROFILE_DVD_PLUS_RW, "dvd+rw", PLUS_RW | TRAIT_PROTECTABLE, 0},
  {PROFILE_DVD_PLUS_R, "dvd+r", DVD, 0},
  {PROFILE_DVD_PLUS_RW_DL, "dvd+rw-dl", PLUS_RW, 0},
  {PROFILE_DVD_PLUS_R_DL, "dvd+r-dl", DVD, 0},
  {PROFILE_BD_ROM, "bd-rom", ROM, 0},
  {PROFILE_BD_R, "bd-r", TRAIT_MANY_TRACKS, 0},
  {PROFILE_BD_R_RANDOM, "bd-r-random", 0, 0},
  {PROFILE_BD_RE, "bd-re", OVERWRITABLE, 0},
};

static const struct row *find(uint16_t profile) {
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (rows[i].profile == profile)
      return &rows[i];
  return NULL;
}

bool profile_is(uint16_t profile, enum profile_trait trait) {
  const struct row *row = find(profile);
  return row != NULL && (row->traits & trait) != 0;
}

const char *profile_name(uint16_t profile) {
  const struct row *row = find(profile);
  return row != NULL ? row->name : NULL;
}

uint16_t profile_by_name(const char *name) {
  for (size_t i = 0; i < sizeof rows / sizeof *rows; i++)
    if (strcmp(rows[i].name, name) == 0)
      return rows[i].profile;
  return PROFILE_NONE;
}

static uint16_t turned(uint16_t profile, bool from_overwritable) {
  const struct row *row = find(profile);
  return row != NULL && row->other != 0 &&
             profile_is(profile, TRAIT_OVERWRITABLE) == from_overwritable
           ? row->other
           : profile;
}

uint16_t profile_blanked(uint16_t profile) {
  return turned(profile, true);
}

uint16_t profile_formatted(uint16_t profile) {
  return turned(profile, false);
}
