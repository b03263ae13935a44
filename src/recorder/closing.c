/* closing.c: synchronising and closing, with the waits and second looks that
   drives need; used by every write mode and by `finish`. */
#include "write_mode.h"

#define CLOSE_SESSION 2
#define CLOSE_TRIES 3

bool synchronise_and_wait(struct recorder *r,
                          const struct ready_watch *watch,
                          struct failure *f) {
  if (!mmc_synchronize(recorder_link(r), true, f))
    return false;
  return wait_ready(&r->patience, READY_AFTER_WRITE, watch, f);
}

/* Drives that return early from CLOSE answer 6/2E, 2/04/07 or 2/04/08 (mmc.md
   B.2): then it is at work, and what counts is what the disc says afterwards. */
static bool came_back_early(const struct failure *f) {
  return f->has_sense &&
         ((f->key == KEY_NOT_READY && f->asc == 0x04) ||
          (f->key == KEY_UNIT_ATTENTION && f->asc == 0x2E));
}

bool close_session_and_wait(struct recorder *r,
                            const struct ready_watch *watch,
                            struct failure *f) {
  for (int i = 0; i < CLOSE_TRIES; i++) {
    struct mmc_disc disc;
    /* Without patience: a repeated CLOSE would meet a session closed already. */
    if (!mmc_close(r->t, CLOSE_SESSION, 0, f) && !came_back_early(f))
      return false;
    if (!wait_ready(&r->patience, READY_AFTER_WRITE, watch, f))
      return false;
    if (!mmc_disc_information(recorder_link(r), &disc, f))
      return false;
    /* Complete, or appendable after an empty session: it is closed. */
    if (disc.status == 2 || disc.last_session == 0 || disc.last_session == 3)
      return true;
  }
  return fail(f,
              FAIL_INITIALIZE_ENDWRITE,
              "CLOSE TRACK/SESSION: the drive said yes, and the session is "
              "still open");
}
