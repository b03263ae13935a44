/* burn.c: the course of a burn: prepare, write, close, ask again, read back;
   and what is done when a step fails. */
#include "burn.h"

#include "../transport/trace.h"
#include "packets.h"
#include <stdlib.h>
#include <string.h>

const char *const burn_phase_names[PHASE_COUNT] = {
  [PHASE_PREPARE] = "preparing",
  [PHASE_WRITE] = "writing",
  [PHASE_CLOSE] = "closing",
  [PHASE_CHECK] = "checking",
  [PHASE_READ] = "reading",
};

#define ZERO_BLOCKS 32u
#define BUFFER_LOOK                                                            \
  512u /* blocks between two looks at how full the ring is                     \
        */

#define BUFFER_MOST ((size_t)16 << 20)
#define BUFFER_LEAST ((size_t)4 << 20)

static const uint8_t zeros[ZERO_BLOCKS * SOURCE_BLOCK];

static bool check_cancelled(struct burn *b, struct failure *f) {
  return job_go_on(&b->job, f);
}

/* === preparing === */

static bool open_sources(struct burn *b, struct failure *f) {
  for (unsigned i = 0; i < b->spec.track_count; i++) {
    struct source *s = b->spec.tracks[i].source;
    if (!s->ops->open(s, f))
      return false;
  }
  return true;
}

/* Before the job starts: whoever pushes bytes knows that they are wanted. */
static bool claim_sources(struct burn *b, struct failure *f) {
  for (unsigned i = 0; i < b->spec.track_count; i++) {
    if (!source_claim(b->spec.tracks[i].source)) {
      fail(f, FAIL_BUSY, "track %u: its source is being read already", i + 1);
      f->culprit = CULPRIT_PROGRAM;
      f->advice = "Wait until the burn that reads it has ended.";
      return false;
    }
    b->claimed = i + 1;
  }
  return true;
}

static void shut_sources(struct burn *b, unsigned count) {
  for (unsigned i = 0; i < count; i++) {
    struct source *s = b->spec.tracks[i].source;
    s->ops->shut(s);
    source_release(s);
  }
}

/* From here on a cancel must not reach them: the next burn may have them. */
static void leave_sources(struct burn *b) {
  unsigned count;
  pthread_mutex_lock(&b->job.mutex);
  count = b->claimed;
  b->claimed = 0;
  pthread_mutex_unlock(&b->job.mutex);
  shut_sources(b, count);
}

/* Speeds are told in kB/s; CDs take SET CD SPEED, whose reading speed stays at
   its most: drives couple the two (drives.md 8). */
static bool set_speed(struct burn *b, struct failure *f) {
  unsigned speed = b->spec.speed;
  struct failure refused;
  if (mmc_set_cd_speed(recorder_link(b->job.recorder),
                       0xFFFF,
                       speed == 0 || speed > 0xFFFF ? 0xFFFF : speed,
                       &refused))
    return true;
  if (!refused.has_sense) {
    *f = refused;
    return false;
  }
  warn(&b->report.warnings,
       "speed_not_set",
       "the drive keeps its own speed: %s",
       refused.message);
  return true;
}

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

static bool prepare(struct burn *b, struct failure *f) {
  struct recorder *r = b->job.recorder;
  struct failure ignored;
  if (!look_at_medium(b, f) || !plan_make(&b->spec, &b->medium, &b->plan, f))
    return false;
  b->report.mode = b->plan.mode->name;
  b->report.warnings = b->plan.warnings;
  /* A cancel before its source was open had nothing to wake. */
  if (!open_sources(b, f) || !check_cancelled(b, f))
    return false;
  /* Drives without a lock (slot-in, USB bridges) refuse; that is no failure. */
  mmc_prevent_removal(recorder_link(r), true, &ignored);
  if (!set_speed(b, f))
    return false;
  return b->plan.mode->prepare(b, f);
}

/* === writing === */

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
      &b->job.buffer_percent, ring_percent(&b->ring), memory_order_relaxed);
  job_progress(&b->job, b->written, SOURCE_BLOCK);
  return blocks;
}

/* A piece, or its beginning; where it ends within a unit of the mode's, zeros
   of the padding go along: they follow it in the ring. */
static bool write_piece(struct burn *b,
                        unsigned index,
                        const uint8_t *piece,
                        unsigned blocks,
                        struct failure *f) {
  struct burn_written *w = &b->report.tracks[index];
  unsigned unit = b->plan.mode->unit;
  unsigned missing = (unit - blocks % unit) % unit;
  unsigned taken =
    write_blocks(b, w->start + (int32_t)w->blocks, piece, blocks + missing, f);
  if (taken == 0)
    return false;
  if (taken < blocks)
    blocks = taken;
  w->blocks += blocks;
  w->padding += taken - blocks;
  if (b->spec.verify)
    marks_add(&b->marks[index], piece, blocks);
  ring_used(&b->ring, (size_t)blocks * SOURCE_BLOCK);
  return true;
}

static bool write_payload(struct burn *b, unsigned index, struct failure *f) {
  const uint8_t *piece;
  size_t len;
  for (;;) {
    piece = ring_piece(&b->ring, (size_t)packet_of(b) * SOURCE_BLOCK, &len);
    if (piece == NULL)
      break;
    if (!write_piece(b, index, piece, (unsigned)(len / SOURCE_BLOCK), f))
      return false;
  }
  if (len != 0)
    return reader_join(b, f); /* false, with the reader's failure */
  marks_end(&b->marks[index]);
  ring_next_part(&b->ring);
  return true;
}

static bool write_padding(struct burn *b, unsigned index, struct failure *f) {
  struct burn_written *w = &b->report.tracks[index];
  uint32_t padding = b->plan.tracks[index].padding;
  while (w->padding < padding) {
    uint32_t left = padding - w->padding;
    int32_t lba = w->start + (int32_t)(w->blocks + w->padding);
    unsigned taken =
      write_blocks(b, lba, zeros, left < ZERO_BLOCKS ? left : ZERO_BLOCKS, f);
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
  ring_wait_filled(&b->ring, b->ring.size / 2);
  return write_payload(b, index, f) && write_padding(b, index, f) &&
         mode->close_track(b, index, f);
}

static bool write_tracks(struct burn *b, struct failure *f) {
  if (!reader_start(b, f))
    return false;
  for (unsigned i = 0; i < b->spec.track_count; i++)
    if (!write_track(b, i, f))
      return false;
  return reader_join(b, f);
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

/* After a failure: stop reading, leave the disc in order, ask it how it is. */
static void clean_up(struct burn *b, bool spoiled) {
  struct recorder *r = b->job.recorder;
  struct failure ignored;
  reader_stop(b);
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
  leave_sources(b);
  mmc_prevent_removal(recorder_link(r), false, &ignored);
  packets_warn(r, &b->report.warnings);
  if (trace_error(r->t) != 0)
    warn(&b->report.warnings,
         "trace_incomplete",
         "the trace ends early: its file could not be written any more");
  if (!ok && job_cancelled(j) && j->failure.code != FAIL_USER_ABORT)
    fail(&j->failure, FAIL_USER_ABORT, "burn: cancelled");
  return ok;
}

/* From the thread that cancels: sources that block are woken; the ring wakes
   when the feeder stops it. */
static void burn_cancel(struct job *j) {
  struct burn *b = (struct burn *)j;
  pthread_mutex_lock(&j->mutex);
  for (unsigned i = 0; i < b->claimed; i++) {
    struct source *s = b->spec.tracks[i].source;
    if (s->ops->cancel != NULL)
      s->ops->cancel(s);
  }
  pthread_mutex_unlock(&j->mutex);
}

static void burn_free(struct job *j) {
  struct burn *b = (struct burn *)j;
  shut_sources(b, b->claimed); /* of a burn that never ran */
  for (unsigned i = 0; i < b->spec.track_count; i++) {
    digest_free(&b->digests[i]);
    marks_free(&b->marks[i]);
    source_unref(b->spec.tracks[i].source);
  }
  ring_destroy(&b->ring);
  free(b);
}

/* Memory that is touched for the first time costs more than the bytes that go
   through it, so a short job gets a short ring; never more than it fills. */
static size_t buffer_for(const struct burn_spec *spec) {
  uint64_t total = 0, share;
  if (spec->buffer > 0)
    return spec->buffer;
  for (unsigned i = 0; i < spec->track_count; i++) {
    if (spec->tracks[i].length < 0)
      return BUFFER_MOST;
    total += (uint64_t)spec->tracks[i].length;
  }
  share = total / 16 > BUFFER_LEAST ? total / 16 : BUFFER_LEAST;
  if (share > total)
    share = total;
  return share < BUFFER_MOST ? (size_t)share : BUFFER_MOST;
}

static bool allocate(struct burn *b, struct failure *f) {
  if (!ring_init(&b->ring, buffer_for(&b->spec)))
    return fail(f, FAIL_NO_MEMORY, "burn: no memory for the buffer");
  for (unsigned i = 0; i < b->spec.track_count; i++) {
    int64_t length = b->spec.tracks[i].length;
    if (!digest_init(&b->digests[i], "SHA256", f))
      return false;
    if (b->spec.verify && length > 0 &&
        !marks_init(&b->marks[i], (uint64_t)length / SOURCE_BLOCK))
      return fail(f, FAIL_NO_MEMORY, "burn: no memory for the checksums");
  }
  return true;
}

struct burn *
burn_new(struct recorder *r, const struct burn_spec *spec, struct failure *f) {
  static const struct job_ops ops = {
    .name = "burn",
    .burning = true,
    .run = burn_run,
    .cancel = burn_cancel,
    .free = burn_free,
  };
  struct burn *b = calloc(1, sizeof *b);
  if (b == NULL) {
    for (unsigned i = 0; i < spec->track_count; i++)
      source_unref(spec->tracks[i].source);
    fail(f, FAIL_NO_MEMORY, "burn: out of memory");
    return NULL;
  }
  b->spec = *spec;
  if (job_init(&b->job, &ops, r, f) && allocate(b, f) && claim_sources(b, f))
    return b;
  job_unref(&b->job);
  return NULL;
}
