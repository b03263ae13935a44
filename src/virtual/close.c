/* close.c: CLOSE TRACK/SESSION and BLANK. Both change the medium when their
   time is over, except that a blanking disc is spoilt from the beginning. What
   closing means is the family's. */
#include <string.h>

#include "../mmc_names.h"
#include "commands.h"
#include "family.h"
#include "record.h"

#define BLANK_MINIMAL_SECONDS 60.0
#define BLANK_LEAST_SECONDS (20 * 60.0)

/* Some drives do not wait, though they were told to, and call that an error. */
void vclose_begin(struct vdrive *d,
                  struct packet *p,
                  bool immediate,
                  struct vlong what,
                  double seconds) {
  bool early = vquirk(d, VQUIRK_EARLY_CLOSE);
  vlong_begin(d, p, immediate || early, what, seconds);
  if (early && immediate)
    vrefuse_busy(d, p);
  else if (early)
    vrefuse(p, KEY_UNIT_ATTENTION, 0x2E, 0x00);
}

void vcmd_close_track_session(struct vtransport *t, struct packet *p) {
  struct vdrive *d = t->drive;
  if (!vdrive_can_write(d) || d->medium.finalised)
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x30, 0x05);
  else
    vdrive_family(d)->close(d, p, p->cdb[2] & 0x07, (p->cdb[1] & 0x01) != 0);
}

/* {=== Blanking === */

static bool finish_blank(struct vdrive *d) {
  const struct vmedium before = d->medium;
  /* The data goes while the disc is still described as being blanked: all of
     it, so that none of it shows when the next recording is broken off. */
  if (!d->lost.on && !vdisc_wipe(&d->disc))
    return false;
  d->medium.blanking = false;
  return vmedium_seal(d, &before);
}

static double blank_seconds(const struct vdrive *d, unsigned type) {
  double seconds;
  if (type == 1)
    return BLANK_MINIMAL_SECONDS;
  seconds = d->medium.leadout_max * (vdrive_on_cd(d) ? 2.352 : 2.048) /
            vdrive_write_speed(d);
  return seconds < BLANK_LEAST_SECONDS ? BLANK_LEAST_SECONDS : seconds;
}

void vcmd_blank(struct vtransport *t, struct packet *p) {
  struct vdrive *d = t->drive;
  struct vlong what = {.finish = finish_blank, .ascq = 0x07};
  struct vmedium before = d->medium;
  unsigned type = p->cdb[1] & 0x07;
  double seconds;
  if (!vdrive_erases(d)) {
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x20, 0x00);
    return;
  }
  if (type > 1) {
    vrefuse_field(p);
    return;
  }
  if (!vdrive_can_write(d) || !vdrive_disc(d)->blanks) {
    /* cannot format medium: incompatible medium */
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x30, 0x06);
    return;
  }
  vdrive_break_off(d);
  seconds = blank_seconds(d, type);
  vmedium_blank(&d->medium, vdrive_kind(d), before.leadout_max);
  d->medium.blanking = true;
  d->medium.format.minimal = type == 1 && vgeometry(before.kind)->formats;
  d->test_next = -1;
  d->dao_size = 0;
  if (!vdrive_store(d)) {
    d->medium = before;
    vrefuse(p, KEY_MEDIUM_ERROR, 0x51, 0x00); /* erase failure */
    return;
  }
  vlong_begin(d, p, (p->cdb[1] & 0x10) != 0, what, seconds);
}

/* ===} */
