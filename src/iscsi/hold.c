/* hold.c: a hold is an abstract Unix socket whose name follows from the drive's
   address: the kernel lets one socket have the name, objects of one process and
   of several are told apart alike, and it is gone with whoever had it. */
#include "hold.h"

#include <errno.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

/* Addresses are longer than socket names: a sum of all (FNV-1a) and the end. */
static socklen_t name_of(const char *drive, struct sockaddr_un *name) {
  const size_t room = sizeof name->sun_path - 1;
  const char *tail = drive;
  uint64_t sum = UINT64_C(0xCBF29CE484222325);
  int n;
  for (const char *c = drive; *c != '\0'; c++)
    sum = (sum ^ (unsigned char)*c) * UINT64_C(0x100000001B3);
  if (strlen(drive) > 64)
    tail += strlen(drive) - 64;
  memset(name, 0, sizeof *name);
  name->sun_family = AF_UNIX;
  n = snprintf(name->sun_path + 1,
               room,
               "discrecorder/%016llx/%s",
               (unsigned long long)sum,
               tail);
  return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + 1 + (size_t)n);
}

int hold_take(const char *drive) {
  struct sockaddr_un name;
  socklen_t len = name_of(drive, &name);
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  if (fd >= 0 && bind(fd, (struct sockaddr *)&name, len) != 0) {
    int err = errno;
    close(fd);
    errno = err;
    return -1;
  }
  return fd;
}

bool hold_taken(const char *drive) {
  struct sockaddr_un name;
  socklen_t len = name_of(drive, &name);
  int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  bool taken = fd >= 0 && connect(fd, (struct sockaddr *)&name, len) == 0;
  if (fd >= 0)
    close(fd);
  return taken;
}
