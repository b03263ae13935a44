/* dvd_incremental.c: DVD-R and DVD-RW, incrementally (drives.md 6): packets of
   an ECC block, tracks that are closed, sessions with borders between them. */
#include "dvd_minus.h"

#define TRACK_MODE_DATA 5 /* data, packets */
#define DATA_BLOCK_MODE_1 8

bool dvd_minus_set_page(struct recorder *r,
                        const struct burn *b,
                        enum mmc_write_type type,
                        bool keep_open,
                        struct failure *f) {
  struct mmc_write_page page = {
    .type = type,
    .underrun_free =
      b == NULL || (b->spec.underrun_free && b->medium.underrun_free),
    .test = b != NULL && b->spec.simulate,
    .next_session = keep_open,
    .packet = type == MMC_WRITE_PACKET ? DVD_ECC_BLOCK : 0,
    .track_mode = TRACK_MODE_DATA,
    .data_block = DATA_BLOCK_MODE_1,
  };
  return mmc_set_write_page(recorder_link(r), &page, f);
}

/* Where the disc has no calibration of this drive's yet (drives.md 6). */
bool dvd_minus_calibrate(struct burn *b, struct failure *f) {
  return b->medium.calibrated || calibrate_and_wait(b, f);
}

static bool set_page(struct recorder *r,
                     const struct burn *b,
                     bool keep_open,
                     struct failure *f) {
  return dvd_minus_set_page(r, b, MMC_WRITE_PACKET, keep_open, f);
}

#define FIRST_LEAST                                                            \
  65264 /* where the first border-out begins at the earliest */

/* Border-out and border-in, longer the further out they lie, and for the first
   session more than for later ones. */
static uint32_t border(const struct medium *m, int32_t end) {
  static const struct {
    int32_t up_to;
    uint32_t first, later;
  } borders[] = {
    {534016, 28688, 6160},
    {1267456, 37904, 8208},
    {INT32_MAX, 47120, 10256},
  };
  size_t i = 0;
  while (end > borders[i].up_to)
    i++;
  if (m->sessions > 0)
    return borders[i].later;
  return borders[i].first +
         (end < FIRST_LEAST ? (uint32_t)(FIRST_LEAST - end) : 0);
}

/* CLOSE 2 finalises too, when the page allows no further session. */
static const struct sequence incremental = {
  .border = border,
  .finalise = {MMC_CLOSE_SESSION},
  .finalise_closed = MMC_CLOSE_FINALISE,
  .set_page = set_page,
  .prepare = dvd_minus_calibrate,
};

/* Drives know no second session on a DVD-R of two layers (drives.md 6). */
static bool plan(const struct burn_spec *spec,
                 const struct medium *medium,
                 struct plan *plan,
                 struct failure *f) {
  if (spec->keep_open && medium->profile == PROFILE_DVD_R_DL)
    return fail(f,
                FAIL_UNSUPPORTED,
                "dvd-r-dl takes one session only: it cannot be kept open") ||
           advise(f, "Burn without `keep_open`: nothing can follow.");
  return sequence_plan(spec, medium, plan, f);
}

const struct write_mode dvd_incremental_mode = {
  .name = "incremental",
  IN_SEQUENCE(&incremental),
  .way = WAY_INCREMENTAL,
  .unit = DVD_ECC_BLOCK,
  .plan = plan,
};
