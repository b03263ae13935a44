/* push.c: bytes that the program itself pushes, from another thread than the
   one that burns them, through a ring in memory. */
#include "source.h"

#include "../transport/clock.h"
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

/*
** Writer and reader share all of this under 'lock'; 'moved' is signalled after
** every change that the other side may wait for. A push source is used once:
** 'opened' never goes back, 'over' means that its reader is gone for good. The
** memory lives as long as anyone holds a reference, so either side may outlive
** the other.
*/
struct push_source {
  struct source base;
  pthread_mutex_t lock;
  pthread_cond_t moved;
  bool opened, ended, over, cancelled;
  int64_t pushed; /* bytes taken from the writer */
  int64_t got;    /* bytes given to the reader */
  size_t room;
  size_t first, filled; /* the ring: where the oldest byte is, how many */
  unsigned char ring[];
};

static bool push_open(struct source *s, struct failure *f) {
  struct push_source *self = (struct push_source *)s;
  bool again;
  pthread_mutex_lock(&self->lock);
  again = self->opened;
  self->opened = true;
  pthread_mutex_unlock(&self->lock);
  return again ? fail(f, FAIL_BAD_FILE, "pushed bytes can be read only once")
               : true;
}

/* Up to len bytes out of the ring; the lock is held. */
static size_t take(struct push_source *self, unsigned char *buf, size_t len) {
  size_t straight;
  if (len > self->filled)
    len = self->filled;
  straight = self->room - self->first;
  if (straight > len)
    straight = len;
  memcpy(buf, self->ring + self->first, straight);
  memcpy(buf + straight, self->ring, len - straight);
  self->first = (self->first + len) % self->room;
  self->filled -= len;
  self->got += (int64_t)len;
  return len;
}

/* Up to len bytes into the ring; the lock is held. */
static size_t
put(struct push_source *self, const unsigned char *data, size_t len) {
  size_t at = (self->first + self->filled) % self->room;
  size_t straight = self->room - at;
  if (len > self->room - self->filled)
    len = self->room - self->filled;
  if (straight > len)
    straight = len;
  memcpy(self->ring + at, data, straight);
  memcpy(self->ring, data + straight, len - straight);
  self->filled += len;
  self->pushed += (int64_t)len;
  return len;
}

static ptrdiff_t
push_read(struct source *s, void *buf, size_t len, struct failure *f) {
  struct push_source *self = (struct push_source *)s;
  ptrdiff_t result = 0;
  pthread_mutex_lock(&self->lock);
  while (self->filled == 0 && !self->ended && !self->cancelled &&
         (s->length < 0 || self->got < s->length))
    pthread_cond_wait(&self->moved, &self->lock);
  if (self->cancelled) {
    fail(f, FAIL_USER_ABORT, "reading was cancelled");
    result = -1;
  } else if (self->filled > 0) {
    result = (ptrdiff_t)take(self, buf, len);
    pthread_cond_broadcast(&self->moved);
  } else if (self->got < s->length) {
    fail(f,
         FAIL_BAD_FILE,
         "the program pushed %lld of %lld bytes",
         (long long)self->got,
         (long long)s->length);
    result = -1;
  }
  pthread_mutex_unlock(&self->lock);
  return result;
}

/* More than announced cannot be pushed, and less was seen by 'read'. */
static bool push_check(struct source *s, struct failure *f) {
  (void)s, (void)f;
  return true;
}

static void push_set(struct source *s, size_t flag) {
  struct push_source *self = (struct push_source *)s;
  pthread_mutex_lock(&self->lock);
  *(bool *)((char *)self + flag) = true;
  pthread_cond_broadcast(&self->moved);
  pthread_mutex_unlock(&self->lock);
}

static void push_shut(struct source *s) {
  push_set(s, offsetof(struct push_source, over));
}

static void push_cancel(struct source *s) {
  push_set(s, offsetof(struct push_source, cancelled));
}

static void push_free(struct source *s) {
  struct push_source *self = (struct push_source *)s;
  pthread_cond_destroy(&self->moved);
  pthread_mutex_destroy(&self->lock);
  free(self);
}

static const struct source_ops push_ops = {
  .stream = true,
  .kind = "push",
  .open = push_open,
  .read = push_read,
  .check = push_check,
  .shut = push_shut,
  .cancel = push_cancel,
  .free = push_free,
};

struct source *source_push(int64_t length, size_t room, struct failure *f) {
  struct push_source *self;
  if (room == 0 || (length >= 0 && room > (uint64_t)length))
    room = length > 0 ? (size_t)length : 1;
  self = calloc(1, sizeof *self + room);
  if (self == NULL) {
    fail(f, FAIL_NO_MEMORY, "no memory for a buffer of %zu bytes", room);
    return NULL;
  }
  source_init(&self->base, &push_ops, length);
  self->room = room;
  if (pthread_mutex_init(&self->lock, NULL) != 0) {
    fail(f, FAIL_NO_MEMORY, "out of memory");
    free(self);
    return NULL;
  }
  if (!clock_cond_init(&self->moved)) {
    fail(f, FAIL_NO_MEMORY, "out of memory");
    pthread_mutex_destroy(&self->lock);
    free(self);
    return NULL;
  }
  return &self->base;
}

/* May the writer go on? The lock is held. */
static bool writable(struct push_source *self, size_t len, struct failure *f) {
  int64_t length = self->base.length;
  if (self->cancelled || self->over)
    return fail(f, FAIL_USER_ABORT, "nobody reads what is pushed any more");
  if (self->ended)
    return fail(f, FAIL_BAD_FILE, "bytes were pushed after the end");
  if (length >= 0 && len > (uint64_t)(length - self->pushed))
    return fail(f,
                FAIL_BAD_FILE,
                "%zu bytes after %lld are more than the %lld announced",
                len,
                (long long)self->pushed,
                (long long)length);
  return true;
}

/* Wait for room until the deadline; false when time is up or it is in vain. */
static bool wait_room(struct push_source *self, uint64_t deadline) {
  uint64_t now = clock_now(clock_monotonic());
  if (now >= deadline)
    return false;
  clock_cond_wait(&self->moved, &self->lock, deadline - now);
  return true;
}

ptrdiff_t source_push_write(struct source *s,
                            const void *data,
                            size_t len,
                            unsigned timeout_ms,
                            bool needs_reader,
                            struct failure *f) {
  struct push_source *self = (struct push_source *)s;
  uint64_t deadline = clock_now(clock_monotonic()) + timeout_ms * CLOCK_MS;
  ptrdiff_t taken = -1;
  pthread_mutex_lock(&self->lock);
  for (;;) {
    if (!writable(self, len, f))
      break;
    if (len == 0 || self->filled < self->room) {
      taken = (ptrdiff_t)put(self, data, len);
      pthread_cond_broadcast(&self->moved);
      break;
    }
    /* To wait for ever for a burn that nobody started would be for ever. */
    if (needs_reader && !atomic_load(&s->in_use)) {
      fail(f, FAIL_BUSY, "the buffer is full and nothing burns it yet");
      f->culprit = CULPRIT_PROGRAM;
      f->advice = "Start the burn before pushing more than the buffer holds.";
      break;
    }
    if (!wait_room(self, deadline)) {
      taken = 0;
      break;
    }
  }
  pthread_mutex_unlock(&self->lock);
  return taken;
}

bool source_push_end(struct source *s, struct failure *f) {
  struct push_source *self = (struct push_source *)s;
  int64_t missing = 0;
  pthread_mutex_lock(&self->lock);
  if (s->length >= 0)
    missing = s->length - self->pushed;
  self->ended = true;
  pthread_cond_broadcast(&self->moved);
  pthread_mutex_unlock(&self->lock);
  if (missing > 0)
    return fail(f,
                FAIL_BAD_FILE,
                "the end came %lld bytes before the %lld announced",
                (long long)missing,
                (long long)s->length);
  return true;
}
