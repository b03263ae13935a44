/* new_file.c: see new_file.h. */
#include "new_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static int open_folder(const char *path, int flags) {
  char folder[4096];
  const char *slash = strrchr(path, '/');
  size_t len = slash == NULL || slash == path ? 1 : (size_t)(slash - path);
  if (len >= sizeof folder) {
    errno = ENAMETOOLONG;
    return -1;
  }
  memcpy(folder, slash == NULL ? "." : path, len);
  folder[len] = '\0';
  return open(folder, flags | O_CLOEXEC, 0666);
}

int new_file_open(const char *path, bool *named) {
  struct stat st;
  int fd = -1;
  *named = false;
  if (lstat(path, &st) == 0) {
    errno = EEXIST;
    return -1;
  }
  /* The way by which it gets its name. */
  if (access("/proc/self/fd", X_OK) == 0)
    fd = open_folder(path, O_TMPFILE | O_RDWR);
  if (fd < 0) {
    *named = true;
    fd = open(path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
  }
  return fd;
}

bool new_file_finish(int fd, const char *path, bool named) {
  char own[64];
  snprintf(own, sizeof own, "/proc/self/fd/%d", fd);
  if (fdatasync(fd) != 0 ||
      (!named && linkat(AT_FDCWD, own, AT_FDCWD, path, AT_SYMLINK_FOLLOW) != 0))
    return false;
  new_file_sync_folder(path);
  return true;
}

/* There are file systems that cannot do it: they keep names or lose them, as
   ever. */
void new_file_sync_folder(const char *path) {
  int fd = open_folder(path, O_RDONLY | O_DIRECTORY);
  if (fd < 0)
    return;
  fsync(fd);
  close(fd);
}
