/* gather.c: bytes that come one after the other before they are burned, kept in
   memory: the same each time they are read. */
#include "source.h"

#include <stdlib.h>
#include <string.h>

#define SEGMENT ((size_t)1 << 20)

/* In segments that stay where they are, so that nothing is ever copied twice.
   'length' of the base grows while nobody reads. */
struct gather_source {
  struct source base;
  unsigned char **segments;
  size_t count, room;
  int64_t got;
};

static bool gather_open(struct source *s, struct failure *f) {
  (void)f;
  ((struct gather_source *)s)->got = 0;
  return true;
}

/* From a place to the end of its segment, or of what is there. */
static size_t straight(int64_t at, int64_t end, size_t len) {
  size_t left = SEGMENT - (size_t)at % SEGMENT;
  if (left > (uint64_t)(end - at))
    left = (size_t)(end - at);
  return left < len ? left : len;
}

static ptrdiff_t
gather_read(struct source *s, void *buf, size_t len, struct failure *f) {
  struct gather_source *self = (struct gather_source *)s;
  size_t at = (size_t)self->got;
  (void)f;
  len = straight(self->got, s->length, len);
  if (len > 0)
    memcpy(buf, self->segments[at / SEGMENT] + at % SEGMENT, len);
  self->got += (int64_t)len;
  return (ptrdiff_t)len;
}

static bool gather_check(struct source *s, struct failure *f) {
  (void)s, (void)f;
  return true;
}

static void gather_shut(struct source *s) {
  (void)s;
}

static void gather_free(struct source *s) {
  struct gather_source *self = (struct gather_source *)s;
  for (size_t i = 0; i < self->count; i++)
    free(self->segments[i]);
  free(self->segments);
  free(self);
}

struct source *source_gather(struct failure *f) {
  static const struct source_ops ops = {
    .kind = "gather",
    .open = gather_open,
    .read = gather_read,
    .check = gather_check,
    .shut = gather_shut,
    .free = gather_free,
  };
  struct gather_source *self = calloc(1, sizeof *self);
  if (self == NULL) {
    fail(f, FAIL_NO_MEMORY, "out of memory");
    return NULL;
  }
  source_init(&self->base, &ops, 0);
  return &self->base;
}

static bool
reserve(struct gather_source *self, size_t count, struct failure *f) {
  if (count > self->room) {
    size_t room = count > 2 * self->room ? count : 2 * self->room;
    unsigned char **more =
      realloc(self->segments, room * sizeof *self->segments);
    if (more == NULL)
      return fail(f, FAIL_NO_MEMORY, "out of memory");
    self->segments = more;
    self->room = room;
  }
  while (self->count < count) {
    unsigned char *segment = malloc(SEGMENT);
    if (segment == NULL)
      return fail(f, FAIL_NO_MEMORY, "out of memory");
    self->segments[self->count++] = segment;
  }
  return true;
}

bool source_gather_add(struct source *s,
                       const void *data,
                       size_t len,
                       struct failure *f) {
  struct gather_source *self = (struct gather_source *)s;
  const unsigned char *from = data;
  size_t at = (size_t)s->length;
  if (atomic_load(&s->in_use))
    return fail(f, FAIL_BUSY, "the source is being read");
  if (!reserve(self, (at + len + SEGMENT - 1) / SEGMENT, f))
    return false;
  while (len > 0) {
    size_t n = straight((int64_t)at, INT64_MAX, len);
    memcpy(self->segments[at / SEGMENT] + at % SEGMENT, from, n);
    at += n;
    from += n;
    len -= n;
  }
  s->length = (int64_t)at;
  return true;
}
