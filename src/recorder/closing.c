/* closing.c: used by every write mode, by `finish` and `format`. */
#include "closing.h"

#include "../transport/opcodes.h"
#include <string.h>

#define TRIES 3

/* Drives that return early from CLOSE answer 6/2E, 2/04/07 or 2/04/08
   (drives.md 5): then it is at work, and what counts is what the disc says
   afterwards. After 6/3F/0E, of a neighbour that came or went, too; and when
   it was done, and the drive only had something to say of it. */
static bool close_may_be_done(const struct failure *f) {
  if (!f->has_sense)
    return false;
  switch (f->key) {
    case KEY_NO_SENSE:
    case KEY_RECOVERED_ERROR:
      return true;
    case KEY_UNIT_ATTENTION:
      return f->asc == 0x2E || (f->asc == 0x3F && f->ascq == 0x0E);
    case KEY_NOT_READY: /* 04/03: it wants a hand, and works at nothing */
      return (f->asc == 0x04 && f->ascq != 0x03) || f->asc == 0x3E;
    default:
      return false;
  }
}

bool close_was_refused(const struct failure *f) {
  return f->has_sense && f->key == KEY_ILLEGAL_REQUEST &&
         strcmp(f->command, opcode_name(OP_CLOSE_TRACK_SESSION)) == 0;
}

bool close_track_and_wait(struct recorder *r,
                          unsigned number,
                          const struct ready_watch *watch,
                          struct mmc_track *t,
                          struct failure *f) {
  for (int i = 0; i < TRIES; i++) {
    if (!mmc_close(r->t, MMC_CLOSE_TRACK, number, f) && !close_may_be_done(f))
      return false;
    if (!wait_ready(&r->patience, READY_AFTER_WRITE, watch, f))
      return false;
    if (!mmc_track_information(recorder_link(r), number, t, f))
      return false;
    if (!t->damaged && !t->has_nwa)
      return true;
  }
  return fail(f,
              FAIL_INITIALIZE_ENDWRITE,
              "CLOSE TRACK/SESSION: the drive said yes, and track %u is still "
              "open",
              number);
}

/* Complete, or appendable after an empty session: the session is closed. */
static bool is_closed(const struct mmc_disc *disc, enum mmc_close function) {
  if (function != MMC_CLOSE_SESSION)
    return disc->status == 2;
  return disc->status == 2 || disc->last_session == 0 ||
         disc->last_session == 3;
}

bool close_and_wait(struct recorder *r,
                    enum mmc_close function,
                    const struct ready_watch *watch,
                    struct failure *f) {
  for (int i = 0; i < TRIES; i++) {
    struct mmc_disc disc;
    /* Without patience: a repeated CLOSE would meet a session closed already.
     */
    if (!mmc_close(r->t, function, 0, f) && !close_may_be_done(f))
      return false;
    if (!wait_ready(&r->patience, READY_AFTER_WRITE, watch, f))
      return false;
    if (!mmc_disc_information(recorder_link(r), &disc, f))
      return false;
    if (is_closed(&disc, function))
      return true;
  }
  return fail(f,
              FAIL_INITIALIZE_ENDWRITE,
              "CLOSE TRACK/SESSION: the drive said yes, and the %s is still "
              "open",
              function == MMC_CLOSE_SESSION ? "session" : "disc");
}

bool close_session_and_wait(struct recorder *r,
                            const struct ready_watch *watch,
                            struct failure *f) {
  return close_and_wait(r, MMC_CLOSE_SESSION, watch, f);
}

bool synchronise_and_wait(struct recorder *r,
                          const struct ready_watch *watch,
                          struct failure *f) {
  for (int i = 0; i < TRIES; i++) {
    unsigned before = r->patience.overdue;
    if (mmc_synchronize(recorder_link(r), true, f))
      return wait_ready(&r->patience, READY_AFTER_WRITE, watch, f);
    /* Once more does no harm: what is flushed stays flushed. */
    if (r->patience.overdue == before)
      return false;
  }
  return false;
}
