/* srm_close.c: CLOSE TRACK/SESSION on BD-R: a track (1), the session (2), the
   disc (6). Nothing is padded: what a closed track has not used is lost. */
#include "family.h"
#include "record.h"
#include "sequence.h"

#define CLOSE_TRACK_SECONDS 2.0
#define CLOSE_SESSION_SECONDS 5.0
#define FINALISE_SECONDS 30.0

enum { TRACK = 1, SESSION = 2, DISC = 6 };

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
  struct vlong what = {.finish = finish_session,
                       .ascq = 0x07,
                       .closing = true,
                       .argument = disc ? DISC : SESSION};
  double seconds = disc ? FINALISE_SECONDS : CLOSE_SESSION_SECONDS;
  if (vsequence_may_close(d, p, disc, VINCOMPLETE_TRACK))
    vclose_begin(d, p, immediate, what, vbuffer_seconds(d) + seconds);
}

void vsrm_close(struct vdrive *d,
                struct packet *p,
                unsigned function,
                bool immediate) {
  /* A disc that can be overwritten has one session, until it is finalised. */
  bool sessions = !d->medium.format.pseudo_overwrite;
  if (function == TRACK)
    vsequence_close_track(d, p, immediate, CLOSE_TRACK_SECONDS);
  else if (function == DISC || (function == SESSION && sessions))
    close_session(d, p, function == DISC, immediate);
  else
    vrefuse_field(p);
}
