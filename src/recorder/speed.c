/* speed.c: see speed.h. */
#include "speed.h"

#include "medium.h"

static bool takes_streaming(struct recorder *r) {
  struct mmc_configuration c;
  struct failure ignored;
  return mmc_configuration(recorder_link(r), &c, &ignored) &&
         c.profile != PROFILE_NONE && !profile_is_cd(c.profile);
}

/* Up to where a speed counts: all that the drive can write, or read. */
static bool disc_end(struct recorder *r, uint32_t *end) {
  struct mmc_speeds speeds;
  struct failure ignored;
  int64_t last;
  if (mmc_speeds(recorder_link(r), &speeds, &ignored) && speeds.end > 0) {
    *end = speeds.end;
    return true;
  }
  if (!mmc_capacity(recorder_link(r), &last, &ignored) || last <= 0 ||
      last > UINT32_MAX)
    return false;
  *end = (uint32_t)last;
  return true;
}

static bool set_streaming(struct recorder *r, uint32_t read, uint32_t write) {
  struct failure ignored;
  uint32_t end;
  return disc_end(r, &end) &&
         mmc_set_streaming(recorder_link(r),
                           end,
                           read == 0 ? MMC_SPEED_MOST : read,
                           write == 0 ? MMC_SPEED_MOST : write,
                           &ignored);
}

static bool set_cd_speed(struct recorder *r,
                         uint32_t read,
                         uint32_t write,
                         struct failure *f) {
  return mmc_set_cd_speed(recorder_link(r),
                          read == 0 ? 0xFFFF : read,
                          write == 0 ? 0xFFFF : write,
                          f);
}

bool speed_set(struct recorder *r,
               uint32_t read,
               uint32_t write,
               struct warnings *w,
               struct failure *f) {
  struct failure refused;
  if ((takes_streaming(r) && set_streaming(r, read, write)) ||
      set_cd_speed(r, read, write, &refused))
    return true;
  if (refused.code == FAIL_DEVICE_NOT_PRESENT && !refused.has_sense) {
    *f = refused;
    return false;
  }
  add_warning(
    w, "speed_not_set", "the drive keeps its own speed: %s", refused.message);
  return true;
}

void speed_lift(struct recorder *r) {
  struct failure ignored;
  if (!takes_streaming(r) || !mmc_restore_streaming(recorder_link(r), &ignored))
    set_cd_speed(r, 0, 0, &ignored);
}
