/* pipe.c: bytes out of a pipe, socket or device, a stated number of them or
   all. A pipe that has a path is opened anew for every burn; a descriptor can
   be read once. */
#include "source.h"

#include "measure.h"
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/stat.h>
#include <unistd.h>

/*
** 'given' is our copy of the caller's descriptor, -1 when there is a path. Its
** flags are not ours to change (they are shared with whoever else has it), so
** every read is preceded by a poll, which also watches 'wake': an eventfd that
** 'cancel' writes to and 'shut' empties. 'cancel' touches nothing else.
*/
struct pipe_source {
  struct source base;
  int given;
  bool spent; /* 'given' was read from */
  int fd;     /* being read, -1 while nobody reads */
  int wake;
  int64_t got;  /* bytes read since 'open' */
  bool endless; /* a device: what comes after the length means nothing */
  char name[];  /* the path, or "descriptor 3" */
};

static bool fail_name(struct failure *f, int err, const char *name) {
  char shown[SHOWN_PATH];
  return fail_errno(f, err, FAIL_BAD_FILE, "%s", shown_path(name, shown));
}

static bool pipe_open(struct source *s, struct failure *f) {
  struct pipe_source *self = (struct pipe_source *)s;
  if (self->given >= 0) {
    if (self->spent)
      return fail(f, FAIL_BAD_FILE, "%s can be read only once", self->name);
    self->spent = true;
    self->fd = self->given;
  } else {
    /* O_NONBLOCK, or it would wait here for a writer, deaf to 'cancel'. */
    self->fd = open(self->name, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
    if (self->fd < 0)
      return fail_name(f, errno, self->name);
  }
  self->got = 0;
  return true;
}

/* Wait until there is something to read (or the end). */
static bool pipe_wait(struct pipe_source *self, struct failure *f) {
  struct pollfd fds[2] = {
    {.fd = self->wake, .events = POLLIN},
    {.fd = self->fd, .events = POLLIN},
  };
  for (;;) {
    if (poll(fds, 2, -1) < 0) {
      if (errno == EINTR)
        continue;
      return fail_name(f, errno, self->name);
    }
    if (fds[0].revents != 0)
      return fail(f, FAIL_USER_ABORT, "reading was cancelled");
    if (fds[1].revents != 0)
      return true;
  }
}

static ptrdiff_t
pipe_read(struct source *s, void *buf, size_t len, struct failure *f) {
  struct pipe_source *self = (struct pipe_source *)s;
  char shown[SHOWN_PATH];
  ssize_t n;
  if (s->length >= 0 && len > (uint64_t)(s->length - self->got))
    len = (size_t)(s->length - self->got);
  if (len == 0)
    return 0;
  do {
    if (!pipe_wait(self, f))
      return -1;
    n = read(self->fd, buf, len);
  } while (n < 0 && (errno == EINTR || errno == EAGAIN));
  if (n < 0) {
    fail_name(f, errno, self->name);
    return -1;
  }
  if (n == 0 && s->length < 0)
    return 0;
  if (n == 0) {
    fail(f,
         FAIL_BAD_FILE,
         "%s ended after %lld of %lld bytes",
         shown_path(self->name, shown),
         (long long)self->got,
         (long long)s->length);
    return -1;
  }
  self->got += n;
  return n;
}

/* What can be seen without waiting: did somebody send more than was agreed? */
static bool pipe_check(struct source *s, struct failure *f) {
  struct pipe_source *self = (struct pipe_source *)s;
  struct pollfd fd = {.fd = self->fd, .events = POLLIN};
  char byte, shown[SHOWN_PATH];
  if (self->endless || self->fd < 0 || s->length < 0 || self->got < s->length)
    return true;
  if (poll(&fd, 1, 0) == 1 && (fd.revents & POLLIN) != 0 &&
      read(self->fd, &byte, 1) == 1)
    return fail(f,
                FAIL_BAD_FILE,
                "%s holds more than the %lld bytes that were announced",
                shown_path(self->name, shown),
                (long long)s->length);
  return true;
}

static void pipe_shut(struct source *s) {
  struct pipe_source *self = (struct pipe_source *)s;
  uint64_t count;
  if (self->fd >= 0 && self->fd != self->given)
    close(self->fd);
  self->fd = -1;
  if (read(self->wake, &count, sizeof count) < 0)
    return; /* nobody had cancelled */
}

static void pipe_cancel(struct source *s) {
  uint64_t one = 1;
  if (write(((struct pipe_source *)s)->wake, &one, sizeof one) < 0)
    return; /* only when it is full of wakes already */
}

static void pipe_free(struct source *s) {
  struct pipe_source *self = (struct pipe_source *)s;
  if (self->wake >= 0)
    pipe_shut(s);
  if (self->given >= 0)
    close(self->given);
  if (self->wake >= 0)
    close(self->wake);
  free(self);
}

static const struct source_ops pipe_ops = {
  .stream = true,
  .kind = "pipe",
  .open = pipe_open,
  .read = pipe_read,
  .check = pipe_check,
  .shut = pipe_shut,
  .cancel = pipe_cancel,
  .free = pipe_free,
};

static struct pipe_source *
new_pipe(const char *name, int64_t length, struct failure *f) {
  size_t size = strlen(name) + 1;
  struct pipe_source *self = calloc(1, sizeof *self + size);
  if (self == NULL) {
    fail(f, FAIL_NO_MEMORY, "out of memory");
    return NULL;
  }
  source_init(&self->base, &pipe_ops, length);
  memcpy(self->name, name, size);
  self->given = -1;
  self->fd = -1;
  self->wake = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (self->wake < 0) {
    fail_errno(f, errno, FAIL_GENERIC, "eventfd");
    pipe_free(&self->base);
    return NULL;
  }
  return self;
}

static bool is_readable(const struct stat *st,
                        const char *name,
                        int64_t length,
                        struct failure *f) {
  char shown[SHOWN_PATH];
  if (length == 0 || length < -1)
    return fail(f,
                FAIL_BAD_FILE,
                "%s: %lld is no number of bytes to read",
                shown_path(name, shown),
                (long long)length);
  if (S_ISDIR(st->st_mode))
    return fail(f,
                FAIL_BAD_FILE,
                "%s is a folder and not a pipe",
                shown_path(name, shown));
  return true;
}

struct source *source_pipe_fd(int fd, int64_t length, struct failure *f) {
  struct pipe_source *self;
  char name[32];
  struct stat st;
  snprintf(name, sizeof name, "descriptor %d", fd);
  if (fstat(fd, &st) != 0) {
    fail_name(f, errno, name);
    return NULL;
  }
  if (!is_readable(&st, name, length, f))
    return NULL;
  self = new_pipe(name, length, f);
  if (self == NULL)
    return NULL;
  self->endless = S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode);
  self->given = fcntl(fd, F_DUPFD_CLOEXEC, 0);
  if (self->given < 0) {
    fail_name(f, errno, name);
    pipe_free(&self->base);
    return NULL;
  }
  return &self->base;
}

struct source *
source_pipe(const char *path, int64_t length, struct failure *f) {
  struct pipe_source *self;
  struct stat st;
  if (strcmp(path, "/dev/stdin") == 0) /* a socket there cannot be opened */
    return source_pipe_fd(STDIN_FILENO, length, f);
  if (stat(path, &st) != 0 ||
      faccessat(AT_FDCWD, path, R_OK, AT_EACCESS) != 0) {
    fail_name(f, errno, path);
    return NULL;
  }
  if (!is_readable(&st, path, length, f))
    return NULL;
  self = new_pipe(path, length, f);
  if (self == NULL)
    return NULL;
  self->endless = S_ISCHR(st.st_mode) || S_ISBLK(st.st_mode);
  return &self->base;
}
