/* reader.c: the burn's second thread: reads the sources into the ring and
   hashes what it reads. */
#include "burn.h"

#include <signal.h>

static bool read_all(struct burn *b, unsigned index) {
  struct source *s = b->spec.tracks[index].source;
  int64_t left = b->spec.tracks[index].length;
  struct failure *f = &b->reader_failure;
  while (left > 0) {
    size_t room, want = left < 4 * RING_PIECE ? (size_t)left : 4 * RING_PIECE;
    ptrdiff_t n;
    uint8_t *at = ring_room(&b->ring, want, &room);
    if (at == NULL)
      return fail(f, FAIL_USER_ABORT, "burn: stopped");
    n = s->ops->read(s, at, room, f);
    if (n < 0)
      return false;
    if (n == 0)
      return fail(f,
                  FAIL_BAD_FILE,
                  "track %u: its source ended %lld bytes too early",
                  index + 1,
                  (long long)left);
    digest_add(&b->digests[index], at, (size_t)n);
    ring_filled(&b->ring, (size_t)n);
    left -= n;
  }
  return true;
}

static bool read_track(struct burn *b, unsigned index) {
  struct source *s = b->spec.tracks[index].source;
  struct burn_written *w = &b->report.tracks[index];
  if (!read_all(b, index) || !s->ops->check(s, &b->reader_failure))
    return false;
  if (!digest_end(&b->digests[index], w->sha256))
    return fail(
      &b->reader_failure, FAIL_GENERIC, "libcrypto could not compute a digest");
  w->hashed = true;
  ring_end_part(&b->ring);
  return true;
}

static void *reader_thread(void *arg) {
  struct burn *b = arg;
  b->reader_ok = true;
  for (unsigned i = 0; i < b->spec.track_count && b->reader_ok; i++)
    b->reader_ok = read_track(b, i);
  ring_close(&b->ring);
  return NULL;
}

bool reader_start(struct burn *b, struct failure *f) {
  /* The signal mask is the job thread's: everything blocked. */
  if (pthread_create(&b->reader, NULL, reader_thread, b) != 0)
    return fail(f, FAIL_NO_MEMORY, "burn: no thread");
  b->reader_started = true;
  return true;
}

bool reader_join(struct burn *b, struct failure *f) {
  if (!b->reader_started)
    return true;
  pthread_join(b->reader, NULL);
  b->reader_started = false;
  if (!b->reader_ok)
    *f = b->reader_failure;
  return b->reader_ok;
}

void reader_stop(struct burn *b) {
  struct failure ignored;
  ring_stop(&b->ring);
  for (unsigned i = 0; i < b->claimed; i++) {
    struct source *s = b->spec.tracks[i].source;
    if (s->ops->cancel != NULL)
      s->ops->cancel(s);
  }
  reader_join(b, &ignored);
}
