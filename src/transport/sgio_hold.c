/* sgio_hold.c: who may use the drive: looking whether another has it, taking it
   for us alone, giving it back as it was. */
#include "sgio_drive.h"

#ifdef __linux__

#include "../mmc_names.h"
#include "never_write.h"
#include "opcodes.h"
#include "sgio_holder.h"

#include <errno.h>
#include <limits.h>
#include <linux/cdrom.h>
#include <linux/fs.h>
#include <stdio.h>
#include <sys/file.h>

/* udev looks at a drive with O_EXCL when something happened to it (drives.md
   9): who wants to hold it comes again later. */
#define HOLD_TRIES 4
#define HOLD_PAUSE (2 * CLOCK_SECOND)
/* Who has the drive is looked up again after so long. */
#define LOOK_EVERY CLOCK_SECOND

/* {=== Who has the drive */

void sgio_in_use(struct sgio *self) {
  char who[200];
  sgio_holders(self->s, &self->node, who, sizeof who);
  if (who[0] != '\0')
    snprintf(self->why, sizeof self->why, "it is held by %s", who);
  else
    snprintf(self->why, sizeof self->why, "/proc does not tell by whom");
  self->use = SGIO_HELD;
}

static void is_mounted(struct sgio *self, const char *point) {
  snprintf(self->why, sizeof self->why, "its disc is mounted on %s", point);
  self->use = SGIO_MOUNTED;
}

/* The sr node can be asked without a packet: opening it exclusively and letting
   go again. While another holds it that fails before the driver is reached. */
enum sgio_use sgio_look(struct sgio *self) {
  const struct sgio_system *s = self->s;
  const char *path = self->node.generic ? self->node.twin : self->node.path;
  char point[256];
  int fd;
  self->use = SGIO_FREE;
  self->looked = clock_now(s->clock);
  if (path[0] == '\0')
    return self->use;
  fd = s->open(s, path, SGIO_ASK | O_EXCL);
  if (fd >= 0)
    s->close(s, fd);
  else if (errno != EBUSY)
    ; /* whoever opens it for use is told */
  else if (sgio_mount_point(s, &self->node, point, sizeof point))
    is_mounted(self, point);
  else
    sgio_in_use(self);
  return self->use;
}

bool sgio_fail_in_use(struct sgio *self, struct failure *f) {
  return fail(f,
              FAIL_DEVICE_NOT_ACCESSIBLE,
              "%.100s is in use: %s",
              self->node.path,
              self->why);
}

static bool fail_mounted(struct sgio *self, struct failure *f) {
  fail(f,
       FAIL_DEVICE_NOT_ACCESSIBLE,
       "%.100s is in use: %s",
       self->node.path,
       self->why);
  f->advice = "Unmount the disc (umount, udisksctl unmount) and try again.";
  return false;
}

bool sgio_may_send(struct sgio *self, struct packet *p) {
  if (self->held)
    return true;
  if (clock_now(self->s->clock) - self->looked >= LOOK_EVERY)
    sgio_look(self);
  if (self->use == SGIO_FREE ||
      (self->use == SGIO_MOUNTED && opcode_only_reads(p->cdb[0])))
    return true;
  p->status = PACKET_BUSY;
  p->why = self->why;
  return false;
}

/* ===} */

/* {=== Holding it */

static bool on_the_list(struct sgio *self, struct failure *f) {
  char name[48];
  snprintf(name, sizeof name, "/dev/%s", self->node.name);
  return never_write(self->node.path, f) || never_write(name, f) ||
         (self->node.twin[0] != '\0' && never_write(self->node.twin, f)) ||
         (self->node.other[0] != '\0' && never_write(self->node.other, f));
}

/* Exclusive for those who use O_EXCL, locked for those who ask by flock. */
static int hold(struct sgio *self, const char *path) {
  const struct sgio_system *s = self->s;
  int fd = s->open(s, path, SGIO_HOLD), err;
  if (fd < 0)
    return -1;
  if (s->flock(s, fd, LOCK_EX | LOCK_NB) == 0)
    return fd;
  err = errno == EWOULDBLOCK ? EBUSY : errno;
  s->close(s, fd);
  errno = err;
  return -1;
}

/* A container may have the sg node without its twin. */
static bool hold_twin(struct sgio *self) {
  if (self->node.twin[0] == '\0')
    return true;
  self->twin_fd = hold(self, self->node.twin);
  return self->twin_fd >= 0 || errno == ENOENT || errno == ENXIO;
}

/* 0, or the errno; *path is the node that was refused. */
static int hold_all(struct sgio *self, const char **path) {
  int err;
  *path = self->node.twin;
  if (!hold_twin(self))
    return errno;
  *path = self->node.path;
  self->fd = hold(self, self->node.path);
  if (self->fd >= 0)
    return 0;
  err = errno;
  sgio_shut(self, &self->twin_fd);
  return err;
}

bool sgio_acquire(struct transport *t, struct failure *f) {
  struct sgio *self = (struct sgio *)t;
  const char *path = NULL;
  char point[256];
  int err = EBUSY;
  if (on_the_list(self, f))
    return false;
  sgio_shut(self, &self->fd); /* an sg node that is open cannot be held */
  for (unsigned i = 0; i < HOLD_TRIES; i++) {
    if (i > 0)
      clock_sleep(self->s->clock, HOLD_PAUSE);
    err = hold_all(self, &path);
    if (err == 0) {
      self->held = true;
      self->use = SGIO_FREE;
      return true;
    }
    if (err != EBUSY)
      return sgio_node_denied(self->s, path, err, f);
    if (sgio_mount_point(self->s, &self->node, point, sizeof point)) {
      is_mounted(self, point);
      return fail_mounted(self, f);
    }
  }
  sgio_in_use(self);
  self->looked = clock_now(self->s->clock);
  return sgio_fail_in_use(self, f);
}

void sgio_unlock_tray(struct sgio *self) {
  struct packet p = {
    .cdb = {[0] = OP_PREVENT_ALLOW}, .cdb_len = 6, .timeout_ms = 30000};
  if (self->fd < 0)
    self->fd = self->s->open(self->s, self->node.path, SGIO_ASK);
  if (self->fd >= 0)
    sgio_ask(self, &p);
  self->locked = self->locked_held = false;
}

/* The kernel keeps pages and the size of the disc that was there before the
   burn (drives.md 9). These make it drop the pages (for root) and look for a
   change; the size it asks for anew only when the drive tells of a change,
   which after a burn few drives do, and after a reload all. */
static void read_anew(struct sgio *self) {
  const struct sgio_system *s = self->s;
  int fd = self->node.generic ? self->twin_fd : self->fd;
  if (!self->wrote || fd < 0)
    return;
  self->wrote = false;
  s->ioctl(s, fd, BLKFLSBUF, NULL);
  s->ioctl(s, fd, CDROM_MEDIA_CHANGED, (void *)(intptr_t)CDSL_CURRENT);
  s->ioctl(s, fd, BLKRRPART, NULL);
}

void sgio_release(struct transport *t) {
  struct sgio *self = (struct sgio *)t;
  if (!self->held)
    return;
  if (self->locked_held)
    sgio_unlock_tray(self);
  read_anew(self);
  sgio_shut(self, &self->fd);
  sgio_shut(self, &self->twin_fd);
  self->held = false;
  atomic_store_explicit(&self->lost, false, memory_order_relaxed);
  self->looked = 0;
}

/* ===} */

#endif
