/* burn.c: the course of a burn: prepare, write, close, ask again, read back;
   and what is done when a step fails. */
#include "burn.h"

#include "../transport/trace.h"
#include "as_needed.h"
#include "../recorder/packets.h"
#include "../recorder/speed.h"
#include <stdlib.h>
#include <string.h>

const char *const burn_phase_names[PHASE_COUNT] = {
  [PHASE_PREPARE] = "preparing",
  [PHASE_WRITE] = "writing",
  [PHASE_CLOSE] = "closing",
  [PHASE_CHECK] = "checking",
  [PHASE_READ] = "reading",
};

static bool check_cancelled(struct burn *b, struct failure *f) {
  return job_go_on(&b->job, f);
}

/* === preparing === */

/* From then on the disc must stay. */
static bool look_at_medium(struct burn *b, struct failure *f) {
  struct recorder *r = b->job.recorder;
  struct ready_watch watch = job_watch(&b->job, true);
  if (!wait_ready(&r->patience, READY_AFTER_LOAD, &watch, f) &&
      f->code != FAIL_MEDIUM_NOT_PRESENT)
    return false;
  return medium_read_watched(r, &watch, &b->medium, f);
}

static bool plan(struct burn *b, struct failure *f) {
  return look_at_medium(b, f) && burn_check_expected(b, f) &&
         plan_make(&b->spec, &b->medium, &b->plan, f);
}

/* Planned before it is done: what could never fit does not cost the disc. */
static bool erase_or_format(struct burn *b, struct failure *f) {
  if (!as_needed_do(b, f))
    return false;
  b->spec.expect.on = false;
  if (!plan(b, f))
    return false;
  return !b->plan.needs_preparation ||
         fail(f,
              FAIL_GENERIC,
              "burn: the drive reports success, but the disc is %s",
              medium_state_names[b->medium.state]);
}

static bool prepare(struct burn *b, struct failure *f) {
  struct recorder *r = b->job.recorder;
  struct failure ignored;
  if (!plan(b, f) || (b->plan.needs_preparation && !erase_or_format(b, f)))
    return false;
  b->report.mode = b->plan.mode->name;
  r->patience.flush_ends = b->plan.mode->request != MODE_OVERWRITE &&
                           b->plan.mode->request != MODE_INCREMENTAL;
  b->report.warnings = b->plan.warnings;
  /* A cancel before its source was open had nothing to wake. */
  if (!feed_open(b->feed, f) || !check_cancelled(b, f))
    return false;
  /* Drives without a lock (slot-in, USB bridges) refuse; that is no failure. */
  mmc_prevent_removal(recorder_link(r), true, &ignored);
  /* Reading stays at its most: drives couple the two (drives.md 8). */
  if (!speed_set(r, 0, b->spec.speed, &b->report.warnings, f))
    return false;
  return b->plan.mode->prepare(b, f) && feed_gather(b->feed, b->index, f);
}

/* === closing === */

static bool close_up(struct burn *b, struct failure *f) {
  return check_cancelled(b, f) && b->plan.mode->close_session(b, f);
}

/* === the course of it === */

static const struct step {
  enum burn_phase phase;
  bool (*run)(struct burn *b, struct failure *f);
  bool spoils; /* once it has begun, the disc may need recovery */
} steps[] = {
  {PHASE_PREPARE, prepare, false},
  {PHASE_WRITE, burn_write_tracks, true},
  {PHASE_CLOSE, close_up, true},
  {PHASE_CHECK, burn_check_medium, false},
  {PHASE_READ, burn_read_back, false},
};

static uint64_t phase_total(const struct burn *b, enum burn_phase phase) {
  switch (phase) {
    case PHASE_WRITE:
      return (uint64_t)b->plan.blocks + b->plan.padding + b->plan.pregaps;
    case PHASE_READ:
      return b->plan.blocks;
    default:
      return 0;
  }
}

/* After a failure: take no more, leave the disc in order, ask it how it is. */
static void clean_up(struct burn *b, bool spoiled) {
  struct recorder *r = b->job.recorder;
  struct failure ignored;
  feed_leave(b->feed, b->index, false);
  /* What follows must happen although the job was cancelled. */
  r->patience.cancelled = NULL;
  if (spoiled && b->plan.mode != NULL)
    b->plan.mode->recover(b);
  if (!b->report.has_medium)
    b->report.has_medium = medium_read(r, &b->report.medium, &ignored);
}

static bool burn_run(struct job *j) {
  struct burn *b = (struct burn *)j;
  struct recorder *r = j->recorder;
  bool ok = true, spoiled = false;
  for (size_t i = 0; i < sizeof steps / sizeof *steps && ok; i++) {
    uint64_t start = clock_now(r->t->clock);
    job_phase(
      j, burn_phase_names[steps[i].phase], phase_total(b, steps[i].phase));
    spoiled = steps[i].spoils;
    ok = steps[i].run(b, &j->failure) && check_cancelled(b, &j->failure);
    b->report.seconds[steps[i].phase] =
      (double)(clock_now(r->t->clock) - start) / (double)CLOCK_SECOND;
  }
  if (!ok)
    clean_up(b, spoiled);
  feed_end(b->feed, b->index);
  recorder_unlock_tray(r);
  packets_warn(r, &b->report.warnings);
  if (trace_error(r->t) != 0)
    add_warning(&b->report.warnings,
                "trace_incomplete",
                "the trace ends early: its file could not be written any more");
  return ok;
}

static void burn_cancel(struct job *j) {
  struct burn *b = (struct burn *)j;
  feed_cancel(b->feed, b->index);
}

static void burn_free(struct job *j) {
  struct burn *b = (struct burn *)j;
  feed_end(b->feed, b->index); /* of a burn that never ran */
  feed_unref(b->feed);
  for (unsigned i = 0; i < b->spec.track_count; i++)
    marks_free(&b->marks[i]);
  free(b->sectors);
  free(b);
}

static bool allocate(struct burn *b, struct failure *f) {
  for (unsigned i = 0; i < b->spec.track_count; i++) {
    int64_t length = b->spec.tracks[i].length;
    unsigned block = track_block(&b->spec.tracks[i]);
    bool audio = b->spec.tracks[i].audio;
    if (b->spec.verify && length > 0 &&
        !marks_init(
          &b->marks[i], ((uint64_t)length + block - 1) / block, block, audio))
      return fail(f, FAIL_NO_MEMORY, "burn: no memory for the checksums");
  }
  return true;
}

struct burn *burn_new(struct recorder *r,
                      const struct burn_spec *spec,
                      struct feed *feed,
                      unsigned index,
                      struct failure *f) {
  static const struct job_ops ops = {
    .name = "burn",
    .burning = true,
    .run = burn_run,
    .cancel = burn_cancel,
    .free = burn_free,
  };
  struct burn *b = calloc(1, sizeof *b);
  if (b == NULL) {
    fail(f, FAIL_NO_MEMORY, "burn: out of memory");
    feed_end(feed, index);
    return NULL;
  }
  b->spec = *spec;
  if (b->spec.speed == 0)
    b->spec.speed = r->properties.write_speed;
  /* Where a test goes on is reckoned, not asked: then the gap is the one that
     all drives make. */
  if (!b->spec.simulate)
    b->spec.audio_gap = r->properties.audio_gap_size;
  if (!r->properties.enable_underrun_free)
    b->spec.underrun_free = false;
  feed_ref(feed);
  b->feed = feed;
  b->index = index;
  if (job_init(&b->job, &ops, r, f) && allocate(b, f))
    return b;
  job_unref(&b->job);
  return NULL;
}
