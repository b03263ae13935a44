/* operator.c: the hand at the drive. It asks nobody: it works whoever holds
   the drive, and whatever that one is doing. */
#include <string.h>

#include "registry.h"

enum { EVENT_EJECT_REQUEST = 1, EVENT_REMOVAL = 3 };

static struct vdrive *drive_of(struct transport *t) {
  return ((struct vtransport *)t)->drive;
}

/* With the drive to oneself. What was going on goes on only if the disc is
   still this drive's to write. */
static void begin(struct vdrive *d) {
  pthread_mutex_lock(&d->mutex);
  if (d->disc.fd >= 0 && !d->disc.locked &&
      (!vdisc_lock(&d->disc) || vdisc_changed(&d->disc))) {
    d->going_on.finish = NULL;
    d->formatting = false;
    memset(&d->rec, 0, sizeof d->rec);
  }
  vdrive_settle(d);
}

static void end(struct vdrive *d) {
  if (d->owner == NULL && d->disc.fd >= 0)
    vdisc_unlock(&d->disc);
  pthread_mutex_unlock(&d->mutex);
}

static bool put_in(struct vdrive *d,
                   struct vdisc *disc,
                   const char *path,
                   struct failure *f) {
  if (d->disc.fd >= 0 && !d->tray_open)
    return fail(f,
                FAIL_DEVICE_NOT_ACCESSIBLE,
                "there is a disc in the drive: it must come out first");
  if (!vdisc_lock(disc))
    return fail(f,
                FAIL_DEVICE_NOT_ACCESSIBLE,
                "the disc %s is in use by somebody else",
                path);
  if (d->disc.fd >= 0)
    vdisc_close(&d->disc);
  d->disc = *disc;
  disc->fd = -1; /* moved: the buffer too */
  disc->buf = NULL;
  d->tray_open = false;
  vdrive_take_in(d, true);
  return true;
}

bool virtual_insert(struct transport *t, const char *path, struct failure *f) {
  struct vdrive *d = drive_of(t), *other;
  struct vmedium medium;
  struct vdisc disc;
  bool good;
  if (!vdisc_open(&disc, &medium, path, f))
    return false;
  vregistry_lock();
  other = vregistry_holding(disc.dev, disc.ino);
  if (other != NULL && other != d) {
    good = fail(
      f, FAIL_DEVICE_NOT_ACCESSIBLE, "the disc %s is in another drive", path);
  } else {
    begin(d);
    /* The disc that lies in the open tray goes in again as it is. */
    if (other == d && d->tray_open && d->disc.dev == disc.dev &&
        d->disc.ino == disc.ino) {
      vdrive_load(d);
      good = true;
    } else {
      good = put_in(d, &disc, path, f);
    }
    end(d);
  }
  vregistry_unlock();
  vdisc_close(&disc);
  return good;
}

bool virtual_remove(struct transport *t, struct failure *f) {
  struct vdrive *d = drive_of(t);
  bool had;
  begin(d);
  had = d->disc.fd >= 0;
  if (had) {
    vdrive_break_off(d);
    vdisc_close(&d->disc);
    vdrive_forget_medium(d);
    if (!d->tray_open)
      vdrive_tell_medium(d, EVENT_REMOVAL, false);
    d->tray_open = true;
  }
  end(d);
  if (!had)
    return fail(f, FAIL_MEDIUM_NOT_PRESENT, "there is no disc in the drive");
  return true;
}

bool virtual_press_eject(struct transport *t, struct failure *f) {
  struct vdrive *d = drive_of(t);
  bool powered, good = true;
  begin(d);
  powered = d->powered;
  if (!powered)
    good = false;
  else if (d->tray_open)
    vdrive_load(d);
  else if (vdrive_prevented(d) || d->going_on.finish != NULL ||
           d->rec.mode != NULL)
    vdrive_tell_medium(d, EVENT_EJECT_REQUEST, false);
  else
    good = vdrive_eject(d);
  end(d);
  if (!powered)
    return fail(f, FAIL_DEVICE_NOT_PRESENT, "the drive has no power");
  if (!good)
    return fail(f, FAIL_FILE_ACCESS, "the disc file could not be written");
  return true;
}

bool virtual_write_protect(struct transport *t, bool on, struct failure *f) {
  struct vdrive *d = drive_of(t);
  (void)f;
  begin(d);
  d->write_protected = on;
  end(d);
  return true;
}

bool virtual_is_locked(struct transport *t) {
  struct vdrive *d = drive_of(t);
  bool locked;
  begin(d);
  locked = vdrive_prevented(d);
  end(d);
  return locked;
}

/* {=== Cable and power === */

/* It runs on the power that comes through the cable: without the one or the
   other all that was only in its mind is gone. */
static void go_dark(struct vdrive *d) {
  vdrive_break_off(d);
  vdrive_forget_medium(d);
  d->read_speed = d->write_speed = 0;
  for (struct vtransport *t = d->transports; t != NULL; t = t->next)
    t->prevent = 0;
}

static void wake_up(struct vdrive *d) {
  if (!d->plugged || !d->powered)
    return;
  if (!d->tray_open)
    vdrive_take_in(d, true);
  for (struct vtransport *t = d->transports; t != NULL; t = t->next)
    t->attention_reset = true;
}

static void set_supply(struct vdrive *d, atomic_bool *supply, bool on) {
  begin(d);
  if (*supply && !on)
    go_dark(d);
  if (*supply != on) {
    *supply = on;
    wake_up(d);
  }
  end(d);
}

bool virtual_unplug(struct transport *t, struct failure *f) {
  (void)f;
  set_supply(drive_of(t), &drive_of(t)->plugged, false);
  return true;
}

bool virtual_plug(struct transport *t, struct failure *f) {
  (void)f;
  set_supply(drive_of(t), &drive_of(t)->plugged, true);
  return true;
}

bool virtual_power_off(struct transport *t, struct failure *f) {
  (void)f;
  set_supply(drive_of(t), &drive_of(t)->powered, false);
  return true;
}

bool virtual_power_on(struct transport *t, struct failure *f) {
  (void)f;
  set_supply(drive_of(t), &drive_of(t)->powered, true);
  return true;
}

/* ===} */
