/* bd_r.c: BD-R, recorded in sequence (drives.md 6): clusters of 32 blocks, no
   border between sessions, mode page 05h has no say. A blank disc that nobody
   formatted is formatted without spare areas by its first write. */
#include "sequence.h"

static const struct sequence bd_r = {
  .finalise = {MMC_CLOSE_DISC},
};

/* A disc that was formatted for pseudo-overwrite has one session only. */
static bool plan(const struct burn_spec *spec,
                 const struct medium *medium,
                 struct plan *plan,
                 struct failure *f) {
  if (!spec->keep_open || !medium->pseudo_overwrite)
    return sequence_plan(spec, medium, plan, f);
  fail(f,
       FAIL_UNSUPPORTED,
       "this bd-r was formatted for pseudo-overwrite: it cannot be kept open");
  f->advice =
    "Burn it without keep_open, or use a disc that was not formatted.";
  return false;
}

const struct write_mode bd_r_mode = {
  .name = "sequential",
  IN_SEQUENCE(&bd_r),
  .way = WAY_BD_R,
  .unit = BD_CLUSTER,
  .plan = plan,
};
