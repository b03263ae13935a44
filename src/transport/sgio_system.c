/* sgio_system.c: the machine's own system calls behind the table. */
#include "sgio_system.h"

#ifdef __linux__

#include <fcntl.h>
#include <pthread.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

static int
machine_open(const struct sgio_system *s, const char *path, int flags) {
  (void)s;
  return open(path, flags);
}

static int machine_close(const struct sgio_system *s, int fd) {
  (void)s;
  return close(fd);
}

static int machine_ioctl(const struct sgio_system *s,
                         int fd,
                         unsigned long op,
                         void *arg) {
  (void)s;
  return ioctl(fd, op, arg);
}

static int machine_flock(const struct sgio_system *s, int fd, int operation) {
  (void)s;
  return flock(fd, operation);
}

static int
machine_stat(const struct sgio_system *s, const char *path, struct stat *st) {
  (void)s;
  return stat(path, st);
}

static struct sgio_system machine = {
  .open = machine_open,
  .close = machine_close,
  .ioctl = machine_ioctl,
  .flock = machine_flock,
  .stat = machine_stat,
  .root = "",
};

static void find_clock(void) {
  machine.clock = clock_monotonic();
}

const struct sgio_system *sgio_machine(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, find_clock);
  return &machine;
}

#else

const struct sgio_system *sgio_machine(void) {
  return 0;
}

#endif
