/* rzone_close.c: CLOSE TRACK/SESSION on DVD-R and DVD-RW: an RZone (1), the
   border (2), the disc (3). The multi-session field of mode page 05h says
   whether a border is the last one. The medium changes when the time is over.
 */
#include "../mmc_names.h"
#include "family.h"
#include "record.h"
#include "rzone.h"
#include "sequence.h"

#define CLOSE_RZONE_SECONDS 5.0
#define CLOSE_BORDER_SECONDS 20.0 /* besides what it is long */
#define FINALISE_SECONDS 60.0     /* the same */
#define LEAST_BLOCKS 380000       /* old players need a disc as large as that */

enum { RZONE = 1, BORDER = 2, DISC = 3 };

/* On two layers what faces recorded blocks is filled, too. */
double vrzone_finalise_seconds(const struct vdrive *d, int32_t end) {
  int32_t boundary = (int32_t)vmedium_boundary(&d->medium);
  double seconds =
    FINALISE_SECONDS + vdrive_write_seconds(d, LEAST_BLOCKS - end);
  if (boundary > 0)
    seconds +=
      vdrive_write_seconds(d, end < boundary ? end : 2 * boundary - end);
  return seconds;
}

/* 'argument': may another border follow? */
static bool finish_border(struct vdrive *d) {
  struct vmedium before = d->medium;
  bool next = d->going_on.argument != 0 && !d->medium.format.disc_at_once;
  if (vmedium_open_session(&d->medium) != NULL)
    vmedium_close_session(&d->medium, 0, next);
  if (!next && !d->medium.finalised)
    vmedium_finalise(&d->medium);
  return vmedium_seal(d, &before);
}

static double border_seconds(struct vdrive *d, bool next) {
  const struct vtrack *t = &d->medium.tracks[d->medium.ntracks - 1];
  struct vsession s = {.number = t->session};
  s.leadout = t->start + (int32_t)vtrack_extent(&d->medium, t);
  if (!next)
    return vrzone_finalise_seconds(d, s.leadout);
  return CLOSE_BORDER_SECONDS +
         vdrive_write_seconds(d,
                              vsession_next_start(&d->medium, &s) - s.leadout);
}

static void close_border(struct vdrive *d,
                         struct packet *p,
                         unsigned function,
                         bool immediate) {
  bool next = function == BORDER && vdrive_next_allowed(d);
  struct vlong what = {
    .finish = finish_border, .ascq = 0x07, .closing = true, .argument = next};
  if (vsequence_may_close(d, p, function == DISC, VEMPTY_TRACK))
    vclose_begin(d, p, immediate, what, border_seconds(d, next));
}

void vrzone_close(struct vdrive *d,
                  struct packet *p,
                  unsigned function,
                  bool immediate) {
  if (function < RZONE || function > DISC) {
    vrefuse_field(p);
  } else if (vdrive_tests(d)) {
    /* Nothing was recorded, nothing is closed. */
    if (d->rec.test)
      vbuffer_flush(d);
  } else if (d->rec.mode == &vwrite_mode_dao) {
    /* It ends with SYNCHRONIZE CACHE. */
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x2C, 0x00);
  } else if (function == RZONE) {
    vsequence_close_track(d, p, immediate, CLOSE_RZONE_SECONDS);
  } else {
    close_border(d, p, function, immediate);
  }
}
