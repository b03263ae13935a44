/* tray.c: START STOP UNIT and PREVENT ALLOW MEDIUM REMOVAL. */
#include "../mmc_names.h"
#include "commands.h"

#define TRAY_SECONDS 1.0

enum { STOP, START, EJECT, LOAD };

static void wait_ready(struct vdrive *d) {
  uint64_t now = vdrive_now(d);
  if (vdrive_has_medium(d) && now < d->ready_at)
    vclock_add(d->clock, d->ready_at - now);
}

static void eject(struct vdrive *d, struct packet *p, bool immediate) {
  if (d->tray_open)
    return;
  if (vdrive_prevented(d)) {
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x53, 0x02);
    return;
  }
  if (!vdrive_eject(d))
    vrefuse(p, KEY_MEDIUM_ERROR, 0x0C, 0x00);
  if (!immediate)
    vclock_add(d->clock, vdrive_ns(d, TRAY_SECONDS));
}

void vcmd_start_stop(struct vtransport *t, struct packet *p) {
  struct vdrive *d = t->drive;
  bool immediate = (p->cdb[1] & 0x01) != 0;
  unsigned power = p->cdb[4] >> 4, what = p->cdb[4] & 0x03;
  if (power != 0) { /* a power condition; the drive needs none of them */
    if (power != 1 && power != 2 && power != 3 && power != 5)
      vrefuse_field(p);
    return;
  }
  if (d->going_on.finish != NULL) {
    vrefuse_busy(d, p);
    return;
  }
  if (what == EJECT) {
    eject(d, p, immediate);
    return;
  }
  if (what == LOAD && vquirk(d, VQUIRK_NO_LOAD)) {
    vrefuse_field(p);
    return;
  }
  if (what == LOAD && d->tray_open)
    vdrive_load(d);
  /* Stopped discs turn again as soon as they are needed. */
  if (what != STOP && !immediate)
    wait_ready(d);
}

void vcmd_prevent_allow(struct vtransport *t, struct packet *p) {
  t->prevent = p->cdb[4] & 0x03;
}
