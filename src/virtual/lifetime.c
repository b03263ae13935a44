/* lifetime.c: a drive comes into being with its first transport and ends with
   its last. A new one has been switched on for long: it is ready at once. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "family.h"
#include "registry.h"

#define BUFFER_DEFAULT (2u << 20)
/* A name that stays the same for the same path: FNV-1a, 64 bits. */
static void serial_from_path(const char *path, char *serial) {
  static const char digits[] = "0123456789ABCDEF";
  uint64_t hash = 0xCBF29CE484222325u;
  for (; *path != '\0'; path++)
    hash = (hash ^ (uint8_t)*path) * 0x100000001B3u;
  for (int i = 0; i < 16; i++, hash >>= 4)
    serial[i] = digits[hash & 15];
}

static void
set_serial(struct vdrive *d, const char *serial, const char *canonical) {
  size_t len;
  memset(d->serial, 0, sizeof d->serial);
  if (serial == NULL) {
    serial_from_path(canonical, d->serial);
    return;
  }
  len = strlen(serial);
  memcpy(d->serial, serial, len);
  /* Feature 108h wants a multiple of four, blank-padded. */
  while (len % 4 != 0)
    d->serial[len++] = ' ';
}

static bool put_disc(struct vdrive *d,
                     const struct virtual_options *options,
                     const char *canonical,
                     struct failure *f) {
  char name[64];
  d->disc.fd = d->key_fd = -1;
  if (options->medium == NULL || strcmp(options->medium, "none") != 0) {
    if (!vdisc_open(&d->disc, &d->medium, options->path, f))
      return false;
    d->key_dev = d->disc.dev;
    d->key_ino = d->disc.ino;
    if (d->model == NULL)
      d->model = vmodel_for(vdrive_kind(d));
    d->unreadable = !vmodel_reads(d->model, vdrive_kind(d));
    vdrive_pages_default(d);
    /* The disc may be taken out and deleted: a new file with its number must
       not be taken for it. Not a dup, which would keep the lock. */
    snprintf(name, sizeof name, "/proc/self/fd/%d", d->disc.fd);
    d->key_fd = open(name, O_PATH | O_CLOEXEC);
    return true;
  }
  if (d->model == NULL)
    d->model = vmodel_for(0);
  d->key_path = strdup(canonical);
  if (d->key_path == NULL)
    return fail(f, FAIL_NO_MEMORY, "no memory for a drive");
  return true;
}

struct vdrive *vdrive_make(const struct virtual_options *options,
                           const struct vmodel *model,
                           const char *canonical,
                           struct failure *f) {
  struct vdrive *d = calloc(1, sizeof *d);
  if (d != NULL)
    d->clock = vclock_take(options->machine_clock);
  if (d == NULL || d->clock == NULL) {
    free(d);
    fail(f, FAIL_NO_MEMORY, "no memory for a drive");
    return NULL;
  }
  d->model = model;
  d->buffer = options->buffer == 0 ? BUFFER_DEFAULT : options->buffer;
  d->pace = options->pace;
  d->plugged = d->powered = true;
  d->test_next = d->replaced = -1;
  vdrive_pages_default(d);
  set_serial(d, options->serial, canonical);
  if (!put_disc(d, options, canonical, f)) {
    vclock_give_back(d->clock);
    free(d);
    return NULL;
  }
  pthread_mutex_init(&d->mutex, NULL);
  return d;
}

/* What the drive had been told to do it still does; a track that was being
   recorded stays open. */
static void shut_down(struct vdrive *d) {
  bool mine = d->powered && vdisc_lock(&d->disc) && !vdisc_changed(&d->disc);
  if (mine && !d->disc.readonly) {
    vlong_end(d);
    if (d->rec.mode != NULL && d->rec.mode->rests)
      d->rec.mode->flush(d);
    vbackground_stop(d);
    vdrive_break_off(d);
    vdisc_sync(&d->disc);
  }
  vdisc_close(&d->disc);
}

void vdrive_free(struct vdrive *d) {
  if (d->key_fd >= 0)
    close(d->key_fd);
  if (d->disc.fd >= 0)
    shut_down(d);
  vlost_end(d);
  vclock_give_back(d->clock);
  pthread_mutex_destroy(&d->mutex);
  free(d->key_path);
  free(d);
}
