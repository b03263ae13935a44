/* dvd_rw_overwrite.c: DVD-RW formatted for restricted overwriting (drives.md
   10): overwritten up to its border, which grows by being written on. */
#include "../recorder/format.h"
#include "overwrite.h"

#define GAP_MOST 32 /* blocks: what a volume leaves free before it */

/* === plan === */

/* A source begins where the border ends, or the source before it. How far
   behind that one does: what is between is filled with zeros. */
static uint32_t gap_before(const struct medium *medium,
                           const struct plan *plan,
                           unsigned index) {
  int64_t edge = 0, start = plan->tracks[index].start;
  if (medium->track_count > 0)
    edge = (int64_t)medium->tracks[0].start + medium->tracks[0].blocks;
  for (unsigned i = 0; i < index; i++) {
    const struct plan_track *t = &plan->tracks[i];
    int64_t end = (int64_t)t->start + t->blocks + t->padding;
    edge = end > edge ? end : edge;
  }
  return start > edge ? (uint32_t)(start - edge) : 0;
}

static bool lay_out(const struct burn_spec *spec,
                    const struct medium *medium,
                    struct plan *plan,
                    struct failure *f) {
  if (!overwrite_plan(spec, medium, plan, f))
    return false;
  for (unsigned i = 0; i < plan->track_count; i++) {
    uint32_t gap = gap_before(medium, plan, i);
    if (gap > GAP_MOST)
      return fail(f,
                  FAIL_UNSUPPORTED,
                  "source %u: its start, %d, lies %u blocks behind what is "
                  "recorded: "
                  "a DVD-RW grows in sequence",
                  i + 1,
                  (int)plan->tracks[i].start,
                  (unsigned)gap) ||
             advise(f,
                    "Begin where the disc ends, or format it with \"full\".");
  }
  return true;
}

/* === before and after === */

/* The end of what is written, of all sources. */
static uint32_t end_of(const struct plan *plan) {
  uint32_t end = 0;
  for (unsigned i = 0; i < plan->track_count; i++) {
    const struct plan_track *t = &plan->tracks[i];
    uint32_t one = (uint32_t)t->start + t->blocks + t->padding;
    if (t->open_ended)
      one = (uint32_t)t->start + t->room;
    if (one > end)
      end = one;
  }
  return end;
}

/* A border that is too short is opened again, and grows by being written. */
static bool open_border(struct burn *b, struct failure *f) {
  struct ready_watch watch = job_watch(&b->job, true);
  struct format_choice grow = {.format = {FORMAT_QUICK_GROW, 0, 16}};
  const struct mmc_formats *formats = &b->medium.formats;
  if (formats->current != MMC_CAPACITY_FORMATTED ||
      end_of(&b->plan) <= formats->current_blocks)
    return true;
  return format_and_wait(b->job.recorder, &grow, &watch, f);
}

static bool
open_track(struct burn *b, unsigned index, int32_t *start, struct failure *f) {
  static const uint8_t zeros[GAP_MOST * SOURCE_BLOCK];
  uint32_t gap = gap_before(&b->medium, &b->plan, index);
  return overwrite_open_track(b, index, start, f) &&
         (gap == 0 || overwrite_write(b, *start - (int32_t)gap, gap, zeros, f));
}

/* Players do not read a border that is open. */
static bool end_session(struct recorder *r,
                        bool keep_open,
                        const struct ready_watch *watch,
                        struct failure *f) {
  struct mmc_disc disc;
  (void)keep_open;
  if (!mmc_disc_information(recorder_link(r), &disc, f))
    return false;
  return disc.last_session != 1 || close_session_and_wait(r, watch, f);
}

const struct write_mode dvd_rw_overwrite_mode = {
  OVERWRITING(DVD_ECC_BLOCK),
  .plan = lay_out,
  .prepare = open_border,
  .open_track = open_track,
  .end_session = end_session,
};
