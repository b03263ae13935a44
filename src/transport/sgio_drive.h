/* sgio_drive.h: a drive of the sgio transport, for the files that are parts of
   it: sgio.c (opening, packets) and sgio_hold.c (who may use it). */
#ifndef DISCRECORDER_SGIO_DRIVE_H
#define DISCRECORDER_SGIO_DRIVE_H

#include "sgio_node.h"
#include "transport.h"

#include <fcntl.h>
#include <stdatomic.h>

#define SGIO_ASK (O_RDONLY | O_NONBLOCK | O_CLOEXEC)
#define SGIO_HOLD (O_RDWR | O_EXCL | O_NONBLOCK | O_CLOEXEC)

enum sgio_use {
  SGIO_FREE,    /* nobody holds it: everything is sent */
  SGIO_MOUNTED, /* by the kernel for a mount: what only reads is sent */
  SGIO_HELD     /* by another program: nothing is sent */
};

struct sgio {
  struct transport base;
  const struct sgio_system *s;
  struct sgio_node node;
  int fd;      /* packets go here; -1: opened by the next packet */
  int twin_fd; /* the sr node, held for an sg address; else -1 */
  bool held;
  bool locked;       /* we locked the tray ... */
  bool locked_held;  /* ... since the drive was acquired */
  atomic_bool lost;  /* it vanished while we held it */
  bool wrote;        /* the kernel's idea of the disc is out of date */
  enum sgio_use use; /* as it was ... */
  uint64_t looked;   /* ... then */
  char why[320];
};

/* Close a descriptor, if it is open. */
void sgio_shut(struct sgio *self, int *fd);

/* Send a packet and judge its answer; nothing else. */
void sgio_ask(struct sgio *self, struct packet *p);

/* Find out who has the drive, and say so in 'why'. */
enum sgio_use sgio_look(struct sgio *self);
/* The same for a drive that is known to be in use: who by. */
void sgio_in_use(struct sgio *self);
bool sgio_fail_in_use(struct sgio *self, struct failure *f);
/* May the packet be sent? If not, it says why. */
bool sgio_may_send(struct sgio *self, struct packet *p);

/* The transport's functions of these names. */
bool sgio_acquire(struct transport *t, struct failure *f);
void sgio_release(struct transport *t);
void sgio_unlock_tray(struct sgio *self);

#endif
