/* memory_file.c: see memory_file.h. */
#include "memory_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define FD 9000 /* and the next: no system gives as many */
#define FD_PATH "/proc/self/fd/9000"
#define PAGE 4096
#define PAGES 2048u /* 8 MiB; then the disk is full */
#define SLOTS 4096u

static uint8_t pool[PAGES][PAGE];
static off_t numbers[PAGES]; /* of the page that a part of the pool holds */
static unsigned used;
static uint16_t slots[SLOTS]; /* hash table: 0, or one more than where it is */
static off_t size;

/* {=== Pages */

static unsigned slot_of(off_t number) {
  unsigned at = (unsigned)((uint64_t)number * 0x9E3779B97F4A7C15u >> 52);
  while (slots[at] != 0 && numbers[slots[at] - 1] != number)
    at = (at + 1) % SLOTS;
  return at;
}

static uint8_t *page_there(off_t number) {
  unsigned slot = slot_of(number);
  return slots[slot] == 0 ? NULL : pool[slots[slot] - 1];
}

static uint8_t *page_made(off_t number) {
  unsigned slot = slot_of(number);
  if (slots[slot] == 0) {
    if (used == PAGES)
      return NULL;
    numbers[used] = number;
    memset(pool[used], 0, PAGE);
    slots[slot] = (uint16_t)++used;
  }
  return pool[slots[slot] - 1];
}

static size_t within(off_t at, size_t n) {
  size_t room = PAGE - (size_t)(at % PAGE);
  return n < room ? n : room;
}

static void zero(off_t from, off_t end) {
  for (unsigned i = 0; i < used; i++) {
    off_t first = numbers[i] * PAGE, last = first + PAGE;
    off_t begin = from > first ? from : first, stop = end < last ? end : last;
    if (begin < stop)
      memset(pool[i] + (begin - first), 0, (size_t)(stop - begin));
  }
}

static ssize_t put(const void *bytes, size_t n, off_t at) {
  size_t done = 0;
  if (at < 0) {
    errno = EINVAL;
    return -1;
  }
  while (done < n) {
    off_t place = at + (off_t)done;
    size_t some = within(place, n - done);
    uint8_t *page = page_made(place / PAGE);
    if (page == NULL)
      break;
    memcpy(page + place % PAGE, (const uint8_t *)bytes + done, some);
    done += some;
  }
  if (done > 0 && at + (off_t)done > size)
    size = at + (off_t)done;
  if (done > 0 || n == 0)
    return (ssize_t)done;
  errno = ENOSPC;
  return -1;
}

/* A read ends where a hole begins, or after a page of one: most of a slot is
   never looked at. */
static ssize_t get(void *bytes, size_t n, off_t at) {
  size_t done = 0;
  if (at < 0) {
    errno = EINVAL;
    return -1;
  }
  if (at >= size)
    return 0;
  if ((off_t)n > size - at)
    n = (size_t)(size - at);
  while (done < n) {
    off_t place = at + (off_t)done;
    size_t some = within(place, n - done);
    const uint8_t *page = page_there(place / PAGE);
    if (page == NULL && done > 0)
      break;
    if (page == NULL) {
      memset(bytes, 0, some);
      return (ssize_t)some;
    }
    memcpy((uint8_t *)bytes + done, page + place % PAGE, some);
    done += some;
  }
  return (ssize_t)done;
}

void memory_file_reset(off_t new_size) {
  memset(slots, 0, sizeof slots);
  used = 0;
  size = new_size;
}

void memory_file_put(const void *bytes, size_t n, off_t at) {
  if (put(bytes, n, at) != (ssize_t)n)
    abort();
}

/* ===} */

/* {=== In place of the system's */

#define WRAPPED(type, name, ...)                                               \
  type __real_##name(__VA_ARGS__);                                             \
  type __wrap_##name(__VA_ARGS__);                                             \
  type __wrap_##name(__VA_ARGS__)

int __real_open(const char *path, int flags, ...);
int __wrap_open(const char *path, int flags, ...);

static bool is_ours(int fd) {
  return fd == FD || fd == FD + 1;
}

static bool is_our_path(const char *path) {
  return strcmp(path, MEMORY_FILE) == 0;
}

static int describe(struct stat *st) {
  memset(st, 0, sizeof *st);
  st->st_dev = 1;
  st->st_ino = 1;
  st->st_nlink = 1;
  st->st_mode = S_IFREG | 0600;
  st->st_size = size;
  return 0;
}

int __wrap_open(const char *path, int flags, ...) {
  va_list rest;
  int mode;
  if (is_our_path(path))
    return FD;
  if (strcmp(path, FD_PATH) == 0)
    return FD + 1;
  va_start(rest, flags);
  mode = va_arg(rest, int);
  va_end(rest);
  return __real_open(path, flags, mode);
}

WRAPPED(int, close, int fd) {
  return is_ours(fd) ? 0 : __real_close(fd);
}

WRAPPED(ssize_t, pread, int fd, void *bytes, size_t n, off_t at) {
  return is_ours(fd) ? get(bytes, n, at) : __real_pread(fd, bytes, n, at);
}

WRAPPED(ssize_t, pwrite, int fd, const void *bytes, size_t n, off_t at) {
  return is_ours(fd) ? put(bytes, n, at) : __real_pwrite(fd, bytes, n, at);
}

WRAPPED(int, ftruncate, int fd, off_t length) {
  if (!is_ours(fd))
    return __real_ftruncate(fd, length);
  if (length < size)
    zero(length, size);
  size = length;
  return 0;
}

WRAPPED(int, fallocate, int fd, int mode, off_t at, off_t length) {
  if (!is_ours(fd))
    return __real_fallocate(fd, mode, at, length);
  zero(at, at + length);
  return 0;
}

WRAPPED(int, fstat, int fd, struct stat *st) {
  return is_ours(fd) ? describe(st) : __real_fstat(fd, st);
}

WRAPPED(int, stat, const char *path, struct stat *st) {
  return is_our_path(path) ? describe(st) : __real_stat(path, st);
}

WRAPPED(int, lstat, const char *path, struct stat *st) {
  return is_our_path(path) ? describe(st) : __real_lstat(path, st);
}

WRAPPED(int, flock, int fd, int operation) {
  return is_ours(fd) ? 0 : __real_flock(fd, operation);
}

WRAPPED(int, fdatasync, int fd) {
  return is_ours(fd) ? 0 : __real_fdatasync(fd);
}

WRAPPED(char *, realpath, const char *path, char *to) {
  return is_our_path(path) ? strdup(path) : __real_realpath(path, to);
}

/* ===} */
