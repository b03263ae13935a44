/* dvd_plus_r.c: DVD+R, of one layer and of two (drives.md 6). No mode page 05h,
   no calibration by command; the drive links what it is sent by itself. */
#include "sequence.h"

#include "../bytes.h"

#define SESSION_BORDER 2048 /* blocks between one session and the next */

static uint32_t border(const struct medium *m, int32_t end) {
  (void)m, (void)end;
  return SESSION_BORDER;
}

/* For good, so that it must not come to another disc. One that was turned away
   by an attention that tells of the drive alone is sent again. */
static bool
send_boundary(struct recorder *r, uint32_t blocks, struct failure *f) {
  struct transport *link = recorder_link(r);
  return mmc_set_layer_boundary(link, blocks, f) ||
         (f->has_sense && !f->deferred && f->key == KEY_UNIT_ATTENTION &&
          medium_check_same(r, f) && mmc_set_layer_boundary(link, blocks, f));
}

/* What the drive refuses, the disc can do without; one that is still at work
   after all its time must not begin to write. */
static bool was_refused(const struct recorder *r, const struct failure *f) {
  return f->has_sense && !r->patience.stuck && f->code != FAIL_WRONG_DISC;
}

/*
** A disc that is closed for good is as long as its data, and both layers are
** equally long: a boundary in their middle keeps a player from reading far
** beyond (drives.md 6). Set once, on a blank disc; where it is set already, or
** the drive refuses, the disc is written as it is.
*/
static bool set_boundary(struct burn *b, struct failure *f) {
  const struct plan *plan = &b->plan;
  uint32_t half = plan->used / 2;
  struct recorder *r = b->job.recorder;
  uint8_t now[8];
  size_t len =
    mmc_disc_structure(recorder_link(r), false, 0x20, now, sizeof now, f);
  uint32_t layer;
  if (len < 8)
    return len > 0 || was_refused(r, f) || f->code == FAIL_DISC_INFO;
  layer = get_be32(now + 4);
  half += blocks_to_unit(half, DVD_ECC_BLOCK);
  if (plan->used <= layer || b->medium.state != MEDIUM_BLANK)
    return true;
  if (now[0] & 0x80) {
    add_warning(&b->report.warnings,
                "layer_boundary_set",
                "the disc's first layer was set to %u blocks before",
                (unsigned)layer);
    return true;
  }
  if (!medium_check_same(r, f))
    return false;
  if (send_boundary(r, half, f)) {
    struct ready_watch watch = job_watch(&b->job, true);
    return wait_ready(&r->patience, READY_AFTER_WRITE, &watch, f);
  }
  if (!was_refused(r, f))
    return false;
  add_warning(&b->report.warnings,
              "layer_boundary_not_set",
              "the drive keeps the disc's layers as they are: %s",
              f->message);
  return true;
}

static bool plus_r_prepare(struct burn *b, struct failure *f) {
  return b->spec.keep_open || b->medium.profile != PROFILE_DVD_PLUS_R_DL ||
         set_boundary(b, f);
}

/* Finalising with the radius that suits old players comes first; drives that
   refuse have the other way (drives.md 6). */
static const struct sequence plus_r = {
  .border = border,
  .finalise = {MMC_CLOSE_DISC, MMC_CLOSE_LEAST_RADIUS},
  .prepare = plus_r_prepare,
};

const struct write_mode dvd_plus_r_mode = {
  .name = "incremental",
  IN_SEQUENCE(&plus_r),
  .way = WAY_PLUS_R,
  .unit = DVD_ECC_BLOCK,
  .plan = sequence_plan,
};
