/* safe_open.c: see safe_open.h (docs/security.md). */
#include "safe_open.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>
#include <unistd.h>

int open_at_once(const char *path, int flags, mode_t mode) {
  int fd = open(path, flags | O_CLOEXEC | O_NOCTTY | O_NONBLOCK, mode);
  int now = fd < 0 ? -1 : fcntl(fd, F_GETFL);
  if (now >= 0)
    fcntl(fd, F_SETFL, now & ~O_NONBLOCK);
  return fd;
}

/* A link of one's own, or of root (/dev/stdout), was put there on purpose. Who
   else may put links into a sticky folder cannot replace such a one. */
static bool is_trusted_link(const char *path) {
  struct stat st;
  return lstat(path, &st) == 0 && S_ISLNK(st.st_mode) &&
         (st.st_uid == geteuid() || st.st_uid == 0);
}

int open_trusted(const char *path, int flags, mode_t mode) {
  int fd = open_at_once(path, flags | O_NOFOLLOW, mode);
  if (fd >= 0 || errno != ELOOP)
    return fd;
  if (is_trusted_link(path))
    return open_at_once(path, flags, mode);
  errno = ELOOP;
  return -1;
}
