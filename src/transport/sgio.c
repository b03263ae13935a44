/* sgio.c: SG_IO as a transport: opening a node, and one packet. */
#include "sgio.h"

#ifdef __linux__

#include "../mmc_names.h"
#include "sgio_drive.h"
#include "sgio_judge.h"

#include <errno.h>
#include <scsi/sg.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/stat.h>

/* udev's look at a drive is over soon. */
#define ASK_TRIES 4
#define ASK_PAUSE (100 * CLOCK_MS)

void sgio_shut(struct sgio *self, int *fd) {
  if (*fd >= 0)
    self->s->close(self->s, *fd);
  *fd = -1;
}

/* {=== One packet */

/* A drive that was away has its node anew. */
static bool open_again(struct sgio *self, struct packet *p) {
  struct sgio_node node;
  struct failure f;
  if (self->fd >= 0)
    return true;
  if (self->held) {
    p->status = PACKET_GONE;
    return false;
  }
  if (!sgio_node_find(self->s, self->node.path, &node, &f)) {
    p->status =
      f.code == FAIL_DEVICE_NOT_ACCESSIBLE ? PACKET_DENIED : PACKET_GONE;
    return false;
  }
  self->fd = self->s->open(self->s, self->node.path, SGIO_ASK);
  if (self->fd >= 0)
    return true;
  sgio_judge_errno(errno, 0, p);
  if (p->os_error == ENOENT)
    p->status = PACKET_GONE;
  else if (p->status == PACKET_LOST) /* nothing was sent */
    p->status = PACKET_DENIED;
  return false;
}

/* Through an sr node a command is waited for whatever comes. On an sg node a
   signal would end the wait, and with SA_RESTART the kernel would send the
   command a second time. */
static int pass(const struct sgio *self, struct sg_io_hdr *h) {
  sigset_t all, before;
  int result, err;
  if (!self->node.generic)
    return self->s->ioctl(self->s, self->fd, SG_IO, h);
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  result = self->s->ioctl(self->s, self->fd, SG_IO, h);
  err = errno;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  errno = err;
  return result;
}

void sgio_ask(struct sgio *self, struct packet *p) {
  struct sg_io_hdr h = {.interface_id = 'S'};
  h.cmdp = p->cdb;
  h.cmd_len = p->cdb_len;
  h.dxfer_direction = SG_DXFER_NONE;
  if (p->len > 0 && p->dir != PACKET_NONE) {
    h.dxfer_direction =
      p->dir == PACKET_IN ? SG_DXFER_FROM_DEV : SG_DXFER_TO_DEV;
    h.dxferp = p->dir == PACKET_IN ? (void *)p->in : (void *)(uintptr_t)p->out;
    h.dxfer_len = (unsigned)p->len;
  }
  h.sbp = p->sense;
  h.mx_sb_len = PACKET_SENSE_MAX;
  h.timeout = p->timeout_ms;
  if (pass(self, &h) == 0)
    sgio_judge(&h, p);
  else
    sgio_judge_errno(errno, self->base.max_bytes, p);
}

static const char filtered[] =
  "the kernel passes this command on only for a drive that is held, some only "
  "for root (CAP_SYS_RAWIO)";
static const char too_long[] = "it is longer than the kernel's queue takes";

static void remember(struct sgio *self, const struct packet *p) {
  switch (p->cdb[0]) {
    case OP_PREVENT_ALLOW:
      if (p->status != PACKET_GOOD)
        break;
      self->locked = (p->cdb[4] & 0x01) != 0;
      self->locked_held = self->locked && self->held;
      break;
    case OP_WRITE_10:
    case OP_WRITE_12:
    case OP_BLANK:
    case OP_FORMAT_UNIT:
    case OP_CLOSE_TRACK_SESSION:
      self->wrote = true;
      break;
    default:
      break;
  }
}

static void sgio_run(struct transport *t, struct packet *p) {
  struct sgio *self = (struct sgio *)t;
  p->status = PACKET_GOOD;
  p->moved = 0;
  p->sense_len = 0;
  p->os_error = 0;
  p->why = NULL;
  if (!sgio_may_send(self, p) || !open_again(self, p))
    return;
  sgio_ask(self, p);
  if (p->status == PACKET_DENIED && p->os_error == EPERM)
    p->why = filtered;
  else if (p->status == PACKET_DENIED && self->base.max_bytes > 0 &&
           p->len > self->base.max_bytes)
    p->why = too_long;
  remember(self, p);
  if (p->status != PACKET_GONE)
    return;
  if (self->held)
    atomic_store_explicit(&self->lost, true, memory_order_relaxed);
  else
    sgio_shut(self, &self->fd);
}

/* ===} */

/* {=== Opening */

static bool identify(struct sgio *self, const char *path, struct failure *f) {
  const struct sgio_system *s = self->s;
  if (!sgio_node_find(s, path, &self->node, f))
    return false;
  for (unsigned i = 1; sgio_look(self) == SGIO_HELD; i++) {
    if (i == ASK_TRIES)
      return sgio_fail_in_use(self, f);
    clock_sleep(s->clock, ASK_PAUSE);
  }
  self->fd = s->open(s, path, SGIO_ASK);
  if (self->fd >= 0)
    return true;
  if (errno != EBUSY)
    return sgio_node_denied(s, path, errno, f);
  sgio_in_use(self); /* an sg node may be held by itself */
  return sgio_fail_in_use(self, f);
}

/* A drive that is plugged in again has a node again. */
static bool sgio_present(struct transport *t) {
  struct sgio *self = (struct sgio *)t;
  struct stat st;
  return !atomic_load_explicit(&self->lost, memory_order_relaxed) &&
         self->s->stat(self->s, self->node.path, &st) == 0;
}

static void sgio_close(struct transport *t) {
  struct sgio *self = (struct sgio *)t;
  if (self->locked)
    sgio_unlock_tray(self);
  sgio_release(t);
  sgio_shut(self, &self->fd);
  free(self);
}

struct transport *sgio_open_with(const struct sgio_system *system,
                                 const char *path,
                                 struct failure *f) {
  static const struct transport_ops ops = {
    .name = "sgio",
    .run = sgio_run,
    .acquire = sgio_acquire,
    .release = sgio_release,
    .close = sgio_close,
    .present = sgio_present,
  };
  struct sgio *self = calloc(1, sizeof *self);
  if (self == NULL) {
    fail(f, FAIL_NO_MEMORY, "no memory for a drive");
    return NULL;
  }
  self->s = system;
  self->fd = self->twin_fd = -1;
  if (!identify(self, path, f)) {
    free(self);
    return NULL;
  }
  self->base.ops = &ops;
  self->base.clock = system->clock;
  self->base.max_bytes = self->node.max_bytes;
  self->base.asks_freely = true;
  self->base.timed = true;
  self->base.port = self->node.port[0] != '\0' ? self->node.port : NULL;
  self->base.alike = self->node.alike;
  return &self->base;
}

struct transport *sgio_open(const char *path, struct failure *f) {
  return sgio_open_with(sgio_machine(), path, f);
}

/* ===} */

#else

struct transport *sgio_open(const char *path, struct failure *f) {
  fail(f,
       FAIL_UNSUPPORTED,
       "%.200s: drives are opened by their node on Linux only",
       path);
  f->advice = "Use cdio:PATH.";
  return 0;
}

#endif
