/* file.c: a regular file as a source. Nothing stays open between burns; that
   the file is still the same is told by its measure, not by a descriptor. */
#include "source.h"

#include "measure.h"
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct file_source {
  struct source base;
  struct measure measure; /* when it was made */
  int fd;                 /* -1 while nobody reads */
  int64_t got;            /* bytes read since 'open' */
  atomic_bool cancelled;
  char path[];
};

static bool file_open(struct source *s, struct failure *f) {
  struct file_source *self = (struct file_source *)s;
  self->got = 0;
  self->fd = measure_open(&self->measure, self->path, f);
  return self->fd >= 0;
}

static ptrdiff_t
file_read(struct source *s, void *buf, size_t len, struct failure *f) {
  struct file_source *self = (struct file_source *)s;
  char shown[SHOWN_PATH];
  ssize_t n;
  if (atomic_load(&self->cancelled)) {
    fail(f, FAIL_USER_ABORT, "reading was cancelled");
    return -1;
  }
  if (len > (uint64_t)(s->length - self->got))
    len = (size_t)(s->length - self->got);
  if (len == 0)
    return 0;
  do
    n = read(self->fd, buf, len);
  while (n < 0 && errno == EINTR);
  if (n < 0) {
    fail_path(f, errno, self->path);
    return -1;
  }
  if (n == 0) {
    fail(f,
         FAIL_BAD_FILE,
         "%s shrank meanwhile, from %lld to %lld bytes",
         shown_path(self->path, shown),
         (long long)s->length,
         (long long)self->got);
    return -1;
  }
  self->got += n;
  return n;
}

static bool file_check(struct source *s, struct failure *f) {
  struct file_source *self = (struct file_source *)s;
  return measure_check(&self->measure, self->path, f);
}

static void file_shut(struct source *s) {
  struct file_source *self = (struct file_source *)s;
  if (self->fd >= 0)
    close(self->fd);
  self->fd = -1;
  atomic_store(&self->cancelled, false);
}

static void file_cancel(struct source *s) {
  atomic_store(&((struct file_source *)s)->cancelled, true);
}

static void file_free(struct source *s) {
  file_shut(s);
  free(s);
}

static const struct source_ops file_ops = {
  .kind = "file",
  .open = file_open,
  .read = file_read,
  .check = file_check,
  .shut = file_shut,
  .cancel = file_cancel,
  .free = file_free,
};

struct source *source_file(const char *path, struct failure *f) {
  size_t size = strlen(path) + 1;
  struct file_source *self;
  char shown[SHOWN_PATH];
  struct stat st;
  int fd = open_regular(path, &st, f);
  if (fd < 0)
    return NULL;
  close(fd);
  if (st.st_size == 0) {
    fail(f, FAIL_BAD_FILE, "%s is empty", shown_path(path, shown));
    return NULL;
  }
  self = calloc(1, sizeof *self + size);
  if (self == NULL) {
    fail(f, FAIL_NO_MEMORY, "out of memory");
    return NULL;
  }
  source_init(&self->base, &file_ops, st.st_size);
  measure_take(&self->measure, &st);
  self->fd = -1;
  atomic_init(&self->cancelled, false);
  memcpy(self->path, path, size);
  return &self->base;
}
