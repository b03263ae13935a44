/* fragment_close.c: CLOSE TRACK/SESSION on DVD+R: a fragment (1), the session
   (2), the disc (5, 6). The medium changes when the time is over. */
#include "../bytes.h"
#include "../mmc_names.h"
#include "family.h"
#include "record.h"
#include "sequence.h"

#define CLOSE_FRAGMENT_SECONDS 5.0
#define CLOSE_SESSION_SECONDS 20.0
#define FINALISE_SECONDS 60.0         /* a lead-out of usual length */
#define FINALISE_RADIUS_SECONDS 120.0 /* one that reaches the least radius */

enum { FRAGMENT = 1, SESSION = 2, DISC_LEAST_RADIUS = 5, DISC = 6 };

static void close_fragment(struct vdrive *d, struct packet *p, bool immediate) {
  unsigned number = get_be16(p->cdb + 4);
  struct vlong what = {
    .finish = vsequence_finish_track, .ascq = 0x07, .closing = true};
  const struct vtrack *t = number == VINVISIBLE
                             ? vsequence_invisible(&d->medium)
                             : vmedium_track(&d->medium, number);
  struct vspace space;
  if (t == NULL) {
    /* The invisible fragment, still blank: nothing is to be done. */
    if (!vmedium_next(&d->medium, &space) ||
        (number != VINVISIBLE && number != space.number))
      vrefuse_field(p);
    return;
  }
  if (t->state == VTRACK_COMPLETE)
    return;
  what.argument = t->number;
  vclose_begin(d,
               p,
               immediate,
               what,
               vbuffer_seconds(d) + vsequence_padding_seconds(d, t) +
                 CLOSE_FRAGMENT_SECONDS);
}

/* 'argument': the function. */
static bool finish_session(struct vdrive *d) {
  struct vmedium before = d->medium;
  if (vmedium_open_session(&d->medium) != NULL)
    vmedium_close_session(&d->medium, 0, true);
  if (d->going_on.argument != SESSION) {
    d->medium.sessions[d->medium.nsessions - 1].next_allowed = false;
    d->medium.finalised = true;
  }
  return vmedium_commit(d, &before) && (d->lost.on || vdisc_sync(&d->disc));
}

static void close_session(struct vdrive *d,
                          struct packet *p,
                          unsigned function,
                          bool immediate) {
  static const double seconds[] = {[SESSION] = CLOSE_SESSION_SECONDS,
                                   [DISC_LEAST_RADIUS] =
                                     FINALISE_RADIUS_SECONDS,
                                   [DISC] = FINALISE_SECONDS};
  struct vmedium *m = &d->medium;
  struct vlong what = {.finish = finish_session,
                       .ascq = 0x07,
                       .closing = true,
                       .argument = (uint8_t)function};
  if (m->nsessions == 0 && function != SESSION) {
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x72, 0x00);
    return;
  }
  if (function == SESSION && vmedium_open_session(m) == NULL)
    return; /* an empty session: nothing is to be done */
  for (unsigned i = 0; i < m->ntracks; i++)
    if (m->tracks[i].state != VTRACK_COMPLETE) {
      vrefuse(p, KEY_ILLEGAL_REQUEST, 0x72, 0x03);
      return;
    }
  vclose_begin(d, p, immediate, what, seconds[function]);
}

void vfragment_close(struct vdrive *d,
                     struct packet *p,
                     unsigned function,
                     bool immediate) {
  switch (function) {
    case FRAGMENT:
      close_fragment(d, p, immediate);
      break;
    case SESSION:
    case DISC_LEAST_RADIUS:
    case DISC:
      close_session(d, p, function, immediate);
      break;
    default:
      vrefuse_field(p);
  }
}
