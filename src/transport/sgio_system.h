/* sgio_system.h: the few calls by which the sgio transport touches the machine,
   as a table, so that a spec can put a kernel of its own in their place. Each
   answers as the system call of its name does: -1 and errno. */
#ifndef DISCRECORDER_SGIO_SYSTEM_H
#define DISCRECORDER_SGIO_SYSTEM_H

#include "clock.h"

struct stat;

struct sgio_system {
  int (*open)(const struct sgio_system *s, const char *path, int flags);
  int (*close)(const struct sgio_system *s, int fd);
  int (*ioctl)(const struct sgio_system *s,
               int fd,
               unsigned long op,
               void *arg);
  int (*flock)(const struct sgio_system *s, int fd, int operation);
  int (*stat)(const struct sgio_system *s, const char *path, struct stat *st);
  struct clock *clock;
  const char *root; /* goes before /dev/disk, /proc and /sys; "": none does */
};

/* The machine itself. */
const struct sgio_system *sgio_machine(void);

#endif
