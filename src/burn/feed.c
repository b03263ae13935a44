/* feed.c: see feed.h. */
#include "feed.h"

#include <stdlib.h>
#include <string.h>

_Static_assert(2 * BURN_TRACKS_MAX <= RING_PARTS, "a part for each source");

/* The mutex is held. */
void feed_has_failed(struct feed *feed, const struct failure *f) {
  feed->failure = *f;
  feed->state = FEED_FAILED;
}

/* === made and unmade === */

/* Before the job starts: whoever pushes bytes knows that they are wanted. */
static bool claim_sources(struct feed *feed, struct failure *f) {
  for (unsigned i = 0; i < feed->part_count; i++) {
    if (!source_claim(feed->parts[i].source)) {
      fail(f,
           FAIL_BUSY,
           "track %u: its source is being read already",
           feed->parts[i].number);
      f->culprit = CULPRIT_PROGRAM;
      f->advice = "Wait until the burn that reads it has ended.";
      return false;
    }
    feed->claimed = i + 1;
  }
  return true;
}

/* From here on a cancel must not reach them: the next burn may have them. */
static void leave_sources(struct feed *feed) {
  unsigned count;
  pthread_mutex_lock(&feed->mutex);
  count = feed->claimed;
  feed->claimed = 0;
  pthread_mutex_unlock(&feed->mutex);
  for (unsigned i = 0; i < count; i++) {
    struct source *s = feed->parts[i].source;
    s->ops->shut(s);
    source_release(s);
  }
}

static bool allocate(struct feed *feed,
                     const struct burn_spec *spec,
                     uint64_t stall,
                     struct failure *f) {
  size_t piece = plan_has_raw(spec) ? RING_RAW_PIECE : RING_PIECE;
  if (!ring_init_pieces(&feed->ring, spec->buffer, piece, feed->count, stall))
    return fail(f, FAIL_NO_MEMORY, "burn: no memory for the buffer");
  for (unsigned i = 0; i < feed->part_count; i++)
    if (!digest_init(&feed->parts[i].digest, "SHA256", f))
      return false;
  return true;
}

static void take_source(struct feed *feed,
                        unsigned number,
                        struct source *source,
                        int64_t length) {
  feed->parts[feed->part_count++] =
    (struct feed_part){.number = number, .source = source, .length = length};
}

static void take_sources(struct feed *feed, const struct burn_spec *spec) {
  for (unsigned i = 0; i < spec->track_count; i++) {
    const struct burn_track *t = &spec->tracks[i];
    if (t->pregap_source != NULL)
      take_source(feed, i + 1, t->pregap_source, t->pregap_length);
    take_source(feed, i + 1, t->source, t->length);
    feed->parts[feed->part_count - 1].sectors = t->sectors;
  }
}

static struct feed *make(const struct burn_spec *spec, unsigned burns) {
  struct feed *feed = calloc(1, sizeof *feed);
  if (feed == NULL)
    return NULL;
  feed->parts = calloc((size_t)2 * spec->track_count, sizeof *feed->parts);
  feed->burns = calloc(burns, sizeof *feed->burns);
  if (feed->parts == NULL || feed->burns == NULL) {
    free(feed->parts);
    free(feed->burns);
    free(feed);
    return NULL;
  }
  atomic_init(&feed->refs, 1);
  pthread_mutex_init(&feed->mutex, NULL);
  pthread_cond_init(&feed->turned, NULL);
  feed->count = burns;
  take_sources(feed, spec);
  return feed;
}

struct feed *feed_new(const struct burn_spec *spec,
                      unsigned burns,
                      uint64_t stall,
                      struct failure *f) {
  struct feed *feed = make(spec, burns);
  if (feed == NULL) {
    for (unsigned i = 0; i < spec->track_count; i++) {
      source_unref(spec->tracks[i].source);
      source_unref(spec->tracks[i].pregap_source);
    }
    fail(f, FAIL_NO_MEMORY, "burn: out of memory");
    return NULL;
  }
  if (allocate(feed, spec, stall, f) && claim_sources(feed, f))
    return feed;
  feed_unref(feed);
  return NULL;
}

void feed_ref(struct feed *feed) {
  atomic_fetch_add(&feed->refs, 1);
}

void feed_unref(struct feed *feed) {
  if (feed == NULL || atomic_fetch_sub(&feed->refs, 1) != 1)
    return;
  leave_sources(feed); /* of a feed that no burn came to */
  for (unsigned i = 0; i < feed->part_count; i++) {
    digest_free(&feed->parts[i].digest);
    source_unref(feed->parts[i].source);
  }
  ring_destroy(&feed->ring);
  pthread_cond_destroy(&feed->turned);
  pthread_mutex_destroy(&feed->mutex);
  free(feed->burns);
  free(feed->parts);
  free(feed);
}

/* === the burns' side === */

static bool open_all(struct feed *feed, struct failure *f) {
  for (unsigned i = 0; i < feed->part_count; i++) {
    struct source *s = feed->parts[i].source;
    if (!s->ops->open(s, f))
      return false;
  }
  return true;
}

/* The mutex is held, and let go meanwhile: a cancel need not wait for it. */
static void open_here(struct feed *feed) {
  struct failure f;
  bool ok;
  feed->state = FEED_OPENING;
  pthread_mutex_unlock(&feed->mutex);
  ok = open_all(feed, &f);
  pthread_mutex_lock(&feed->mutex);
  if (ok)
    feed->state = FEED_OPEN;
  else
    feed_has_failed(feed, &f);
  pthread_cond_broadcast(&feed->turned);
}

bool feed_open(struct feed *feed, struct failure *f) {
  bool ok;
  pthread_mutex_lock(&feed->mutex);
  if (feed->state == FEED_SHUT)
    open_here(feed);
  while (feed->state == FEED_OPENING)
    pthread_cond_wait(&feed->turned, &feed->mutex);
  ok = feed->state == FEED_OPEN;
  if (!ok)
    *f = feed->failure;
  pthread_mutex_unlock(&feed->mutex);
  return ok;
}

static bool all_gathered(const struct feed *feed) {
  for (unsigned i = 0; i < feed->count; i++)
    if (!feed->burns[i].gathered)
      return false;
  return true;
}

static void start_reader(struct feed *feed) {
  struct failure f;
  /* The signal mask is the job thread's: everything blocked. */
  feed->started = pthread_create(&feed->reader, NULL, feed_read, feed) == 0;
  if (feed->started)
    return;
  fail(&f, FAIL_NO_MEMORY, "burn: no thread");
  feed_has_failed(feed, &f);
}

bool feed_gather(struct feed *feed, unsigned index, struct failure *f) {
  struct feed_burn *me = &feed->burns[index];
  bool ok = true;
  pthread_mutex_lock(&feed->mutex);
  me->gathered = true;
  pthread_cond_broadcast(&feed->turned);
  while (!all_gathered(feed) && !me->cancelled)
    pthread_cond_wait(&feed->turned, &feed->mutex);
  if (me->cancelled)
    ok = fail(f, FAIL_USER_ABORT, "burn: cancelled");
  else if (!feed->started && feed->state == FEED_OPEN)
    start_reader(feed);
  if (ok && feed->state == FEED_FAILED) {
    *f = feed->failure;
    ok = false;
  }
  pthread_mutex_unlock(&feed->mutex);
  return ok;
}

struct tap *feed_tap(struct feed *feed, unsigned index) {
  return &feed->ring.taps[index];
}

bool feed_broke_off(struct feed *feed, unsigned index, struct failure *f) {
  if (ring_stalled(feed_tap(feed, index))) {
    fail(f,
         FAIL_LOSS_OF_STREAMING,
         "the drive took nothing for too long while others waited for it");
    return false;
  }
  pthread_mutex_lock(&feed->mutex);
  if (feed->burns[index].cancelled)
    fail(f, FAIL_USER_ABORT, "burn: cancelled");
  else
    *f = feed->failure;
  pthread_mutex_unlock(&feed->mutex);
  return false;
}

static bool all_left(const struct feed *feed) {
  for (unsigned i = 0; i < feed->count; i++)
    if (!feed->burns[i].left)
      return false;
  return true;
}

/* Nobody who takes bytes still wants them. */
static bool all_cancelled(const struct feed *feed) {
  for (unsigned i = 0; i < feed->count; i++)
    if (!feed->burns[i].left && !feed->burns[i].cancelled)
      return false;
  return true;
}

/* Wake a read that blocks; the mutex is held. */
static void cancel_sources(struct feed *feed) {
  for (unsigned i = 0; i < feed->claimed; i++) {
    struct source *s = feed->parts[i].source;
    if (s->ops->cancel != NULL)
      s->ops->cancel(s);
  }
}

void feed_leave(struct feed *feed, unsigned index, bool done) {
  struct feed_burn *me = &feed->burns[index];
  bool last, started;
  pthread_mutex_lock(&feed->mutex);
  if (me->left) {
    pthread_mutex_unlock(&feed->mutex);
    return;
  }
  me->gathered = me->left = true;
  ring_leave(feed_tap(feed, index));
  last = all_left(feed);
  started = feed->started;
  if (!done && all_cancelled(feed))
    cancel_sources(feed);
  pthread_cond_broadcast(&feed->turned);
  pthread_mutex_unlock(&feed->mutex);
  if (!last)
    return;
  if (started)
    pthread_join(feed->reader, NULL);
  ring_destroy(&feed->ring);
}

void feed_end(struct feed *feed, unsigned index) {
  bool all = true;
  feed_leave(feed, index, false);
  pthread_mutex_lock(&feed->mutex);
  feed->burns[index].ended = true;
  for (unsigned i = 0; i < feed->count; i++)
    all = all && feed->burns[i].ended;
  pthread_mutex_unlock(&feed->mutex);
  if (all)
    leave_sources(feed);
}

void feed_cancel(struct feed *feed, unsigned index) {
  struct feed_burn *me = &feed->burns[index];
  pthread_mutex_lock(&feed->mutex);
  me->cancelled = true;
  if (!me->left)
    ring_stop(feed_tap(feed, index));
  if (all_cancelled(feed))
    cancel_sources(feed);
  pthread_cond_broadcast(&feed->turned);
  pthread_mutex_unlock(&feed->mutex);
}
