/* overwrite.c: discs whose blocks can be written in any order: DVD+RW, DVD-RAM,
   BD-RE, DVD-RW formatted for restricted overwriting (drives.md 10). Nothing
   has to be closed but a format that goes on, or a border that grew. */
#include "burn.h"
#include "format.h"
#include "write_mode.h"

#define BACKGROUND_SUSPENDED 1
#define BACKGROUND_COMPLETE 3
#define GAP_MOST 32 /* blocks: what a volume leaves free before it */

/* === plan === */

static bool place(const struct burn_track *wanted,
                  const struct medium *medium,
                  unsigned unit,
                  struct plan_track *t,
                  struct failure *f) {
  uint64_t need;
  t->start = wanted->start;
  t->padding = blocks_to_unit(t->blocks, unit);
  need = (uint64_t)t->start + t->blocks + t->padding;
  return need <= medium->free_blocks ||
         disc_too_small(need, medium->free_blocks, f);
}

/* A DVD-RW's border grows by being written on, so that a source begins where
   the border ends, or the source before it. How far behind that one does: what
   is between is filled with zeros. */
static uint32_t gap_before(const struct medium *medium,
                           const struct plan *plan,
                           unsigned index) {
  int64_t edge = 0, start = plan->tracks[index].start;
  if (medium->profile != PROFILE_DVD_RW_OVERWRITE)
    return 0;
  if (medium->track_count > 0)
    edge = (int64_t)medium->tracks[0].start + medium->tracks[0].blocks;
  for (unsigned i = 0; i < index; i++) {
    const struct plan_track *t = &plan->tracks[i];
    int64_t end = (int64_t)t->start + t->blocks + t->padding;
    edge = end > edge ? end : edge;
  }
  return start > edge ? (uint32_t)(start - edge) : 0;
}

static bool reaches(const struct medium *medium,
                    const struct plan *plan,
                    unsigned index,
                    struct failure *f) {
  uint32_t gap = gap_before(medium, plan, index);
  return gap <= GAP_MOST ||
         fail(
           f,
           FAIL_UNSUPPORTED,
           "source %u: its start, %d, lies %u blocks behind what is recorded: "
           "a DVD-RW grows in sequence",
           index + 1,
           (int)plan->tracks[index].start,
           (unsigned)gap);
}

static bool overwrite_plan(const struct burn_spec *spec,
                           const struct medium *medium,
                           struct plan *plan,
                           struct failure *f) {
  unsigned unit = plan->mode->unit;
  for (unsigned i = 0; i < plan->track_count; i++) {
    const struct burn_track *wanted = &spec->tracks[i];
    if (i > 0 && !wanted->placed)
      return fail(f,
                  FAIL_UNSUPPORTED,
                  "%s has no tracks: one source at a time, or each with its "
                  "start",
                  profile_name(medium->profile));
    if (wanted->start % (int32_t)unit != 0)
      return fail(f,
                  FAIL_UNSUPPORTED,
                  "source %u: its start, %d, is no multiple of %u blocks",
                  i + 1,
                  (int)wanted->start,
                  unit);
    if (!place(wanted, medium, unit, &plan->tracks[i], f) ||
        !reaches(medium, plan, i, f))
      return false;
    plan->used += plan->tracks[i].blocks + plan->tracks[i].padding;
  }
  plan->capacity_after = medium->free_blocks;
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

static bool overwrite_prepare(struct burn *b, struct failure *f) {
  struct ready_watch watch = job_watch(&b->job, true);
  if (b->medium.profile == PROFILE_DVD_RW_OVERWRITE)
    return open_border(b, f);
  return b->medium.background_format != BACKGROUND_SUSPENDED ||
         format_restart(b->job.recorder, &watch, f);
}

static bool overwrite_open_track(struct burn *b,
                                 unsigned index,
                                 int32_t *start,
                                 struct failure *f) {
  static const uint8_t zeros[GAP_MOST * SOURCE_BLOCK];
  uint32_t gap = gap_before(&b->medium, &b->plan, index);
  *start = b->plan.tracks[index].start;
  return gap == 0 ||
         b->plan.mode->write(b, *start - (int32_t)gap, gap, zeros, f);
}

static bool overwrite_write(struct burn *b,
                            int32_t lba,
                            unsigned blocks,
                            const void *data,
                            struct failure *f) {
  struct transport *link = recorder_link(b->job.recorder);
  return b->spec.stream ? mmc_write_stream(link, lba, blocks, data, f)
                        : mmc_write(link, lba, blocks, data, SOURCE_BLOCK, f);
}

static bool
overwrite_close_track(struct burn *b, unsigned index, struct failure *f) {
  (void)index;
  return synchronise_and_wait(b->job.recorder, NULL, f);
}

/* Is a background format going on, or a border open? */
static bool
is_unfinished(struct recorder *r, bool *unfinished, struct failure *f) {
  struct mmc_configuration c;
  struct mmc_disc disc;
  if (!mmc_configuration(recorder_link(r), &c, f) ||
      !mmc_disc_information(recorder_link(r), &disc, f))
    return false;
  *unfinished =
    c.profile == PROFILE_DVD_PLUS_RW
      ? disc.background != BACKGROUND_COMPLETE
      : c.profile == PROFILE_DVD_RW_OVERWRITE && disc.last_session == 1;
  return true;
}

/* Other players read a DVD+RW only when its format has come to an end, whether
   or not it covers the disc; and a border that is open not at all. */
static bool overwrite_end_session(struct recorder *r,
                                  bool keep_open,
                                  const struct ready_watch *watch,
                                  struct failure *f) {
  bool unfinished;
  (void)keep_open;
  if (!is_unfinished(r, &unfinished, f))
    return false;
  return !unfinished || close_session_and_wait(r, watch, f);
}

static bool overwrite_close_session(struct burn *b, struct failure *f) {
  struct ready_watch watch = job_watch(&b->job, false);
  return overwrite_end_session(b->job.recorder, true, &watch, f);
}

static void overwrite_recover(struct burn *b) {
  struct failure ignored;
  synchronise_and_wait(b->job.recorder, NULL, &ignored);
  overwrite_end_session(b->job.recorder, true, NULL, &ignored);
}

#define OVERWRITING(blocks)                                                    \
  {                                                                            \
    .name = "overwrite", .request = MODE_OVERWRITE, .way = WAY_OVERWRITE,      \
    .unit = blocks, .plan = overwrite_plan, .prepare = overwrite_prepare,      \
    .open_track = overwrite_open_track, .write = overwrite_write,              \
    .close_track = overwrite_close_track,                                      \
    .close_session = overwrite_close_session,                                  \
    .end_session = overwrite_end_session, .recover = overwrite_recover,        \
  }

const struct write_mode overwrite_mode = OVERWRITING(DVD_ECC_BLOCK);
const struct write_mode bd_re_mode = OVERWRITING(BD_CLUSTER);
