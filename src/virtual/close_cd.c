/* close_cd.c: CLOSE TRACK/SESSION on CDs. The multi-session field of mode page
   05h says whether a session is the last one. */
#include "../bytes.h"
#include "../mmc_names.h"
#include "family.h"
#include "record.h"

#define CLOSE_TRACK_SECONDS 5.0
#define CLOSE_SESSION_SECONDS 20.0

/* {=== Tracks === */

/* Not SYNCHRONIZE CACHE, which would take it for its own. */
static bool finish_recording(struct vdrive *d) {
  return vbuffer_flush(d);
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
  track = number == VINVISIBLE ? open : vmedium_track(&d->medium, number);
  if (vquirk(d, VQUIRK_CLOSE_TRACK_FAILS) &&
      (d->rec.mode != NULL || track == NULL ||
       track->state == VTRACK_COMPLETE)) {
    vrefuse_field(p);
    return;
  }
  if (d->rec.mode != NULL &&
      (number == VINVISIBLE || number == d->rec.number)) {
    what.finish = finish_recording;
    vclose_begin(d, p, immediate, what, seconds);
    return;
  }
  if (track == NULL) {
    /* The invisible track, still empty: there is nothing to close. */
    if (!vmedium_space(&d->medium, &space) ||
        (number != VINVISIBLE && number != space.number))
      vrefuse_field(p);
  } else if (track->state != VTRACK_COMPLETE && !vdrive_tests(d)) {
    if (track->state == VTRACK_RESERVED && open != NULL) {
      vrefuse(p, KEY_ILLEGAL_REQUEST, 0x2C, 0x00);
      return;
    }
    what.finish = finish_track;
    what.argument = track->number;
    vclose_begin(d, p, immediate, what, seconds);
  }
}

/* ===} */

/* {=== Sessions === */

/* 'argument': session format of page 05h, and whether another may follow. */
static bool finish_session(struct vdrive *d) {
  uint8_t argument = d->going_on.argument;
  struct vmedium before = d->medium;
  if (vmedium_open_session(&d->medium) == NULL)
    return true;
  vmedium_close_session(&d->medium, argument & 0x30, (argument & 0x01) != 0);
  return vmedium_seal(d, &before);
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
  if (vdrive_tests(d)) {
    vbuffer_flush(d);
    what.finish = finish_nothing;
    ascq = -1;
  }
  if (ascq >= 0) {
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x72, (uint8_t)ascq);
    return;
  }
  what.argument = (page[8] & 0x30) | (vdrive_next_allowed(d) ? 1 : 0);
  vclose_begin(d, p, immediate, what, CLOSE_SESSION_SECONDS);
}

void vcd_close(struct vdrive *d,
               struct packet *p,
               unsigned function,
               bool immediate) {
  /* A session recorded at once ends by itself. */
  if (d->rec.mode == &vwrite_mode_sao && !vdrive_tests(d))
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x2C, 0x00);
  else if (function == 1)
    close_track(d, p, immediate);
  else if (function == 2)
    close_session(d, p, immediate);
  else
    vrefuse_field(p);
}

/* ===} */
