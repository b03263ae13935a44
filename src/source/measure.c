/* measure.c: opening a file, comparing it with what it was, and naming it in
   messages. */
#include "measure.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

void measure_take(struct measure *m, const struct stat *st) {
  m->dev = st->st_dev;
  m->ino = st->st_ino;
  m->size = st->st_size;
  m->mtime = st->st_mtim.tv_sec;
  m->mtime_ns = (uint32_t)st->st_mtim.tv_nsec;
}

bool measure_compare(const struct measure *m,
                     const struct stat *st,
                     const char *path,
                     struct failure *f) {
  char shown[SHOWN_PATH];
  if (!S_ISREG(st->st_mode) || st->st_dev != m->dev || st->st_ino != m->ino)
    fail(
      f, FAIL_BAD_FILE, "%s was replaced meanwhile", shown_path(path, shown));
  else if (st->st_size != m->size)
    fail(f,
         FAIL_BAD_FILE,
         "%s %s meanwhile, from %lld to %lld bytes",
         shown_path(path, shown),
         st->st_size < m->size ? "shrank" : "grew",
         (long long)m->size,
         (long long)st->st_size);
  else if (st->st_mtim.tv_sec != m->mtime ||
           (uint32_t)st->st_mtim.tv_nsec != m->mtime_ns)
    fail(f, FAIL_BAD_FILE, "%s was changed meanwhile", shown_path(path, shown));
  else
    return true;
  f->retryable = true;
  f->advice = "Start again when nothing writes to it, or from a snapshot.";
  return false;
}

bool fail_path(struct failure *f, int err, const char *path) {
  char shown[SHOWN_PATH];
  return fail_errno(f, err, FAIL_BAD_FILE, "%s", shown_path(path, shown));
}

const char *what_it_is(mode_t mode) {
  switch (mode & S_IFMT) {
    case S_IFDIR:
      return "a folder";
    case S_IFCHR:
    case S_IFBLK:
      return "a device";
    case S_IFIFO:
      return "a pipe";
    case S_IFSOCK:
      return "a socket";
  }
  return "something else";
}

/* O_NONBLOCK: opening a pipe that nobody writes to would wait for ever. */
int open_regular(const char *path, struct stat *st, struct failure *f) {
  char shown[SHOWN_PATH];
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY);
  if (fd < 0) {
    fail_path(f, errno, path);
    return -1;
  }
  if (fstat(fd, st) != 0)
    fail_path(f, errno, path);
  else if (!S_ISREG(st->st_mode))
    fail(f,
         FAIL_BAD_FILE,
         "%s is %s and not a regular file",
         shown_path(path, shown),
         what_it_is(st->st_mode));
  else
    return fd;
  close(fd);
  return -1;
}

int measure_open(const struct measure *m, const char *path, struct failure *f) {
  struct stat st;
  int fd = open_regular(path, &st, f);
  if (fd < 0)
    return -1;
  if (!measure_compare(m, &st, path, f)) {
    close(fd);
    return -1;
  }
  posix_fadvise(fd, 0, 0, POSIX_FADV_SEQUENTIAL);
  return fd;
}

bool measure_check(const struct measure *m,
                   const char *path,
                   struct failure *f) {
  struct stat st;
  if (stat(path, &st) != 0)
    return fail_path(f, errno, path);
  return measure_compare(m, &st, path, f);
}

int utf8_character(const char *s, uint32_t *character) {
  static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
  const unsigned char *u = (const unsigned char *)s;
  uint32_t c;
  int len = u[0] < 0x80             ? 1
            : (u[0] & 0xE0) == 0xC0 ? 2
            : (u[0] & 0xF0) == 0xE0 ? 3
            : (u[0] & 0xF8) == 0xF0 ? 4
                                    : 0;
  if (len == 0)
    return 0;
  c = len == 1 ? u[0] : u[0] & (0x7Fu >> len);
  for (int i = 1; i < len; i++) {
    if ((u[i] & 0xC0) != 0x80)
      return 0; /* also where the string ends too early */
    c = c << 6 | (u[i] & 0x3F);
  }
  if (c < least[len] || c > 0x10FFFF || (c >= 0xD800 && c <= 0xDFFF))
    return 0;
  if (character != NULL)
    *character = c;
  return len;
}

bool utf8_valid(const char *s) {
  while (*s != '\0') {
    int len = utf8_character(s, NULL);
    if (len == 0)
      return false;
    s += len;
  }
  return true;
}

/* One character of a path as it is shown; returns how many bytes of the path
   that was. */
static int show_character(const char *s, char out[8]) {
  int len = utf8_character(s, NULL);
  if (len == 0 || (unsigned char)*s < 0x20 || *s == 0x7F) {
    snprintf(out, 8, "\\x%02X", (unsigned char)*s);
    return 1;
  }
  memcpy(out, s, (size_t)len);
  out[len] = '\0';
  return len;
}

const char *shown_path(const char *path, char shown[SHOWN_PATH]) {
  size_t total = 0, used = 0, skip = 0;
  char one[8];
  for (const char *s = path; *s != '\0'; total += strlen(one))
    s += show_character(s, one);
  if (total >= SHOWN_PATH) {
    strcpy(shown, "...");
    used = 3;
    skip = total - (SHOWN_PATH - 1 - used);
  }
  for (const char *s = path; *s != '\0';) {
    size_t len;
    s += show_character(s, one);
    len = strlen(one);
    if (skip > 0) { /* whole characters only */
      skip -= skip < len ? skip : len;
      continue;
    }
    memcpy(shown + used, one, len);
    used += len;
  }
  shown[used] = '\0';
  return shown;
}
