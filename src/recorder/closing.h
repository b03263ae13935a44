/* closing.h: what flushes and closes, with the waits and second looks that
   drives need. */
#ifndef DISCRECORDER_CLOSING_H
#define DISCRECORDER_CLOSING_H

#include "recorder.h"

/*
** Close with function 2, wait, and look whether the session is closed now,
*since some drives come back early (drives.md 5).
*/
bool close_session_and_wait(struct recorder *r,
                            const struct ready_watch *watch,
                            struct failure *f);
/* The same with another of its functions: those that finalise have to leave
   the disc complete. */
bool close_and_wait(struct recorder *r,
                    enum mmc_close function,
                    const struct ready_watch *watch,
                    struct failure *f);
/* The same for a track, with function 1; what the drive says of it then is in
   't'. */
bool close_track_and_wait(struct recorder *r,
                          unsigned number,
                          const struct ready_watch *watch,
                          struct mmc_track *t,
                          struct failure *f);
/* SYNCHRONIZE CACHE with Immed, and wait. */
bool synchronise_and_wait(struct recorder *r,
                          const struct ready_watch *watch,
                          struct failure *f);

/* The drive knows no such CLOSE, or has nothing to close: it is not what came
   of a question after it. */
bool close_was_refused(const struct failure *f);

#endif
