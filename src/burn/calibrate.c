/* calibrate.c: power calibration. Drives calibrate by themselves before the
   first write, so one that refuses the command is no failure; a full
   calibration area is told as a warning (drives.md 5). */
#include "burn.h"

/* 1/73/01 and 3/73/01 count as good: it worked, this time. */
static void warn_of_calibration(struct burn *b, unsigned recovered_before) {
  const struct patience *p = &b->job.recorder->patience;
  if (p->recovered != recovered_before && p->corrected.asc == 0x73 &&
      p->corrected.ascq == 0x01)
    add_warning(&b->report.warnings,
                "calibration_area_almost_full",
                "this disc's power calibration area is almost full");
}

bool calibrate_and_wait(struct burn *b, struct failure *f) {
  struct patience *patience = &b->job.recorder->patience;
  unsigned recovered = patience->recovered;
  if (mmc_calibrate(recorder_link(b->job.recorder), f)) {
    struct ready_watch watch = job_watch(&b->job, true);
    warn_of_calibration(b, recovered);
    return wait_ready(patience, READY_AFTER_WRITE, &watch, f);
  }
  return f->has_sense &&
         (f->key == KEY_ILLEGAL_REQUEST || f->key == KEY_UNIT_ATTENTION);
}
