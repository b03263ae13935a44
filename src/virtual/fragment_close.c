/* fragment_close.c: CLOSE TRACK/SESSION on DVD+R: a fragment (1), the session
   (2; 4 on two layers, with a lead-out that old players need), the disc (5, 6).
   The medium changes when the time is over. */
#include "../mmc_names.h"
#include "family.h"
#include "record.h"
#include "sequence.h"

#define CLOSE_FRAGMENT_SECONDS 5.0
#define CLOSE_SESSION_SECONDS 20.0
#define FINALISE_SECONDS 60.0         /* a lead-out of usual length */
#define FINALISE_RADIUS_SECONDS 120.0 /* one that reaches the least radius */
#define MIDDLE_ZONE_SECONDS 30.0      /* on both layers */
#define PARTIAL_LEADOUT_SECONDS 60.0

enum {
  FRAGMENT = 1,
  SESSION = 2,
  SESSION_PARTIAL_LEADOUT = 4,
  DISC_LEAST_RADIUS = 5,
  DISC = 6
};

/* 'argument': the function. */
static bool finish_session(struct vdrive *d) {
  struct vmedium *m = &d->medium, before = d->medium;
  unsigned function = d->going_on.argument;
  if (vmedium_open_session(m) != NULL)
    vmedium_close_session(m, 0, true);
  /* A partial lead-out goes with the first session; where none fits nothing
     else would. */
  if (function == SESSION_PARTIAL_LEADOUT && !m->finalised &&
      m->nsessions == 1 && !vmedium_add_partial_leadout(m))
    function = DISC;
  if (function >= DISC_LEAST_RADIUS && !m->finalised)
    vmedium_finalise(m);
  return vmedium_seal(d, &before);
}

/* Where the recording has come to, or would after a closure. */
static uint32_t reached(const struct vmedium *m) {
  const struct vtrack *t = &m->tracks[m->ntracks - 1];
  return (uint32_t)t->start + vtrack_extent(m, t);
}

/* On two layers: the middle zones when the session crosses from one to the
   other, and what faces recorded blocks when the disc ends. */
static double layer_seconds(const struct vdrive *d, unsigned function) {
  const struct vmedium *m = &d->medium;
  uint32_t boundary = vmedium_boundary(m), end = reached(m);
  double seconds = 0;
  if (boundary == 0)
    return 0;
  if (end + vgeometry(m->kind)->lead_in >= boundary &&
      (uint32_t)m->tracks[m->ntracks - 1].start < boundary)
    seconds += MIDDLE_ZONE_SECONDS;
  if (function >= DISC_LEAST_RADIUS)
    seconds +=
      vdrive_write_seconds(d, end < boundary ? end : 2 * boundary - end);
  return seconds;
}

static void close_session(struct vdrive *d,
                          struct packet *p,
                          unsigned function,
                          bool immediate) {
  static const double seconds[] = {
    [SESSION] = CLOSE_SESSION_SECONDS,
    [SESSION_PARTIAL_LEADOUT] = PARTIAL_LEADOUT_SECONDS,
    [DISC_LEAST_RADIUS] = FINALISE_RADIUS_SECONDS,
    [DISC] = FINALISE_SECONDS};
  struct vlong what = {.finish = finish_session,
                       .ascq = 0x07,
                       .closing = true,
                       .argument = (uint8_t)function};
  bool disc = function >= DISC_LEAST_RADIUS;
  if (vsequence_may_close(d, p, disc, VINCOMPLETE_TRACK))
    vclose_begin(
      d, p, immediate, what, seconds[function] + layer_seconds(d, function));
}

void vfragment_close(struct vdrive *d,
                     struct packet *p,
                     unsigned function,
                     bool immediate) {
  if (function == SESSION_PARTIAL_LEADOUT && vmedium_boundary(&d->medium) == 0)
    function = 0; /* only of two layers */
  switch (function) {
    case FRAGMENT:
      vsequence_close_track(d, p, immediate, CLOSE_FRAGMENT_SECONDS);
      break;
    case SESSION_PARTIAL_LEADOUT:
    case SESSION:
    case DISC_LEAST_RADIUS:
    case DISC:
      close_session(d, p, function, immediate);
      break;
    default:
      vrefuse_field(p);
  }
}
