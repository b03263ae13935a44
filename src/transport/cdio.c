/* cdio.c: mmc_run_cmd_len as a transport. What libcdio hides is made good as
   far as that goes (drives.md 9): there is no residual, "success" may be a
   time-out, a failure without sense is a lost packet. */
#include "cdio.h"

#include "cdio_judge.h"
#include "never_write.h"

#include <cdio/cdio.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#ifdef __linux__
#include "sgio_drive.h"
#include "sgio_holder.h"
#endif

#define CDB_MOST 12 /* of mmc_cdb_t */

/* udev opens a drive exclusively for a moment (drives.md 9): who asks comes
   again soon, who wants to hold it later. */
#define ASK_TRIES 4
#define ASK_PAUSE (100 * CLOCK_MS)
#define HOLD_TRIES 4
#define HOLD_PAUSE (2 * CLOCK_SECOND)

/* Packets that only ask; others than Linux refuse all in the mode "IOCTL". */
#ifdef __linux__
#define ASKING_MODE "IOCTL"
#else
#define ASKING_MODE "MMC_RDWR"
#endif

struct cdio {
  struct transport base;
  const struct cdio_library *library;
  const struct sgio_system *system;
  CdIo_t *cdio; /* NULL: the drive was not there any more */
  bool held;
#ifdef __linux__
  struct sgio drive; /* what the node is and who has it; never opened */
#endif
  char path[1024];
};

/* {=== One packet */

/* Linux takes the time-out in clock ticks, whatever its name (drives.md 9). */
static unsigned timeout_of(const struct packet *p) {
#ifdef __linux__
  uint64_t ticks = (uint64_t)sysconf(_SC_CLK_TCK);
  uint64_t n = ((uint64_t)p->timeout_ms * ticks + 999) / 1000;
  return n > 0 ? (unsigned)n : 1;
#else
  return p->timeout_ms;
#endif
}

static void take_sense(struct cdio *self, struct packet *p) {
  cdio_mmc_request_sense_t *sense = NULL;
  int len = self->library->last_sense(self->cdio, &sense);
  if (sense == NULL)
    return;
  if (len > 0) {
    p->sense_len = len < PACKET_SENSE_MAX ? (uint8_t)len : PACKET_SENSE_MAX;
    memcpy(p->sense, sense, p->sense_len);
  }
  cdio_free(sense);
}

static void ask(struct cdio *self, struct packet *p) {
  static const cdio_mmc_direction_t directions[] = {
    [PACKET_NONE] = SCSI_MMC_DATA_NONE,
    [PACKET_IN] = SCSI_MMC_DATA_READ,
    [PACKET_OUT] = SCSI_MMC_DATA_WRITE,
  };
  struct clock *clock = self->base.clock;
  mmc_cdb_t cdb = {{0}};
  uint64_t start = clock_now(clock);
  void *data = p->dir == PACKET_OUT ? (void *)(uintptr_t)p->out : (void *)p->in;
  int rc, err;
  memcpy(cdb.field, p->cdb, p->cdb_len);
  errno = 0;
  rc = self->library->run(self->cdio,
                          timeout_of(p),
                          &cdb,
                          p->cdb_len,
                          directions[p->dir],
                          p->dir == PACKET_NONE ? 0 : (unsigned)p->len,
                          data);
  err = errno;
  take_sense(self, p);
  cdio_judge(rc, err, clock_now(clock) - start, p);
}

enum opened { OPENED, REFUSED, UNKNOWN_MODE };

static enum opened open_mode(struct cdio *self, const char *mode) {
  const char *really;
  self->cdio = self->library->open_am(self->path, DRIVER_DEVICE, mode);
  if (self->cdio == NULL)
    return REFUSED;
  /* A mode that is not known is another one, silently. */
  really = self->library->get_arg(self->cdio, "access-mode");
  if (really != NULL && strcmp(really, mode) == 0)
    return OPENED;
  self->library->destroy(self->cdio);
  self->cdio = NULL;
  return UNKNOWN_MODE;
}

static void shut(struct cdio *self) {
  if (self->cdio != NULL)
    self->library->destroy(self->cdio);
  self->cdio = NULL;
}

static bool may_send(struct cdio *self, struct packet *p) {
#ifdef __linux__
  self->drive.held = self->held;
  return sgio_may_send(&self->drive, p);
#else
  (void)self;
  (void)p;
  return true;
#endif
}

static void cdio_run(struct transport *t, struct packet *p) {
  struct cdio *self = (struct cdio *)t;
  p->status = PACKET_GOOD;
  p->moved = 0;
  p->sense_len = 0;
  p->os_error = 0;
  p->why = NULL;
  if (p->cdb_len > CDB_MOST) {
    p->status = PACKET_DENIED;
    p->os_error = EOPNOTSUPP;
    p->why = "libcdio passes on commands of up to 12 bytes";
    return;
  }
  if (!may_send(self, p))
    return;
  if (self->cdio == NULL &&
      (self->held || open_mode(self, ASKING_MODE) != OPENED)) {
    p->status = PACKET_GONE;
    return;
  }
  ask(self, p);
  if (p->status == PACKET_GONE && !self->held)
    shut(self);
}

/* ===} */

/* {=== Holding it */

static bool fail_open(struct cdio *self, struct failure *f) {
#ifdef __linux__
  if (sgio_look(&self->drive) != SGIO_FREE)
    return sgio_fail_in_use(&self->drive, f);
#endif
  if (access(self->path, R_OK | W_OK) != 0)
    return fail_errno(
      f, errno, FAIL_DEVICE_NOT_ACCESSIBLE, "%.200s", self->path);
  return fail(f,
              FAIL_DEVICE_NOT_ACCESSIBLE,
              "libcdio cannot open %.200s for writing: it may be in use",
              self->path);
}

/* May it be free in a moment? Only Linux tells who is in the way. */
static bool is_in_use(struct cdio *self) {
#ifdef __linux__
  return sgio_look(&self->drive) == SGIO_HELD;
#else
  (void)self;
  return false;
#endif
}

/* By any of its names. */
static bool on_the_list(struct cdio *self, struct failure *f) {
#ifdef __linux__
  const struct sgio_node *node = &self->drive.node;
  char name[48];
  snprintf(name, sizeof name, "/dev/%s", node->name);
  if (never_write(name, f) ||
      (node->other[0] != '\0' && never_write(node->other, f)))
    return true;
#endif
  return never_write(self->path, f);
}

static bool hold(struct cdio *self) {
  enum opened opened = open_mode(self, "MMC_RDWR_EXCL");
  if (opened == UNKNOWN_MODE) /* what is refused there must stay refused */
    opened = open_mode(self, "MMC_RDWR");
  return opened == OPENED;
}

static bool cdio_acquire(struct transport *t, struct failure *f) {
  struct cdio *self = (struct cdio *)t;
  if (on_the_list(self, f))
    return false;
  shut(self);
  for (unsigned i = 1; !hold(self); i++) {
    if (i == HOLD_TRIES || !is_in_use(self))
      return fail_open(self, f);
    clock_sleep(self->base.clock, HOLD_PAUSE);
  }
  return self->held = true;
}

static void cdio_release(struct transport *t) {
  struct cdio *self = (struct cdio *)t;
  if (!self->held)
    return;
  shut(self);
  self->held = false;
}

static bool cdio_present(struct transport *t) {
  return access(((struct cdio *)t)->path, F_OK) == 0;
}

static void cdio_close(struct transport *t) {
  struct cdio *self = (struct cdio *)t;
  shut(self);
  free(self);
}

/* ===} */

/* {=== Opening */

/* Nothing is sent to what is no drive, nor to one that another holds. */
static bool identify(struct cdio *self, struct failure *f) {
#ifdef __linux__
  self->drive.s = self->system;
  self->drive.fd = self->drive.twin_fd = -1;
  if (!sgio_node_find(self->system, self->path, &self->drive.node, f))
    return false;
  if (self->drive.node.generic) {
    const char *twin = self->drive.node.twin;
    fail(f,
         FAIL_UNSUPPORTED,
         "libcdio opens sr nodes only, not %.200s%s%s",
         self->path,
         twin[0] != '\0' ? "; the same drive is cdio:" : "",
         twin);
    f->advice = "Use the drive's sr node, or leave the cdio: away.";
    return false;
  }
  for (unsigned i = 1; is_in_use(self); i++) {
    if (i == ASK_TRIES)
      return sgio_fail_in_use(&self->drive, f);
    clock_sleep(self->base.clock, ASK_PAUSE);
  }
  self->base.port = self->drive.node.port[0] ? self->drive.node.port : NULL;
  self->base.alike = self->drive.node.alike;
  self->base.max_bytes = self->drive.node.max_bytes;
#else
  struct stat st;
  if (stat(self->path, &st) != 0)
    return fail_errno(
      f, errno, FAIL_DEVICE_NOT_PRESENT, "no drive at %.200s", self->path);
  if (!S_ISBLK(st.st_mode) && !S_ISCHR(st.st_mode))
    return fail(f, FAIL_UNSUPPORTED, "%.200s is no device", self->path);
#endif
  if (open_mode(self, ASKING_MODE) == OPENED)
    return true;
  if (access(self->path, R_OK) != 0)
    return fail_errno(
      f, errno, FAIL_DEVICE_NOT_ACCESSIBLE, "%.200s", self->path);
  return fail(
    f, FAIL_DEVICE_NOT_ACCESSIBLE, "libcdio cannot open %.200s", self->path);
}

struct transport *cdio_open_with(const struct cdio_library *library,
                                 const struct sgio_system *system,
                                 const char *path,
                                 struct failure *f) {
  static const struct transport_ops ops = {
    .name = "cdio",
    .run = cdio_run,
    .acquire = cdio_acquire,
    .release = cdio_release,
    .close = cdio_close,
    .present = cdio_present,
  };
  struct cdio *self = calloc(1, sizeof *self);
  if (self == NULL) {
    fail(f, FAIL_NO_MEMORY, "no memory for a drive");
    return NULL;
  }
  self->base.ops = &ops;
  self->base.clock = system != NULL ? system->clock : clock_monotonic();
  self->base.asks_freely = true;
  self->library = library;
  self->system = system;
  if (strlen(path) >= sizeof self->path) {
    fail(f, FAIL_UNSUPPORTED, "the path of the drive is too long");
  } else {
    memcpy(self->path, path, strlen(path) + 1);
    if (identify(self, f))
      return &self->base;
  }
  free(self);
  return NULL;
}

struct transport *cdio_open_drive(const char *path, struct failure *f) {
  static const struct cdio_library library = {
    .open_am = cdio_open_am,
    .destroy = cdio_destroy,
    .get_arg = cdio_get_arg,
    .run = mmc_run_cmd_len,
    .last_sense = mmc_last_cmd_sense,
  };
  return cdio_open_with(&library, sgio_machine(), path, f);
}

/* ===} */
