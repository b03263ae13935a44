/* srm_close.c: CLOSE TRACK/SESSION on BD-R: a track (1), the session (2), the
   disc (6). Nothing is padded: what a closed track has not used is lost. */
#include "../bytes.h"
#include "../mmc_names.h"
#include "family.h"
#include "record.h"
#include "sequence.h"

#define CLOSE_TRACK_SECONDS 2.0
#define CLOSE_SESSION_SECONDS 5.0
#define FINALISE_SECONDS 30.0

enum { TRACK = 1, SESSION = 2, DISC = 6 };

static bool finish_track(struct vdrive *d) {
  struct vtrack *t = vmedium_track(&d->medium, d->going_on.argument);
  struct vmedium before;
  if (d->rec.mode != NULL && !d->rec.mode->flush(d))
    return false;
  if (!vrecord_pad(d, t, vmedium_whole_units(&d->medium, t->blocks)))
    return false;
  before = d->medium;
  t->state = VTRACK_COMPLETE;
  t->damaged = t->at_rest = false;
  return vmedium_commit(d, &before);
}

static void close_track(struct vdrive *d, struct packet *p, bool immediate) {
  unsigned number = get_be16(p->cdb + 4);
  const struct vtrack *t = vmedium_track(&d->medium, number);
  struct vlong what = {.finish = finish_track, .ascq = 0x07, .closing = true};
  struct vspace space;
  if (t == NULL) {
    /* The last track, still blank: nothing is to be done. */
    if (!vmedium_next(&d->medium, &space) || number != space.number)
      vrefuse_field(p);
    return;
  }
  if (t->state == VTRACK_COMPLETE)
    return;
  what.argument = t->number;
  vclose_begin(d, p, immediate, what, vbuffer_seconds(d) + CLOSE_TRACK_SECONDS);
}

/* 'argument': the function. */
static bool finish_session(struct vdrive *d) {
  struct vmedium *m = &d->medium, before = d->medium;
  if (vmedium_open_session(m) != NULL)
    vmedium_close_session(m, 0, true);
  if (d->going_on.argument == DISC && !m->finalised)
    vmedium_finalise(m);
  return vmedium_seal(d, &before);
}

static void
close_session(struct vdrive *d, struct packet *p, bool disc, bool immediate) {
  struct vmedium *m = &d->medium;
  struct vlong what = {.finish = finish_session,
                       .ascq = 0x07,
                       .closing = true,
                       .argument = disc ? DISC : SESSION};
  if (m->nsessions == 0 && disc) {
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x72, 0x00);
    return;
  }
  if (!disc && vmedium_open_session(m) == NULL)
    return; /* an empty session: nothing is to be done */
  for (unsigned i = 0; i < m->ntracks; i++)
    if (m->tracks[i].state != VTRACK_COMPLETE) {
      vrefuse(p, KEY_ILLEGAL_REQUEST, 0x72, 0x03);
      return;
    }
  vclose_begin(d,
               p,
               immediate,
               what,
               vbuffer_seconds(d) +
                 (disc ? FINALISE_SECONDS : CLOSE_SESSION_SECONDS));
}

void vsrm_close(struct vdrive *d,
                struct packet *p,
                unsigned function,
                bool immediate) {
  /* A disc that can be overwritten has one session, until it is finalised. */
  bool sessions = !d->medium.format.pseudo_overwrite;
  if (function == TRACK)
    close_track(d, p, immediate);
  else if (function == DISC || (function == SESSION && sessions))
    close_session(d, p, function == DISC, immediate);
  else
    vrefuse_field(p);
}
