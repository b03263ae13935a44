/* ring.c: one producer, one consumer, one mutex. */
#include "ring.h"

#include <stdlib.h>
#include <string.h>

bool ring_init(struct ring *r, size_t size) {
  memset(r, 0, sizeof *r);
  r->size = (size + RING_PIECE - 1) / RING_PIECE * RING_PIECE;
  if (r->size < 2 * RING_PIECE)
    r->size = 2 * RING_PIECE;
  /* Aligned to pages: a drive's DMA and O_DIRECT sources like it. */
  r->memory = aligned_alloc(4096, r->size);
  if (r->memory == NULL)
    return false;
  pthread_mutex_init(&r->mutex, NULL);
  pthread_cond_init(&r->space, NULL);
  pthread_cond_init(&r->data, NULL);
  return true;
}

void ring_destroy(struct ring *r) {
  if (r->memory == NULL)
    return;
  pthread_cond_destroy(&r->data);
  pthread_cond_destroy(&r->space);
  pthread_mutex_destroy(&r->mutex);
  free(r->memory);
  r->memory = NULL;
}

static size_t unused(const struct ring *r) {
  return r->size - (size_t)(r->head - r->tail);
}

static size_t least(size_t a, size_t b) {
  return a < b ? a : b;
}

/* In one run from a position on. No more than half the ring, so that the
   producer and the consumer never wait for each other. */
static size_t run_from(const struct ring *r, uint64_t position, size_t want) {
  size_t to_end = r->size - (size_t)(position % r->size);
  size_t half = r->size / 2 - r->size / 2 % RING_PIECE;
  return least(want, least(to_end, half));
}

/* A producer that found the ring full goes on when this much of it is free: to
   be woken for each piece costs both threads more than the piece. */
static size_t worth_waking(const struct ring *r) {
  return r->size / 8;
}

/* Until so much is free, or nobody wants more; the mutex is held. */
static void wait_free(struct ring *r, size_t bytes) {
  if (unused(r) >= bytes)
    return;
  r->missing = bytes > worth_waking(r) ? bytes : worth_waking(r);
  while (!r->stopped && unused(r) < r->missing)
    pthread_cond_wait(&r->space, &r->mutex);
  r->missing = 0;
}

uint8_t *ring_room(struct ring *r, size_t want, size_t *got) {
  uint8_t *at = NULL;
  pthread_mutex_lock(&r->mutex);
  *got = run_from(r, r->head, want);
  wait_free(r, *got);
  if (!r->stopped)
    at = r->memory + r->head % r->size;
  pthread_mutex_unlock(&r->mutex);
  return at;
}

void ring_filled(struct ring *r, size_t len) {
  pthread_mutex_lock(&r->mutex);
  r->head += len;
  pthread_cond_signal(&r->data);
  pthread_mutex_unlock(&r->mutex);
}

void ring_end_part(struct ring *r) {
  size_t skipped;
  pthread_mutex_lock(&r->mutex);
  while (r->part_ended && !r->stopped)
    pthread_cond_wait(&r->space, &r->mutex);
  skipped = (size_t)(-r->head % RING_PIECE);
  wait_free(r, skipped);
  if (!r->stopped) {
    memset(r->memory + r->head % r->size, 0, skipped);
    r->part_end = r->head;
    r->head += skipped;
    r->next_part = r->head;
    r->part_ended = true;
    pthread_cond_signal(&r->data);
  }
  pthread_mutex_unlock(&r->mutex);
}

void ring_close(struct ring *r) {
  pthread_mutex_lock(&r->mutex);
  r->closed = true;
  pthread_cond_signal(&r->data);
  pthread_mutex_unlock(&r->mutex);
}

static uint64_t filled_to(const struct ring *r) {
  return r->part_ended ? r->part_end : r->head;
}

const uint8_t *ring_piece(struct ring *r, size_t want, size_t *len) {
  const uint8_t *at = NULL;
  uint64_t there;
  pthread_mutex_lock(&r->mutex);
  want = run_from(r, r->tail, want);
  while (filled_to(r) - r->tail < want && !r->part_ended && !r->closed)
    pthread_cond_wait(&r->data, &r->mutex);
  there = filled_to(r) - r->tail;
  if (there >= want || (there > 0 && r->part_ended)) {
    *len = there < want ? (size_t)there : want;
    at = r->memory + r->tail % r->size;
  } else {
    *len = r->part_ended ? 0 : 1;
  }
  pthread_mutex_unlock(&r->mutex);
  return at;
}

void ring_used(struct ring *r, size_t len) {
  pthread_mutex_lock(&r->mutex);
  r->tail += len;
  if (r->missing > 0 && unused(r) >= r->missing)
    pthread_cond_signal(&r->space);
  pthread_mutex_unlock(&r->mutex);
}

void ring_next_part(struct ring *r) {
  pthread_mutex_lock(&r->mutex);
  r->tail = r->next_part;
  r->part_ended = false;
  pthread_cond_signal(&r->space);
  pthread_mutex_unlock(&r->mutex);
}

void ring_stop(struct ring *r) {
  pthread_mutex_lock(&r->mutex);
  r->stopped = true;
  pthread_cond_broadcast(&r->space);
  pthread_mutex_unlock(&r->mutex);
}

void ring_wait_filled(struct ring *r, size_t bytes) {
  pthread_mutex_lock(&r->mutex);
  while (r->head - r->tail < bytes && !r->part_ended && !r->closed)
    pthread_cond_wait(&r->data, &r->mutex);
  pthread_mutex_unlock(&r->mutex);
}

unsigned ring_percent(struct ring *r) {
  unsigned percent;
  pthread_mutex_lock(&r->mutex);
  percent = (unsigned)((r->head - r->tail) * 100 / r->size);
  pthread_mutex_unlock(&r->mutex);
  return percent > 100 ? 100 : percent;
}
