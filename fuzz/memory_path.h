/* memory_path.h: bytes as a file that has a path, for what opens one. */
#ifndef DISCRECORDER_FUZZ_MEMORY_PATH_H
#define DISCRECORDER_FUZZ_MEMORY_PATH_H

#include "input.h"

#include <sys/mman.h>
#include <unistd.h>

static inline const char *memory_path(const uint8_t *bytes, size_t n) {
  static char path[32];
  static int fd = -1;
  if (fd < 0) {
    fd = memfd_create("input", MFD_CLOEXEC);
    must(fd >= 0);
    snprintf(path, sizeof path, "/proc/self/fd/%d", fd);
  }
  must(ftruncate(fd, 0) == 0);
  must(pwrite(fd, bytes, n, 0) == (ssize_t)n);
  return path;
}

#endif
