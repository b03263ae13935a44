/* profile.h: what is true of each kind of disc (MMC-6 5.3.1), as one table. How
   each is written is write_mode.c's. */
#ifndef DISCRECORDER_PROFILE_H
#define DISCRECORDER_PROFILE_H

#include "../mmc_names.h"
#include <stdbool.h>
#include <stdint.h>

enum profile_trait {
  TRAIT_CD = 1 << 0,
  TRAIT_DVD = 1 << 1,
  TRAIT_DVD_MINUS = 1 << 2, /* DVD-R and DVD-RW, written in sequence */
  TRAIT_ROM = 1 << 3,
  TRAIT_ERASABLE = 1 << 4, /* what is on it can be replaced */
  /* Its blocks can be written in any order, once it is formatted. */
  TRAIT_OVERWRITABLE = 1 << 5,
  TRAIT_BACKGROUND = 1 << 6,  /* formatted while it is used */
  TRAIT_PROTECTABLE = 1 << 7, /* READ DISC STRUCTURE C0h */
  TRAIT_MANY_TRACKS = 1 << 8  /* FFh is one of them, not the invisible one */
};

bool profile_is(uint16_t profile, enum profile_trait trait);

/* The two that are asked most. */
static inline bool profile_is_cd(uint16_t profile) {
  return profile_is(profile, TRAIT_CD);
}

static inline bool profile_is_overwritable(uint16_t profile) {
  return profile_is(profile, TRAIT_OVERWRITABLE);
}

/* "cd-rw", or NULL for one that we do not know. */
const char *profile_name(uint16_t profile);
/* 0 for an unknown name. */
uint16_t profile_by_name(const char *name);

/* A DVD-RW is one of two kinds: what BLANK makes of it, and FORMAT UNIT. Of
   others: what they are. */
uint16_t profile_blanked(uint16_t profile);
uint16_t profile_formatted(uint16_t profile);

#endif
