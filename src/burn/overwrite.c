/* overwrite.c: see overwrite.h. */
#include "overwrite.h"

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

bool overwrite_plan(const struct burn_spec *spec,
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
                  profile_name(medium->profile)) ||
             advise(f, "Burn one source, or say the `start` of each.");
    if (wanted->start % (int32_t)unit != 0)
      return fail(f,
                  FAIL_UNSUPPORTED,
                  "source %u: its start, %d, is no multiple of %u blocks",
                  i + 1,
                  (int)wanted->start,
                  unit) ||
             advise(f, "Round its `start` up.");
    if (!place(wanted, medium, unit, &plan->tracks[i], f))
      return false;
    plan->used += plan->tracks[i].blocks + plan->tracks[i].padding;
  }
  plan->capacity_after = medium->free_blocks;
  return true;
}

bool overwrite_open_track(struct burn *b,
                          unsigned index,
                          int32_t *start,
                          struct failure *f) {
  (void)f;
  *start = b->plan.tracks[index].start;
  return true;
}

bool overwrite_write(struct burn *b,
                     int32_t lba,
                     unsigned blocks,
                     const void *data,
                     struct failure *f) {
  struct transport *link = recorder_link(b->job.recorder);
  return b->spec.stream ? mmc_write_stream(link, lba, blocks, data, f)
                        : mmc_write(link, lba, blocks, data, SOURCE_BLOCK, f);
}

bool overwrite_close_track(struct burn *b, unsigned index, struct failure *f) {
  (void)index;
  return synchronise_and_wait(b->job.recorder, NULL, f);
}

bool overwrite_close_session(struct burn *b, struct failure *f) {
  struct ready_watch watch = job_watch(&b->job, false);
  return b->plan.mode->end_session(b->job.recorder, true, &watch, f);
}

void overwrite_recover(struct burn *b) {
  struct failure ignored;
  synchronise_and_wait(b->job.recorder, NULL, &ignored);
  b->plan.mode->end_session(b->job.recorder, true, NULL, &ignored);
}
