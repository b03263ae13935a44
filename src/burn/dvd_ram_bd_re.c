/* dvd_ram_bd_re.c: DVD-RAM and BD-RE (drives.md 10): overwritten anywhere; the
   drive reads what it wrote and has spare blocks for bad ones, but in a stream.
   Nothing has to be prepared or closed. */
#include "overwrite.h"

static bool prepare(struct burn *b, struct failure *f) {
  (void)b, (void)f;
  return true;
}

static bool end_session(struct recorder *r,
                        bool keep_open,
                        const struct ready_watch *watch,
                        struct failure *f) {
  (void)r, (void)keep_open, (void)watch, (void)f;
  return true;
}

const struct write_mode dvd_ram_mode = {
  OVERWRITING(DVD_ECC_BLOCK),
  .plan = overwrite_plan,
  .prepare = prepare,
  .open_track = overwrite_open_track,
  .end_session = end_session,
};

const struct write_mode bd_re_mode = {
  OVERWRITING(BD_CLUSTER),
  .plan = overwrite_plan,
  .prepare = prepare,
  .open_track = overwrite_open_track,
  .end_session = end_session,
};
