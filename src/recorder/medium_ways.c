/* medium_ways.c: what GET CONFIGURATION says of ways to write the disc that is
   in the drive (MMC-6 5.3), as one table. */
#include "medium.h"

static bool tao(const struct mmc_configuration *c) {
  return c->tao_current;
}

static bool sao(const struct mmc_configuration *c) {
  return c->sao_current;
}

/* 21h is current on BD-R too: 2Fh says that it is a DVD-R or DVD-RW. */
static bool incremental(const struct mmc_configuration *c) {
  return c->minus_current && c->incremental_current;
}

static bool dao(const struct mmc_configuration *c) {
  return c->minus_current && !profile_is_overwritable(c->profile);
}

static bool plus_r(const struct mmc_configuration *c) {
  return c->plus_r_current;
}

static bool dvd_ram(const struct mmc_configuration *c) {
  return c->random_writable_current || c->formattable_current;
}

static bool rigid(const struct mmc_configuration *c) {
  return c->rigid_overwrite_current;
}

/* DVD+RW and BD-RE have no 20h before they are formatted. */
static bool plus_rw(const struct mmc_configuration *c) {
  return c->plus_rw_current;
}

static bool bd(const struct mmc_configuration *c) {
  return c->bd_write_current;
}

static const struct {
  enum medium_way way;
  uint16_t profile; /* PROFILE_NONE: whichever it is */
  bool (*is)(const struct mmc_configuration *c);
  bool streams; /* takes WRITE(12) with Streaming */
} ways[] = {
  {WAY_TAO, PROFILE_NONE, tao, false},
  {WAY_SAO, PROFILE_NONE, sao, false},
  {WAY_INCREMENTAL, PROFILE_NONE, incremental, false},
  {WAY_DAO, PROFILE_NONE, dao, false},
  {WAY_PLUS_R, PROFILE_NONE, plus_r, false},
  {WAY_OVERWRITE, PROFILE_DVD_RAM, dvd_ram, true},
  {WAY_OVERWRITE, PROFILE_DVD_RW_OVERWRITE, rigid, false},
  {WAY_OVERWRITE, PROFILE_DVD_PLUS_RW, plus_rw, false},
  {WAY_OVERWRITE, PROFILE_BD_RE, bd, true},
  {WAY_BD_R, PROFILE_BD_R, bd, false},
};

void medium_take_configuration(struct medium *out,
                               const struct mmc_configuration *c) {
  out->profile = c->profile;
  for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
    if ((ways[i].profile != PROFILE_NONE && ways[i].profile != c->profile) ||
        !ways[i].is(c))
      continue;
    out->ways |= ways[i].way;
    out->stream |= ways[i].streams && c->streaming_writes;
  }
  if (out->ways & WAY_TAO) {
    out->test_write = c->tao_test;
    out->underrun_free = c->tao_buf;
  } else if (out->ways & WAY_SAO) {
    out->test_write = c->sao_test;
    out->underrun_free = c->sao_buf;
  } else if (out->ways & (WAY_INCREMENTAL | WAY_DAO)) {
    out->test_write = c->minus_test;
    out->underrun_free = c->minus_buf || c->incremental_buf;
  }
  out->pseudo_overwrite = c->pseudo_overwrite_current;
  out->formattable = c->formattable_current;
}

/* READ DISC STRUCTURE C0h (MMC-6 6.22.3.7): any of its bits protects. */
void medium_read_protection(struct recorder *r, struct medium *out) {
  enum { STRUCTURE = 0xC0, BITS = 0x0F };
  struct failure ignored;
  uint8_t bits;
  if (!profile_is(out->profile, TRAIT_PROTECTABLE))
    return;
  out->write_protected =
    mmc_disc_structure(
      recorder_link(r), false, STRUCTURE, &bits, 1, &ignored) == 1 &&
    (bits & BITS) != 0;
}
