/* dvd_dao.c: DVD-R and DVD-RW, disc-at-once (drives.md 6): the size is reserved
   beforehand, and the flush after the last block writes the lead-out. Old
   players want it, and a DVD-RW that was blanked minimally knows nothing else.
 */
#include "dvd_minus.h"

#define ONLY_TRACK 1
#define NO_MORE_RESERVATIONS 0x72 /* asc, with 05h */

static bool set_page(struct burn *b, struct failure *f) {
  return dvd_minus_set_page(b->job.recorder, b, MMC_WRITE_SAO, false, f);
}

/* All of the disc: what the drive calls free leaves room for a border-out,
   which disc-at-once does not need (drives.md 6). */
static uint32_t room(const struct medium *medium) {
  return medium->capacity_blocks > medium->free_blocks ? medium->capacity_blocks
                                                       : medium->free_blocks;
}

static bool dao_plan(const struct burn_spec *spec,
                     const struct medium *medium,
                     struct plan *plan,
                     struct failure *f) {
  if (medium->state != MEDIUM_BLANK) {
    fail(f,
         FAIL_MEDIUM_NOT_BLANK,
         "disc-at-once wants a blank disc, and this one is %s",
         medium_state_names[medium->state]);
    return false;
  }
  if (spec->keep_open) {
    fail(
      f, FAIL_UNSUPPORTED, "what is written disc-at-once cannot be kept open");
    f->advice = medium->erasable
                  ? "Erase the disc fully: then it takes several sessions."
                  : "Use mode \"incremental\".";
    return false;
  }
  if (plan->tracks[0].open_ended) {
    fail(
      f, FAIL_UNSUPPORTED, "disc-at-once: the length must be known beforehand");
    f->advice = medium->erasable
                  ? "Erase the disc fully: then it takes what has no length."
                  : "Use mode \"incremental\".";
    return false;
  }
  return sequence_fits(medium, room(medium), plan, f);
}

static bool dao_prepare(struct burn *b, struct failure *f) {
  return set_page(b, f) && dvd_minus_calibrate(b, f);
}

/* One that an earlier burn left unused is as good as a new one; a drive has but
   one, until its tray was opened. */
static bool reserve(struct recorder *r, uint32_t blocks, struct failure *f) {
  struct mmc_track t;
  struct failure ignored;
  if (mmc_track_information(recorder_link(r), ONLY_TRACK, &t, &ignored) &&
      t.blank && t.reserved && t.size == blocks)
    return true;
  if (mmc_reserve_track(recorder_link(r), blocks, f))
    return true;
  if (f->has_sense && f->asc == NO_MORE_RESERVATIONS) {
    fail(f,
         FAIL_INITIALIZE_WRITE,
         "the drive still keeps room for a burn that never began");
    f->advice = "Eject the disc and load it again.";
  }
  return false;
}

static bool dao_open_track(struct burn *b,
                           unsigned index,
                           int32_t *start,
                           struct failure *f) {
  struct transport *link = recorder_link(b->job.recorder);
  const struct plan_track *t = &b->plan.tracks[index];
  struct mmc_track reserved;
  if (!set_page(b, f) || !reserve(b->job.recorder, t->blocks + t->padding, f))
    return false;
  *start = t->start;
  if (b->spec.simulate)
    return true;
  if (!mmc_track_information(link, ONLY_TRACK, &reserved, f))
    return false;
  return (reserved.start == t->start &&
          reserved.size >= t->blocks + t->padding) ||
         fail(f,
              FAIL_CANNOT_WRITE_TO_MEDIA,
              "%u blocks were reserved and the drive has room for %u at %d",
              (unsigned)(t->blocks + t->padding),
              (unsigned)reserved.size,
              (int)reserved.start);
}

static bool dao_close_track(struct burn *b, unsigned index, struct failure *f) {
  struct recorder *r = b->job.recorder;
  const struct burn_written *w = &b->report.tracks[index];
  struct mmc_track t;
  if (!synchronise_and_wait(r, NULL, f))
    return false;
  if (b->spec.simulate)
    return true;
  if (!mmc_track_information(recorder_link(r), ONLY_TRACK, &t, f))
    return false;
  return (!t.blank && !t.damaged && t.size >= w->blocks + w->padding) ||
         fail(f,
              FAIL_CANNOT_WRITE_TO_MEDIA,
              "%u blocks were written and the track has %u",
              (unsigned)(w->blocks + w->padding),
              t.blank ? 0 : (unsigned)t.size);
}

/* The flush was the close. The test bit may stick (drives.md 5); a DVD-RW that
   was blanked minimally takes no page but that of disc-at-once. */
static bool dao_close_session(struct burn *b, struct failure *f) {
  struct recorder *r = b->job.recorder;
  return !b->spec.simulate ||
         dvd_minus_set_page(r, NULL, MMC_WRITE_PACKET, false, f) ||
         (f->has_sense && f->key == KEY_ILLEGAL_REQUEST &&
          dvd_minus_set_page(r, NULL, MMC_WRITE_SAO, false, f));
}

/* A reservation that nothing was written to goes when the tray opens. */
static void drop_reservation(struct recorder *r) {
  struct transport *link = recorder_link(r);
  struct failure ignored;
  struct mmc_track t;
  if (!r->id.can_load ||
      !mmc_track_information(link, ONLY_TRACK, &t, &ignored) || !t.blank ||
      !t.reserved)
    return;
  recorder_unlock_tray(r);
  if (mmc_tray(link, MMC_EJECT, false, &ignored) &&
      mmc_tray(link, MMC_LOAD, false, &ignored))
    wait_ready(&r->patience, READY_AFTER_LOAD, NULL, &ignored);
}

/* What was reserved and not written is filled up by the drive. */
static void dao_recover(struct burn *b) {
  struct recorder *r = b->job.recorder;
  struct failure ignored;
  struct mmc_disc disc;
  struct mmc_track t;
  synchronise_and_wait(r, NULL, &ignored);
  if (b->spec.simulate)
    dao_close_session(b, &ignored);
  if (!mmc_disc_information(recorder_link(r), &disc, &ignored) ||
      disc.status >= 2)
    return;
  if (disc.status == 0) {
    drop_reservation(r);
    return;
  }
  close_track_and_wait(r, ONLY_TRACK, NULL, &t, &ignored);
  sequence_end_session(dvd_incremental_mode.sequence, r, false, NULL, &ignored);
}

const struct write_mode dvd_dao_mode = {
  .name = "dao",
  .request = MODE_DAO,
  .way = WAY_DAO,
  .unit = DVD_ECC_BLOCK,
  .plan = dao_plan,
  .prepare = dao_prepare,
  .open_track = dao_open_track,
  .write = write_and_look,
  .close_track = dao_close_track,
  .close_session = dao_close_session,
  .recover = dao_recover,
};
