/* burn.c: the course of a burn: prepare, write, close, ask again, read back;
   and what is done when a step fails. */
#include "burn.h"

#include "../transport/trace.h"
#include "as_needed.h"
#include "packets.h"
#include "speed.h"
#include <stdlib.h>
#include <string.h>

const char *const burn_phase_names[PHASE_COUNT] = {
  [PHASE_PREPARE] = "preparing",
  [PHASE_WRITE] = "writing",
  [PHASE_CLOSE] = "closing",
  [PHASE_CHECK] = "checking",
  [PHASE_READ] = "reading",
};

#define BUFFER_LOOK 512u /* blocks between two looks at the ring */

/* Never written; not const, so that they take no room in the file. */
static uint8_t zeros[RING_SEGMENT];

static bool check_cancelled(struct burn *b, struct failure *f) {
  return job_go_on(&b->job, f);
}

/* === preparing === */

/* What the drive says of a new disc it has said when it is ready. From then on
   the disc must stay. */
static bool look_at_medium(struct burn *b, struct failure *f) {
  struct recorder *r = b->job.recorder;
  struct ready_watch watch = job_watch(&b->job, true);
  if (!wait_ready(&r->patience, READY_AFTER_LOAD, &watch, f) &&
      f->code != FAIL_MEDIUM_NOT_PRESENT)
    return false;
  atomic_store(&r->patience.medium_changed, false);
  return medium_read_watched(r, &watch, &b->medium, f);
}

static bool check_same_disc(struct burn *b, struct failure *f) {
  if (!atomic_load(&b->job.recorder->patience.medium_changed))
    return true;
  return fail(f,
              FAIL_WRONG_DISC,
              "burn: the disc was changed before the track was begun");
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

/* === writing === */

static struct tap *tap_of(const struct burn *b) {
  return feed_tap(b->feed, b->index);
}

static unsigned packet_of(const struct burn *b) {
  return packet_blocks(b->job.recorder, b->spec.packet, b->plan.mode->unit);
}

/* One WRITE. One that is refused for its length is sent again shorter, unless
   the drive took it all the same. */
static bool write_packet(struct burn *b,
                         int32_t lba,
                         const uint8_t *data,
                         unsigned *blocks,
                         struct failure *f) {
  struct recorder *r = b->job.recorder;
  unsigned most = *blocks;
  for (;;) {
    unsigned denied = r->patience.denied, packet = packet_of(b);
    *blocks = most < packet ? most : packet;
    if (!check_cancelled(b, f))
      return false;
    if (b->plan.mode->write(b, lba, *blocks, data, f))
      return true;
    if (!packet_too_long(r, (size_t)*blocks * SOURCE_BLOCK, denied, f))
      return false;
    if (write_taken(b, lba, *blocks) == 1)
      return true;
  }
}

/* How many of these the drive took, at least one unit of the mode's; 0: it
   failed. */
static unsigned write_blocks(struct burn *b,
                             int32_t lba,
                             const uint8_t *data,
                             unsigned blocks,
                             struct failure *f) {
  if (!write_packet(b, lba, data, &blocks, f))
    return 0;
  b->written += blocks;
  if (b->written % BUFFER_LOOK < blocks)
    atomic_store_explicit(
      &b->job.buffer_percent, ring_percent(tap_of(b)), memory_order_relaxed);
  job_progress(&b->job, b->written, SOURCE_BLOCK);
  return blocks;
}

/* A piece, or its beginning; where it ends within a unit of the mode's, zeros
   of the padding go along: they follow it in the ring. */
static bool write_piece(struct burn *b,
                        unsigned index,
                        const uint8_t *piece,
                        size_t len,
                        struct failure *f) {
  unsigned blocks = (unsigned)((len + SOURCE_BLOCK - 1) / SOURCE_BLOCK);
  struct burn_written *w = &b->report.tracks[index];
  unsigned unit = b->plan.mode->unit;
  unsigned missing = (unit - blocks % unit) % unit, taken;
  if (!open_ended_fits(b, index, blocks + missing, f))
    return false;
  taken =
    write_blocks(b, w->start + (int32_t)w->blocks, piece, blocks + missing, f);
  if (taken == 0)
    return false;
  if (taken < blocks)
    blocks = taken;
  w->blocks += blocks;
  w->padding += taken - blocks;
  if (b->spec.verify)
    marks_add(&b->marks[index], piece, blocks);
  if (len > (size_t)blocks * SOURCE_BLOCK)
    len = (size_t)blocks * SOURCE_BLOCK;
  ring_used(tap_of(b), len);
  return true;
}

static bool write_payload(struct burn *b, unsigned index, struct failure *f) {
  const uint8_t *piece;
  size_t len;
  for (;;) {
    piece = ring_piece(tap_of(b), (size_t)packet_of(b) * SOURCE_BLOCK, &len);
    if (piece == NULL)
      break;
    if (!write_piece(b, index, piece, len, f))
      return false;
  }
  if (len != 0)
    return feed_broke_off(b->feed, b->index, f);
  marks_end(&b->marks[index]);
  memcpy(
    b->report.tracks[index].sha256, b->feed->tracks[index].sha256, DIGEST_SIZE);
  b->report.tracks[index].bytes = (uint64_t)b->feed->tracks[index].bytes;
  b->report.tracks[index].hashed = true;
  ring_next_part(tap_of(b));
  return true;
}

static bool write_padding(struct burn *b, unsigned index, struct failure *f) {
  struct burn_written *w = &b->report.tracks[index];
  uint32_t padding = b->plan.tracks[index].padding;
  uint32_t most = (uint32_t)(b->feed->ring.segment / SOURCE_BLOCK);
  while (w->padding < padding) {
    uint32_t left = padding - w->padding;
    int32_t lba = w->start + (int32_t)(w->blocks + w->padding);
    unsigned taken = write_blocks(b, lba, zeros, left < most ? left : most, f);
    if (taken == 0)
      return false;
    w->padding += taken;
  }
  return true;
}

static bool write_track(struct burn *b, unsigned index, struct failure *f) {
  const struct write_mode *mode = b->plan.mode;
  struct burn_written *w = &b->report.tracks[index];
  if (!check_cancelled(b, f) || !mode->open_track(b, index, &w->start, f) ||
      !check_same_disc(b, f))
    return false;
  b->report.track_count = index + 1;
  if (!open_ended_begin(b, index, f))
    return false;
  ring_wait_filled(tap_of(b), b->feed->ring.size / 2);
  return write_payload(b, index, f) && open_ended_plan(b, index, f) &&
         write_padding(b, index, f) && mode->close_track(b, index, f);
}

static bool write_tracks(struct burn *b, struct failure *f) {
  for (unsigned i = 0; i < b->spec.track_count; i++)
    if (!write_track(b, i, f))
      return false;
  feed_leave(b->feed, b->index, true);
  return true;
}

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
  {PHASE_WRITE, write_tracks, true},
  {PHASE_CLOSE, close_up, true},
  {PHASE_CHECK, burn_check_medium, false},
  {PHASE_READ, burn_read_back, false},
};

static uint64_t phase_total(const struct burn *b, enum burn_phase phase) {
  switch (phase) {
    case PHASE_WRITE:
      return (uint64_t)b->plan.blocks + b->plan.padding;
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
  struct failure ignored;
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
  mmc_prevent_removal(recorder_link(r), false, &ignored);
  packets_warn(r, &b->report.warnings);
  if (trace_error(r->t) != 0)
    warn(&b->report.warnings,
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
  free(b);
}

static bool allocate(struct burn *b, struct failure *f) {
  for (unsigned i = 0; i < b->spec.track_count; i++) {
    int64_t length = b->spec.tracks[i].length;
    if (b->spec.verify && length > 0 &&
        !marks_init(&b->marks[i],
                    ((uint64_t)length + SOURCE_BLOCK - 1) / SOURCE_BLOCK))
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
