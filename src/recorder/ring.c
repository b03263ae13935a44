/* ring.c: one producer, some consumers, one mutex. */
#include "ring.h"

#include <stdlib.h>
#include <string.h>

/* While it calibrates, fills its own buffer for the first time (no drive's is
   larger) or ends the track before, a drive may take nothing for longer. */
#define SETTLES (16u * 1024 * 1024)
#define SETTLING_TIMES 12
#define MEMORY_PAGE ((size_t)4096)

/* === made and unmade === */

/* Aligned to pages: a drive's DMA and O_DIRECT sources like it. */
static uint8_t *pages(size_t size) {
  return aligned_alloc(MEMORY_PAGE,
                       (size + MEMORY_PAGE - 1) / MEMORY_PAGE * MEMORY_PAGE);
}

static bool allocate(struct ring *r, unsigned taps) {
  size_t count = r->size / r->segment;
  r->memory = pages(r->size);
  r->segments = malloc(count * sizeof *r->segments);
  r->taps = calloc(taps, sizeof *r->taps);
  if (r->memory == NULL || r->segments == NULL || r->taps == NULL) {
    free(r->memory);
    free(r->segments);
    free(r->taps);
    memset(r, 0, sizeof *r);
    return false;
  }
  for (size_t i = 0; i < count; i++)
    r->segments[i] = r->memory + i * r->segment;
  return true;
}

bool ring_init_pieces(
  struct ring *r, size_t size, size_t piece, unsigned taps, uint64_t stall) {
  memset(r, 0, sizeof *r);
  r->piece = r->segment = piece;
  while (r->segment * 2 <= RING_SEGMENT && r->segment <= size / 4)
    r->segment *= 2;
  r->size = (size + r->segment - 1) / r->segment * r->segment;
  if (r->size < 2 * r->segment)
    r->size = 2 * r->segment;
  if (!allocate(r, taps))
    return false;
  r->stall = taps > 1 ? stall : 0; /* who is alone holds nobody */
  r->tap_count = taps;
  pthread_mutex_init(&r->mutex, NULL);
  clock_cond_init(&r->space);
  for (unsigned i = 0; i < taps; i++) {
    r->taps[i].ring = r;
    pthread_cond_init(&r->taps[i].data, NULL);
  }
  return true;
}

bool ring_init(struct ring *r, size_t size, unsigned taps, uint64_t stall) {
  return ring_init_pieces(r, size, RING_PIECE, taps, stall);
}

void ring_destroy(struct ring *r) {
  if (r->memory == NULL)
    return;
  for (unsigned i = 0; i < r->tap_count; i++) {
    pthread_cond_destroy(&r->taps[i].data);
    free(r->taps[i].fresh);
  }
  pthread_cond_destroy(&r->space);
  pthread_mutex_destroy(&r->mutex);
  free(r->taps);
  free(r->segments);
  free(r->memory);
  r->memory = NULL;
}

void ring_reset(struct ring *r) {
  r->head = 0;
  r->parts = 0;
  r->closed = r->stopped = false;
  for (unsigned i = 0; i < r->tap_count; i++) {
    struct tap *t = &r->taps[i];
    t->tail = t->lent = t->part = 0;
    t->stopped = t->left = t->stalled = false;
  }
}

/* === where things are === */

static uint8_t **segment_of(const struct ring *r, uint64_t position) {
  return &r->segments[position % r->size / r->segment];
}

static uint8_t *at(const struct ring *r, uint64_t position) {
  return *segment_of(r, position) + position % r->segment;
}

/* In one run from a position on. A segment is half the ring at most, so that
   the producer and a consumer never wait for each other. */
static size_t run_from(const struct ring *r, uint64_t position, size_t want) {
  size_t to_end = r->segment - (size_t)(position % r->segment);
  return want < to_end ? want : to_end;
}

static size_t held_by(const struct tap *t) {
  return t->left ? 0 : (size_t)(t->ring->head - t->tail);
}

static size_t unused(const struct ring *r) {
  size_t most = 0;
  for (unsigned i = 0; i < r->tap_count; i++)
    if (held_by(&r->taps[i]) > most)
      most = held_by(&r->taps[i]);
  return r->size - most;
}

static uint64_t part_start(const struct ring *r, unsigned part) {
  if (part == 0)
    return 0;
  return (r->part_end[part - 1] + r->piece - 1) / r->piece * r->piece;
}

static bool part_ended(const struct tap *t) {
  return t->part < t->ring->parts;
}

/* Bytes of its part that there are for a tap. */
static uint64_t there_is(const struct tap *t) {
  const struct ring *r = t->ring;
  uint64_t end = part_ended(t) ? r->part_end[t->part] : r->head;
  return end - t->tail;
}

/* === the producer === */

/* Has nothing moved here for too long? 'since': the producer waits. */
static bool has_stalled(const struct tap *t, uint64_t since, uint64_t now) {
  const struct ring *r = t->ring;
  uint64_t begun = t->moved_at > since ? t->moved_at : since;
  bool settling = t->tail - part_start(r, t->part) < SETTLES;
  return now - begun >= r->stall * (settling ? SETTLING_TIMES : 1);
}

static bool somebody_waits(const struct ring *r) {
  for (unsigned i = 0; i < r->tap_count; i++)
    if (r->taps[i].needs > 0)
      return true;
  return false;
}

/* Without memory for that it stays, and holds the others. */
static void make_leave(struct tap *t) {
  struct ring *r = t->ring;
  if (t->lent > 0) {
    t->fresh = pages(r->segment);
    if (t->fresh == NULL)
      return;
    memcpy(t->fresh, *segment_of(r, t->tail), r->segment);
    *segment_of(r, t->tail) = t->fresh;
  }
  t->left = t->stalled = true;
}

static void drop_stalled(struct ring *r, uint64_t since) {
  uint64_t now = clock_now(clock_monotonic());
  if (!somebody_waits(r))
    return;
  for (unsigned i = 0; i < r->tap_count; i++) {
    struct tap *t = &r->taps[i];
    bool in_the_way = r->size - held_by(t) < r->missing;
    if (in_the_way && t->needs == 0 && has_stalled(t, since, now))
      make_leave(t);
  }
}

/* A producer that found the ring full goes on when this much of it is free: to
   be woken for each piece costs both threads more than the piece. */
static size_t worth_waking(const struct ring *r) {
  return r->size / 4;
}

/* Until so much is free, or nobody wants more; the mutex is held. */
static void wait_free(struct ring *r, size_t bytes) {
  uint64_t since;
  if (unused(r) >= bytes)
    return;
  since = clock_now(clock_monotonic());
  r->missing = bytes > worth_waking(r) ? bytes : worth_waking(r);
  while (!r->stopped && unused(r) < r->missing) {
    if (r->stall == 0)
      pthread_cond_wait(&r->space, &r->mutex);
    else if (!clock_cond_wait(&r->space, &r->mutex, r->stall / 4 + 1))
      drop_stalled(r, since);
  }
  r->missing = 0;
}

uint8_t *ring_room(struct ring *r, size_t want, size_t *got) {
  uint8_t *room = NULL;
  pthread_mutex_lock(&r->mutex);
  *got = run_from(r, r->head, want);
  wait_free(r, *got);
  if (!r->stopped)
    room = at(r, r->head);
  pthread_mutex_unlock(&r->mutex);
  return room;
}

/* Let go of the mutex and wake those who have now what they wait for, or all
   who wait: who is woken while it is held only waits again. */
static void wake(struct ring *r, bool all) {
  for (unsigned i = 0; i < r->tap_count; i++) {
    struct tap *t = &r->taps[i];
    t->due = t->needs > 0 && (all || r->head >= t->needs);
  }
  pthread_mutex_unlock(&r->mutex);
  for (unsigned i = 0; i < r->tap_count; i++)
    if (r->taps[i].due)
      pthread_cond_signal(&r->taps[i].data);
}

void ring_filled(struct ring *r, size_t len) {
  pthread_mutex_lock(&r->mutex);
  r->head += len;
  wake(r, false);
}

void ring_end_part(struct ring *r) {
  size_t skipped;
  pthread_mutex_lock(&r->mutex);
  skipped = (r->piece - (size_t)(r->head % r->piece)) % r->piece;
  wait_free(r, skipped);
  if (!r->stopped) {
    memset(at(r, r->head), 0, skipped);
    r->part_end[r->parts++] = r->head;
    r->head += skipped;
  }
  wake(r, true);
}

void ring_close(struct ring *r) {
  pthread_mutex_lock(&r->mutex);
  r->closed = true;
  wake(r, true);
}

/* === a consumer === */

/* Until so much of the part is there, or no more comes; the mutex is held. */
static void wait_data(struct tap *t, uint64_t bytes) {
  struct ring *r = t->ring;
  while (there_is(t) < bytes && !part_ended(t) && !r->closed && !t->stopped &&
         !t->left) {
    t->needs = t->tail + bytes;
    pthread_cond_wait(&t->data, &r->mutex);
  }
  t->needs = 0;
}

const uint8_t *ring_piece(struct tap *t, size_t want, size_t *len) {
  struct ring *r = t->ring;
  const uint8_t *piece = NULL;
  uint64_t there;
  pthread_mutex_lock(&r->mutex);
  want = run_from(r, t->tail, want);
  wait_data(t, want);
  there = there_is(t);
  *len = 1;
  if (t->stopped || t->left) {
    ;
  } else if (there >= want || (there > 0 && part_ended(t))) {
    *len = there < want ? (size_t)there : want;
    t->lent = *len;
    piece = at(r, t->tail);
  } else if (part_ended(t)) {
    *len = 0;
  }
  pthread_mutex_unlock(&r->mutex);
  return piece;
}

static void moved_to(struct tap *t, uint64_t position) {
  struct ring *r = t->ring;
  t->tail = position;
  if (r->stall > 0)
    t->moved_at = clock_now(clock_monotonic());
  if (r->missing > 0 && unused(r) >= r->missing)
    pthread_cond_signal(&r->space);
}

void ring_used(struct tap *t, size_t len) {
  pthread_mutex_lock(&t->ring->mutex);
  t->lent = 0;
  moved_to(t, t->tail + len);
  pthread_mutex_unlock(&t->ring->mutex);
}

void ring_next_part(struct tap *t) {
  pthread_mutex_lock(&t->ring->mutex);
  t->part++;
  moved_to(t, part_start(t->ring, t->part));
  pthread_mutex_unlock(&t->ring->mutex);
}

void ring_wait_filled(struct tap *t, size_t bytes) {
  pthread_mutex_lock(&t->ring->mutex);
  wait_data(t, bytes);
  pthread_mutex_unlock(&t->ring->mutex);
}

unsigned ring_percent(struct tap *t) {
  unsigned percent;
  pthread_mutex_lock(&t->ring->mutex);
  percent = (unsigned)(held_by(t) * 100 / t->ring->size);
  pthread_mutex_unlock(&t->ring->mutex);
  return percent;
}

void ring_leave(struct tap *t) {
  struct ring *r = t->ring;
  bool all = true;
  pthread_mutex_lock(&r->mutex);
  t->left = true;
  for (unsigned i = 0; i < r->tap_count; i++)
    all = all && r->taps[i].left;
  r->stopped = r->stopped || all;
  if (r->stopped || (r->missing > 0 && unused(r) >= r->missing))
    pthread_cond_signal(&r->space);
  pthread_mutex_unlock(&r->mutex);
}

bool ring_stalled(struct tap *t) {
  bool stalled;
  pthread_mutex_lock(&t->ring->mutex);
  stalled = t->stalled;
  pthread_mutex_unlock(&t->ring->mutex);
  return stalled;
}

void ring_stop(struct tap *t) {
  pthread_mutex_lock(&t->ring->mutex);
  t->stopped = true;
  pthread_cond_signal(&t->data);
  pthread_mutex_unlock(&t->ring->mutex);
}
