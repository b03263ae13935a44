/* cd_tao.c: track at once, CD-R and CD-RW (drives.md 5). The drive writes
   pregap, run-out and, on closing, lead-in and lead-out by itself. */
#include "burn.h"
#include "write_mode.h"

#define TRACK_MIN 300      /* blocks; Red Book: four seconds */
#define RUN_OUT 2          /* blocks after each track that cannot be read */
#define TRACK_GAP 152      /* run-out and the next track's pregap */
#define READ_AHEAD_PAD 150 /* zeros that keep read-ahead out of the run-out */
#define FIRST_BORDER 11400 /* blocks of lead-out and lead-in after it */
#define LATER_BORDER 6900
#define TRACK_MODE_DATA 4
#define DATA_BLOCK_MODE_1 8

/* Zeros after a track: up to its least length, and for reading ahead. */
static uint32_t padding_for(uint32_t blocks) {
  uint32_t padded = blocks + READ_AHEAD_PAD;
  if (padded < TRACK_MIN)
    padded = TRACK_MIN;
  return padded - blocks;
}

static uint32_t least_padding_for(uint32_t blocks) {
  return blocks < TRACK_MIN ? TRACK_MIN - blocks : 0;
}

/* The blocks that all tracks take, from the first one's start to the last one's
   end; run-out of the last one not counted: free blocks do not count it. */
static uint64_t extent(const struct plan *plan, bool generous) {
  uint64_t at = 0;
  for (unsigned i = 0; i < plan->track_count; i++) {
    uint32_t blocks = plan->tracks[i].blocks;
    if (i > 0)
      at += TRACK_GAP;
    at += blocks;
    at += generous ? padding_for(blocks) : least_padding_for(blocks);
  }
  return at;
}

/* For a next session, behind this one's lead-out. */
static uint32_t left_after(const struct medium *medium, uint32_t used) {
  uint32_t gone = used + (medium->sessions == 0 ? FIRST_BORDER : LATER_BORDER);
  return medium->free_blocks > gone ? medium->free_blocks - gone : 0;
}

static bool tao_plan(const struct burn_spec *spec,
                     const struct medium *medium,
                     struct plan *plan,
                     struct failure *f) {
  bool generous = extent(plan, true) <= medium->free_blocks;
  int32_t at;
  if (!medium->has_nwa)
    return fail(f, FAIL_DISC_INFO, "the drive names no next writable address");
  if (extent(plan, false) > medium->free_blocks)
    return disc_too_small(extent(plan, false), medium->free_blocks, f);
  if (!generous)
    warn(&plan->warnings,
         "no_padding",
         "the disc is too full for %d blocks of padding: reading the last "
         "blocks may fail on some drives",
         READ_AHEAD_PAD);
  at = medium->next_writable;
  for (unsigned i = 0; i < plan->track_count; i++) {
    struct plan_track *t = &plan->tracks[i];
    t->start = at;
    t->padding =
      generous ? padding_for(t->blocks) : least_padding_for(t->blocks);
    at += (int32_t)(t->blocks + t->padding + TRACK_GAP);
  }
  plan->used = (uint32_t)(at - TRACK_GAP + RUN_OUT - medium->next_writable);
  if (spec->keep_open)
    plan->capacity_after = left_after(medium, plan->used);
  return true;
}

static bool set_page(struct burn *b, bool test, struct failure *f) {
  struct mmc_write_page page = {
    .type = MMC_WRITE_TAO,
    .underrun_free = b->spec.underrun_free && b->medium.underrun_free,
    .test = test,
    .next_session = b->spec.keep_open,
    .track_mode = TRACK_MODE_DATA,
    .data_block = DATA_BLOCK_MODE_1,
  };
  return mmc_set_write_page(recorder_link(b->job.recorder), &page, f);
}

static bool tao_prepare(struct burn *b, struct failure *f) {
  return set_page(b, b->spec.simulate, f) && calibrate_and_wait(b, f);
}

static bool tao_open_track(struct burn *b,
                           unsigned index,
                           int32_t *start,
                           struct failure *f) {
  struct mmc_track t;
  const struct plan_track *expected = &b->plan.tracks[index];
  /* The page is for one track; drives may forget it (drives.md 5). */
  if (!set_page(b, b->spec.simulate, f))
    return false;
  /* After a test track the disc is as blank as before, and so is its address;
     the drive expects the next one where it would have been. */
  if (b->spec.simulate && index > 0) {
    *start = expected->start;
    return true;
  }
  if (!mmc_track_information(
        recorder_link(b->job.recorder), MMC_TRACK_INVISIBLE, &t, f))
    return false;
  if (!t.has_nwa)
    return fail(f,
                FAIL_CANNOT_WRITE_TO_MEDIA,
                "track %u: the drive names no next writable address",
                index + 1);
  *start = t.nwa < t.start && t.start >= 0 ? t.start : t.nwa;
  if (t.free_blocks < expected->blocks + expected->padding)
    return fail(f,
                FAIL_DISC_FULL,
                "track %u: %u blocks are needed and %u are free",
                index + 1,
                expected->blocks + expected->padding,
                t.free_blocks);
  return true;
}

static bool tao_write(struct burn *b,
                      int32_t lba,
                      unsigned blocks,
                      const void *data,
                      struct failure *f) {
  return write_and_look(b, lba, blocks, data, f);
}

/* A TAO track ends with the flush; no CLOSE TRACK, which drives fail (drives.md
   5). Then the drive must agree about how much it has written. */
static bool tao_close_track(struct burn *b, unsigned index, struct failure *f) {
  struct recorder *r = b->job.recorder;
  const struct burn_written *w = &b->report.tracks[index];
  struct mmc_track t;
  int32_t end = w->start + (int32_t)(w->blocks + w->padding);
  /* Not watched: the phase's progress counts blocks, of all tracks. */
  if (!synchronise_and_wait(r, NULL, f))
    return false;
  if (b->spec.simulate)
    return true;
  if (!mmc_track_information(recorder_link(r), MMC_TRACK_INVISIBLE, &t, f))
    return f->has_sense && f->key == KEY_ILLEGAL_REQUEST; /* the disc is full */
  /* A flush that was lost leaves the track as it is. */
  if (t.start == w->start && !t.blank)
    return fail(f,
                FAIL_CANNOT_WRITE_TO_MEDIA,
                "track %u: the drive did not end it",
                index + 1);
  if (t.has_nwa && t.nwa < end)
    return fail(f,
                FAIL_CANNOT_WRITE_TO_MEDIA,
                "track %u: %d blocks were written and the drive has gone on "
                "only to %d",
                index + 1,
                (int)(end - w->start),
                (int)t.nwa);
  return true;
}

static bool tao_close_session(struct burn *b, struct failure *f) {
  struct ready_watch watch = job_watch(&b->job, false);
  if (!b->spec.simulate)
    return close_session_and_wait(b->job.recorder, &watch, f);
  /* The test bit may stick (drives.md 5): take it back. */
  return set_page(b, false, f);
}

static bool tao_end_session(struct recorder *r,
                            bool keep_open,
                            const struct ready_watch *watch,
                            struct failure *f) {
  struct mmc_write_page page = {
    .type = MMC_WRITE_TAO,
    .underrun_free = true,
    .next_session = keep_open,
    .track_mode = TRACK_MODE_DATA,
    .data_block = DATA_BLOCK_MODE_1,
  };
  if (!mmc_set_write_page(recorder_link(r), &page, f))
    return false;
  return close_session_and_wait(r, watch, f);
}

/* After a write error the track is open and damaged, and no session closes
   around such a one (MMC-6 6.3). What the flush has ended is left alone: drives
   fail a CLOSE TRACK too many. */
static void end_open_track(struct recorder *r, unsigned number) {
  struct failure ignored;
  struct mmc_track t;
  if (mmc_track_information(recorder_link(r), number, &t, &ignored) &&
      !t.blank && (t.damaged || t.has_nwa))
    close_track_and_wait(r, number, NULL, &t, &ignored);
}

/*
** What was begun is ended where it is and its session closed, with the next one
** allowed whatever the job said: the disc is readable, says what is on it, and
** is not finalised for a burn that failed.
*/
static void tao_recover(struct burn *b) {
  struct recorder *r = b->job.recorder;
  struct failure ignored;
  struct mmc_disc disc;
  b->spec.keep_open = true;
  synchronise_and_wait(r, NULL, &ignored);
  set_page(b, false, &ignored);
  if (b->spec.simulate ||
      !mmc_disc_information(recorder_link(r), &disc, &ignored))
    return;
  if (disc.status >= 2 || disc.last_session == 0)
    return;
  end_open_track(r, disc.last_session_last);
  close_session_and_wait(r, NULL, &ignored);
}

const struct write_mode cd_tao_mode = {
  .name = "tao",
  .request = MODE_TAO,
  .way = WAY_TAO,
  .unit = 1,
  .plan = tao_plan,
  .prepare = tao_prepare,
  .open_track = tao_open_track,
  .write = tao_write,
  .close_track = tao_close_track,
  .close_session = tao_close_session,
  .end_session = tao_end_session,
  .recover = tao_recover,
};
