/* bytes.c: bytes in memory as a source, the same each time. */
#include "source.h"

#include <stdlib.h>
#include <string.h>

struct bytes_source {
  struct source base;
  size_t got;
  unsigned char bytes[];
};

static bool bytes_open(struct source *s, struct failure *f) {
  (void)f;
  ((struct bytes_source *)s)->got = 0;
  return true;
}

static ptrdiff_t
bytes_read(struct source *s, void *buf, size_t len, struct failure *f) {
  struct bytes_source *self = (struct bytes_source *)s;
  size_t left = (size_t)s->length - self->got;
  (void)f;
  if (len > left)
    len = left;
  memcpy(buf, self->bytes + self->got, len);
  self->got += len;
  return (ptrdiff_t)len;
}

static bool bytes_check(struct source *s, struct failure *f) {
  (void)s;
  (void)f;
  return true;
}

static void bytes_shut(struct source *s) {
  (void)s;
}

static void bytes_free(struct source *s) {
  free(s);
}

struct source *
source_bytes(const void *data, size_t length, struct failure *f) {
  static const struct source_ops ops = {
    .kind = "bytes",
    .open = bytes_open,
    .read = bytes_read,
    .check = bytes_check,
    .shut = bytes_shut,
    .free = bytes_free,
  };
  struct bytes_source *self = malloc(sizeof *self + length);
  if (self == NULL) {
    fail(f, FAIL_NO_MEMORY, "out of memory");
    return NULL;
  }
  source_init(&self->base, &ops, (int64_t)length);
  self->got = 0;
  memcpy(self->bytes, data, length);
  return &self->base;
}
