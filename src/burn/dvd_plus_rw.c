/* dvd_plus_rw.c: DVD+RW (drives.md 10): overwritten anywhere, while the format
   goes on in the background, which a burn restarts and ends. */
#include "../recorder/format.h"
#include "overwrite.h"

#define BACKGROUND_SUSPENDED 1
#define BACKGROUND_COMPLETE 3

static bool prepare(struct burn *b, struct failure *f) {
  struct ready_watch watch = job_watch(&b->job, true);
  return b->medium.background_format != BACKGROUND_SUSPENDED ||
         format_restart(b->job.recorder, &watch, f);
}

/* Other players read the disc only when its format has come to an end, whether
   or not it covers the disc. */
static bool end_session(struct recorder *r,
                        bool keep_open,
                        const struct ready_watch *watch,
                        struct failure *f) {
  struct mmc_disc disc;
  (void)keep_open;
  if (!mmc_disc_information(recorder_link(r), &disc, f))
    return false;
  return disc.background == BACKGROUND_COMPLETE ||
         close_session_and_wait(r, watch, f);
}

const struct write_mode dvd_plus_rw_mode = {
  OVERWRITING(DVD_ECC_BLOCK),
  .plan = overwrite_plan,
  .prepare = prepare,
  .open_track = overwrite_open_track,
  .end_session = end_session,
};
