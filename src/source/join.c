/* join.c: sources of CD audio one after another, with silence between them, as
   one: to the sample, whatever blocks they end in. */
#include "source.h"

#include <stdlib.h>
#include <string.h>

#define FRAME 4 /* bytes */

struct join {
  struct source base;
  struct source_audio audio;
  atomic_bool cancelled;
  unsigned current; /* while it is read */
  int64_t got;      /* bytes of that part */
  unsigned opened;  /* parts that are claimed, and opened */
  unsigned count;
  struct join_part parts[];
};

static void join_shut(struct source *s) {
  struct join *self = (struct join *)s;
  while (self->opened > 0) {
    struct source *part = self->parts[--self->opened].source;
    if (part == NULL)
      continue;
    part->ops->shut(part);
    source_release(part);
  }
  atomic_store(&self->cancelled, false);
}

static bool join_open(struct source *s, struct failure *f) {
  struct join *self = (struct join *)s;
  self->current = 0;
  self->got = 0;
  for (unsigned i = 0; i < self->count; i++) {
    struct source *part = self->parts[i].source;
    if (part != NULL && !source_claim(part)) {
      fail(f, FAIL_BUSY, "a part of it is being read already");
      join_shut(s);
      return false;
    }
    self->opened = i + 1;
    if (part != NULL && !part->ops->open(part, f)) {
      join_shut(s);
      return false;
    }
  }
  return true;
}

/* At least one byte of the current part; 0 at its end. */
static ptrdiff_t
read_part(struct join *self, void *buf, size_t len, struct failure *f) {
  const struct join_part *part = &self->parts[self->current];
  int64_t left = part->length - self->got;
  ptrdiff_t n;
  if ((int64_t)len > left)
    len = (size_t)left;
  if (len == 0)
    return 0;
  if (part->source == NULL) {
    memset(buf, 0, len);
    n = (ptrdiff_t)len;
  } else
    n = part->source->ops->read(part->source, buf, len, f);
  if (n == 0) {
    fail(f, FAIL_BAD_FILE, "a part of it ended too early");
    return -1;
  }
  if (n > 0)
    self->got += n;
  return n;
}

static ptrdiff_t
join_read(struct source *s, void *buf, size_t len, struct failure *f) {
  struct join *self = (struct join *)s;
  while (self->current < self->count) {
    ptrdiff_t n;
    if (atomic_load(&self->cancelled)) {
      fail(f, FAIL_USER_ABORT, "reading was cancelled");
      return -1;
    }
    n = read_part(self, buf, len, f);
    if (n != 0)
      return n;
    self->current++;
    self->got = 0;
  }
  return 0;
}

static bool join_check(struct source *s, struct failure *f) {
  struct join *self = (struct join *)s;
  for (unsigned i = 0; i < self->count; i++) {
    struct source *part = self->parts[i].source;
    if (part != NULL && !part->ops->check(part, f))
      return false;
  }
  return true;
}

static void join_cancel(struct source *s) {
  struct join *self = (struct join *)s;
  atomic_store(&self->cancelled, true);
  for (unsigned i = 0; i < self->count; i++) {
    struct source *part = self->parts[i].source;
    if (part != NULL && part->ops->cancel != NULL)
      part->ops->cancel(part);
  }
}

static void join_free(struct source *s) {
  struct join *self = (struct join *)s;
  join_shut(s);
  for (unsigned i = 0; i < self->count; i++)
    source_unref(self->parts[i].source);
  free(self);
}

/* Exact when all are. */
static void describe(struct join *self) {
  struct source_audio *a = &self->audio;
  *a = (struct source_audio){
    .format = "parts",
    .encoding = "Signed 16 bit PCM",
    .rate = 44100,
    .channels = 2,
    .frames = self->base.length / FRAME,
    .total = self->base.length / FRAME,
    .exact = true,
  };
  for (unsigned i = 0; i < self->count; i++) {
    const struct source *part = self->parts[i].source;
    if (part == NULL || part->audio == NULL)
      continue;
    a->exact = a->exact && part->audio->exact;
    a->dithers = a->dithers || part->audio->dithers;
  }
  self->base.audio = a;
}

struct source *
source_join(const struct join_part *parts, unsigned count, struct failure *f) {
  static const struct source_ops ops = {
    .kind = "join",
    .open = join_open,
    .read = join_read,
    .check = join_check,
    .shut = join_shut,
    .cancel = join_cancel,
    .free = join_free,
  };
  struct join *self = calloc(1, sizeof *self + count * sizeof *parts);
  int64_t length = 0;
  if (self == NULL) {
    fail(f, FAIL_NO_MEMORY, "out of memory");
    return NULL;
  }
  memcpy(self->parts, parts, count * sizeof *parts);
  self->count = count;
  for (unsigned i = 0; i < count; i++) {
    length += parts[i].length;
    if (parts[i].source != NULL)
      source_ref(parts[i].source);
  }
  source_init(&self->base, &ops, length);
  atomic_init(&self->cancelled, false);
  describe(self);
  return &self->base;
}
