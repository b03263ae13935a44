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
  return c->minus_current && c->profile != PROFILE_DVD_RW_OVERWRITE;
}

static bool plus_r(const struct mmc_configuration *c) {
  return c->plus_r_current;
}

/* DVD+RW and BD-RE have no 20h before they are formatted. */
static bool overwrite(const struct mmc_configuration *c) {
  switch (c->profile) {
    case PROFILE_DVD_RAM:
      return c->random_writable_current || c->formattable_current;
    case PROFILE_DVD_RW_OVERWRITE:
      return c->rigid_overwrite_current;
    case PROFILE_DVD_PLUS_RW:
      return c->plus_rw_current;
    case PROFILE_BD_RE:
      return c->bd_write_current;
    default:
      return false;
  }
}

static bool bd_r(const struct mmc_configuration *c) {
  return c->profile == PROFILE_BD_R && c->bd_write_current;
}

static const struct {
  enum medium_way way;
  bool (*is)(const struct mmc_configuration *c);
} ways[] = {
  {WAY_TAO, tao},
  {WAY_SAO, sao},
  {WAY_INCREMENTAL, incremental},
  {WAY_DAO, dao},
  {WAY_PLUS_R, plus_r},
  {WAY_OVERWRITE, overwrite},
  {WAY_BD_R, bd_r},
};

void medium_take_configuration(struct medium *out,
                               const struct mmc_configuration *c) {
  out->profile = c->profile;
  for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
    if (ways[i].is(c))
      out->ways |= ways[i].way;
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
  out->stream = (out->ways & WAY_OVERWRITE) && c->streaming_writes &&
                (c->profile == PROFILE_DVD_RAM || c->profile == PROFILE_BD_RE);
  out->pseudo_overwrite = c->pseudo_overwrite_current;
  out->formattable = c->formattable_current;
}

/* READ DISC STRUCTURE C0h (MMC-6 6.22.3.7): any of its bits protects. */
void medium_read_protection(struct recorder *r, struct medium *out) {
  enum { STRUCTURE = 0xC0, BITS = 0x0F };
  struct failure ignored;
  uint8_t bits;
  if (out->profile != PROFILE_DVD_RAM && out->profile != PROFILE_DVD_PLUS_RW)
    return;
  out->write_protected =
    mmc_disc_structure(
      recorder_link(r), false, STRUCTURE, &bits, 1, &ignored) == 1 &&
    (bits & BITS) != 0;
}
