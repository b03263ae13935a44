/* close.c: CLOSE TRACK/SESSION and BLANK. Both change the medium when their
   time is over, except that a blanking disc is spoilt from the beginning. */
#include <string.h>

#include "../bytes.h"
#include "../mmc_names.h"
#include "commands.h"

#define CLOSE_TRACK_SECONDS 5.0
#define CLOSE_SESSION_SECONDS 20.0
#define BLANK_MINIMAL_SECONDS 60.0
#define BLANK_LEAST_SECONDS (20 * 60.0)

#define INVISIBLE 0xFF

static bool test_write(const struct vdrive *d) {
  return (d->pages[VPAGE_WRITE_PARAMETERS][2] & 0x10) != 0;
}

/* Some drives do not wait, though they were told to, and call that an error. */
static void begin_closing(struct vdrive *d,
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

/* {=== Tracks === */

static bool finish_recording(struct vdrive *d) {
  return d->rec.mode == NULL || d->rec.mode->flush(d);
}

static bool finish_track(struct vdrive *d) {
  struct vtrack *t = vmedium_track(&d->medium, d->going_on.argument);
  return t == NULL || vtrack_complete(d, t);
}

static void close_track(struct vdrive *d, struct packet *p, bool immediate) {
  unsigned number = get_be16(p->cdb + 4);
  struct vtrack *open = vmedium_open_track(&d->medium), *track;
  struct vlong what = {.ascq = 0x07, .closing = true};
  struct vspace space;
  double seconds = vbuffer_seconds(d) + CLOSE_TRACK_SECONDS;
  track = number == INVISIBLE ? open : vmedium_track(&d->medium, number);
  if (vquirk(d, VQUIRK_CLOSE_TRACK_FAILS) &&
      (d->rec.mode != NULL || track == NULL ||
       track->state == VTRACK_COMPLETE)) {
    vrefuse_field(p);
    return;
  }
  if (d->rec.mode != NULL && (number == INVISIBLE || number == d->rec.number)) {
    what.finish = finish_recording;
    begin_closing(d, p, immediate, what, seconds);
    return;
  }
  if (track == NULL) {
    /* The invisible track, still empty: there is nothing to close. */
    if (!vmedium_space(&d->medium, &space) ||
        (number != INVISIBLE && number != space.number))
      vrefuse_field(p);
  } else if (track->state != VTRACK_COMPLETE && !test_write(d)) {
    if (track->state == VTRACK_RESERVED && open != NULL) {
      vrefuse(p, KEY_ILLEGAL_REQUEST, 0x2C, 0x00);
      return;
    }
    what.finish = finish_track;
    what.argument = track->number;
    begin_closing(d, p, immediate, what, seconds);
  }
}

/* ===} */

/* {=== Sessions === */

/* 'argument': session format of page 05h, and its multi-session field. */
static bool finish_session(struct vdrive *d) {
  uint8_t argument = d->going_on.argument;
  struct vmedium before = d->medium;
  if (vmedium_open_session(&d->medium) == NULL)
    return true;
  vmedium_close_session(&d->medium, argument & 0x30, (argument & 0x03) == 0x03);
  if (d->lost.on || (vdisc_store(&d->disc, &d->medium) && vdisc_sync(&d->disc)))
    return true;
  d->medium = before;
  return false;
}

static bool finish_nothing(struct vdrive *d) {
  (void)d;
  return true;
}

/* Why the last session cannot be closed: the sense's ASCQ of 5/72, or -1. */
static int not_closable(struct vdrive *d) {
  struct vmedium *m = &d->medium;
  if (vmedium_open_session(m) == NULL)
    return 0x00;
  if (vmedium_open_track(m) != NULL)
    return 0x03;
  for (unsigned i = 0; i < m->ntracks; i++)
    if (m->tracks[i].state == VTRACK_RESERVED)
      return 0x04;
  return -1;
}

static void close_session(struct vdrive *d, struct packet *p, bool immediate) {
  const uint8_t *page = d->pages[VPAGE_WRITE_PARAMETERS];
  struct vlong what = {.finish = finish_session, .ascq = 0x07, .closing = true};
  int ascq = not_closable(d);
  if (test_write(d)) {
    if (d->rec.mode != NULL)
      d->rec.mode->flush(d);
    what.finish = finish_nothing;
    ascq = -1;
  }
  if (ascq >= 0) {
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x72, (uint8_t)ascq);
    return;
  }
  what.argument = (page[8] & 0x30) | page[3] >> 6;
  begin_closing(d, p, immediate, what, CLOSE_SESSION_SECONDS);
}

void vcmd_close_track_session(struct vtransport *t, struct packet *p) {
  struct vdrive *d = t->drive;
  bool immediate = (p->cdb[1] & 0x01) != 0;
  unsigned function = p->cdb[2] & 0x07;
  if (!vdrive_can_write(d) || d->medium.finalised)
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x30, 0x05);
  else if (function == 1)
    close_track(d, p, immediate);
  else if (function == 2)
    close_session(d, p, immediate);
  else
    vrefuse_field(p);
}

/* ===} */

/* {=== Blanking === */

static bool finish_blank(struct vdrive *d) {
  bool all = d->going_on.argument == 0;
  if (d->lost.on) {
    d->medium.blanking = false;
    return true;
  }
  /* The data goes while the disc is still described as being blanked. */
  if (all && !vdisc_wipe(&d->disc))
    return false;
  d->medium.blanking = false;
  if (vdisc_store(&d->disc, &d->medium) && vdisc_sync(&d->disc))
    return true;
  d->medium.blanking = true;
  return false;
}

static double blank_seconds(const struct vdrive *d, unsigned type) {
  double seconds;
  if (type == 1)
    return BLANK_MINIMAL_SECONDS;
  seconds = d->medium.leadout_max / 75.0 * 176.4 / vdrive_write_speed(d);
  return seconds < BLANK_LEAST_SECONDS ? BLANK_LEAST_SECONDS : seconds;
}

void vcmd_blank(struct vtransport *t, struct packet *p) {
  struct vdrive *d = t->drive;
  struct vlong what = {.finish = finish_blank, .ascq = 0x07};
  struct vmedium before = d->medium;
  unsigned type = p->cdb[1] & 0x07;
  double seconds;
  if (!d->model->erases) {
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x20, 0x00);
    return;
  }
  if (type > 1) {
    vrefuse_field(p);
    return;
  }
  if (vdrive_profile(d) != PROFILE_CD_RW) {
    /* cannot format medium: incompatible medium */
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x30, 0x06);
    return;
  }
  vdrive_break_off(d);
  seconds = blank_seconds(d, type);
  vmedium_blank(&d->medium, vdrive_kind(d), before.leadout_max);
  d->medium.blanking = true;
  d->test_next = -1;
  if (!vdrive_store(d)) {
    d->medium = before;
    vrefuse(p, KEY_MEDIUM_ERROR, 0x51, 0x00); /* erase failure */
    return;
  }
  what.argument = (uint8_t)type;
  vlong_begin(d, p, (p->cdb[1] & 0x10) != 0, what, seconds);
}

/* ===} */
