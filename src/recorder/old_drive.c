/* old_drive.c: drives from before MMC-2 have no GET CONFIGURATION. What is in
   them follows from mode page 2Ah and from what the disc says (drives.md 1). */
#include "medium.h"

bool medium_infer(struct recorder *r, struct medium *out, struct failure *f) {
  struct transport *link = recorder_link(r);
  struct mmc_capabilities page;
  struct failure ignored;
  struct mmc_atip atip;
  struct mmc_disc disc;
  bool recordable;
  if (!mmc_capabilities(link, &page, f) ||
      !mmc_disc_information(link, &disc, f))
    return false;
  /* Pressed discs have no ATIP, and nothing can be added to them. */
  recordable = disc.status < 2 || mmc_atip(link, &atip, &ignored);
  out->profile = PROFILE_CD_ROM;
  if (disc.erasable && page.writes_cd_rw)
    out->profile = PROFILE_CD_RW;
  else if (!disc.erasable && page.writes_cd_r && recordable)
    out->profile = PROFILE_CD_R;
  if (out->profile == PROFILE_CD_ROM)
    return true;
  out->ways = WAY_TAO;
  out->test_write = page.test_write;
  out->underrun_free = page.underrun_free;
  return true;
}
