/* feed_read.c: the thread that reads a feed's sources, hashes them, and fills
   the ring. */
#include "feed.h"
#include "../mode_2.h"
#include <string.h>

#define READ_AT_ONCE (4 * RING_PIECE)

/* The source's end, where it said how long it is, or nothing came at all. */
static bool ended_early(const struct feed_part *t, struct failure *f) {
  unsigned number = t->number;
  if (t->length < 0)
    return fail(f, FAIL_BAD_FILE, "track %u: there is nothing in it", number);
  return fail(f,
              FAIL_BAD_FILE,
              "track %u: its source ended %lld bytes too early",
              number,
              (long long)(t->length - t->bytes));
}

/* Up to the next of a sector's borders: what the drive makes becomes zeros. */
static size_t
make_plain_run(struct feed_part *t, unsigned from, uint8_t *at, size_t len) {
  unsigned to = from < MODE_2_SUBHEADER ? MODE_2_SUBHEADER
                : from < MODE_2_DATA    ? MODE_2_DATA
                : from < t->data_end    ? t->data_end
                                        : MODE_2_SECTOR;
  size_t run = len < to - from ? len : to - from;
  if (to == MODE_2_SUBHEADER || to == MODE_2_SECTOR)
    memset(at, 0, run);
  else if (from <= MODE_2_SUBMODE && from + run > MODE_2_SUBMODE)
    t->data_end = mode_2_end(at[MODE_2_SUBMODE - from]);
  return run;
}

/* Whatever a source says there: a disc is compared with what was sent. Reads
   need not end where sectors do. */
static void make_plain(struct feed_part *t, uint8_t *at, size_t len) {
  for (size_t done = 0; done < len;)
    done += make_plain_run(
      t,
      (unsigned)((uint64_t)(t->bytes + (int64_t)done) % MODE_2_SECTOR),
      at + done,
      len - done);
}

static bool
read_all(struct feed *feed, struct feed_part *t, struct failure *f) {
  while (t->bytes != t->length) {
    size_t room, want = READ_AT_ONCE;
    ptrdiff_t n;
    uint8_t *at;
    if (t->length >= 0 && t->length - t->bytes < (int64_t)want)
      want = (size_t)(t->length - t->bytes);
    at = ring_room(&feed->ring, want, &room);
    if (at == NULL)
      return fail(f, FAIL_USER_ABORT, "burn: stopped");
    n = t->source->ops->read(t->source, at, room, f);
    if (n < 0)
      return false;
    if (n == 0)
      return (t->length < 0 && t->bytes > 0) || ended_early(t, f);
    if (t->sectors)
      make_plain(t, at, (size_t)n);
    digest_add(&t->digest, at, (size_t)n);
    ring_filled(&feed->ring, (size_t)n);
    t->bytes += n;
  }
  return true;
}

static bool
read_part(struct feed *feed, struct feed_part *t, struct failure *f) {
  if (!read_all(feed, t, f) || !t->source->ops->check(t->source, f))
    return false;
  if (!digest_end(&t->digest, t->sha256))
    return fail(f, FAIL_GENERIC, "libcrypto could not compute a digest");
  ring_end_part(&feed->ring);
  return true;
}

void *feed_read(void *arg) {
  struct feed *feed = arg;
  struct failure f;
  bool ok = true;
  for (unsigned i = 0; i < feed->part_count && ok; i++)
    ok = read_part(feed, &feed->parts[i], &f);
  if (!ok) {
    pthread_mutex_lock(&feed->mutex);
    feed_has_failed(feed, &f);
    pthread_mutex_unlock(&feed->mutex);
  }
  ring_close(&feed->ring);
  return NULL;
}
