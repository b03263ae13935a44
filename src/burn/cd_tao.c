/* cd_tao.c: track at once, CD-R and CD-RW (drives.md 5). The drive writes
   pregap, run-out and, on closing, lead-in and lead-out by itself. */
#include "burn.h"
#include "cd.h"

/* Between the blocks of a track and the one before. */
static uint32_t gap_before(const struct burn_spec *spec, unsigned i) {
  const struct burn_track *t = &spec->tracks[i];
  if (i == 0)
    return 0;
  return CD_RUN_OUT +
         (t->audio && t[-1].audio ? spec->audio_gap : (uint32_t)CD_PREGAP);
}

/* Drives are many that make no pauses but of two seconds. */
static uint32_t room_before(const struct burn_spec *spec, unsigned i) {
  uint32_t gap = gap_before(spec, i), usual = CD_RUN_OUT + CD_PREGAP;
  return i > 0 && gap < usual ? usual : gap;
}

/* The blocks that all tracks take, from the first one's start to the last one's
   end; run-out of the last one not counted: free blocks do not count it. */
static uint64_t extent(const struct burn_spec *spec,
                       const struct plan *plan,
                       uint32_t (*gap)(const struct burn_spec *, unsigned),
                       bool generous) {
  uint64_t at = 0;
  for (unsigned i = 0; i < plan->track_count; i++) {
    uint32_t blocks = plan->tracks[i].blocks;
    at += gap(spec, i);
    at += blocks;
    at += cd_padding(&spec->tracks[i], blocks, generous);
  }
  return at;
}

static void lay_out(const struct burn_spec *spec,
                    int32_t at,
                    bool generous,
                    struct plan *plan) {
  for (unsigned i = 0; i < plan->track_count; i++) {
    struct plan_track *t = &plan->tracks[i];
    t->start = at + (int32_t)gap_before(spec, i);
    t->padding = cd_padding(&spec->tracks[i], t->blocks, generous);
    at = t->start + (int32_t)(t->blocks + t->padding);
  }
}

static bool only_at_once(const struct burn_spec *spec, struct failure *f) {
  unsigned track;
  const char *what = cd_needs_session_at_once(spec, &track);
  if (what == NULL)
    return true;
  if (track > 0)
    fail(f,
         FAIL_UNSUPPORTED,
         "track %u: %s cannot be recorded track at once",
         track,
         what);
  else
    fail(f, FAIL_UNSUPPORTED, "%s cannot be recorded track at once", what);
  f->advice = "Use mode \"sao\", in a drive that has it, or leave it out.";
  return false;
}

static bool tao_plan(const struct burn_spec *spec,
                     const struct medium *medium,
                     struct plan *plan,
                     struct failure *f) {
  uint32_t room = medium->free_blocks;
  uint64_t most = extent(spec, plan, room_before, true), need;
  bool generous = most <= room;
  if (!only_at_once(spec, f))
    return false;
  if (!medium->has_nwa)
    return fail(f, FAIL_DISC_INFO, "the drive names no next writable address");
  need = extent(spec, plan, room_before, generous);
  if (!cd_check_room(spec, medium, need, room, plan, f))
    return false;
  if (need < most)
    add_warning(
      &plan->warnings,
      "no_padding",
      "the disc is too full for %d blocks of padding: reading the last "
      "blocks may fail on some drives",
      CD_DATA_PAD);
  cd_warn_short(spec, plan);
  lay_out(spec, medium->next_writable, generous, plan);
  plan->used = (uint32_t)extent(spec, plan, gap_before, generous) + CD_RUN_OUT;
  if (spec->keep_open)
    plan->capacity_after = cd_left_after(medium, plan->used);
  return true;
}

static bool
set_page(struct burn *b, unsigned index, bool test, struct failure *f) {
  return cd_set_track_page(b, &b->spec.tracks[index], test, f);
}

static bool tao_prepare(struct burn *b, struct failure *f) {
  return set_page(b, 0, b->spec.simulate, f) && calibrate_and_wait(b, f);
}

/* Many drives take the page and make the pauses that they always make. */
static void look_at_gap(struct burn *b, unsigned index, int32_t start) {
  const struct burn_written *before = &b->report.tracks[index - 1];
  int32_t end = before->start + (int32_t)(before->blocks + before->padding);
  int32_t gap = start - end - CD_RUN_OUT;
  if (b->gap_told || !b->spec.tracks[index].audio ||
      !b->spec.tracks[index - 1].audio || b->spec.audio_gap == CD_PREGAP ||
      gap == (int32_t)b->spec.audio_gap)
    return;
  b->gap_told = true;
  add_warning(&b->report.warnings,
              "audio_gap_other",
              "the drive makes pauses of %d blocks between tracks, not of %u",
              (int)gap,
              b->spec.audio_gap);
}

static bool tao_open_track(struct burn *b,
                           unsigned index,
                           int32_t *start,
                           struct failure *f) {
  struct mmc_track t;
  const struct plan_track *expected = &b->plan.tracks[index];
  /* The page is for one track; drives may forget it (drives.md 5). */
  if (!set_page(b, index, b->spec.simulate, f))
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
  if (!b->spec.overburn && t.free_blocks < expected->blocks + expected->padding)
    return fail(f,
                FAIL_DISC_FULL,
                "track %u: %u blocks are needed and %u are free",
                index + 1,
                expected->blocks + expected->padding,
                t.free_blocks);
  if (index > 0)
    look_at_gap(b, index, *start);
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
  return set_page(b, 0, false, f);
}

/*
** What was begun is ended where it is and its session closed, with the next one
** allowed whatever the job said: the disc is readable, says what is on it, and
** is not finalised for a burn that failed.
*/
static void tao_recover(struct burn *b) {
  struct failure ignored;
  b->spec.keep_open = true;
  synchronise_and_wait(b->job.recorder, NULL, &ignored);
  set_page(b, 0, false, &ignored);
  if (!b->spec.simulate)
    cd_leave_in_order(b);
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
  .end_session = cd_end_session,
  .recover = tao_recover,
};
