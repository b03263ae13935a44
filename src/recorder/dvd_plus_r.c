/* dvd_plus_r.c: DVD+R, written in sequence (drives.md 6). No mode page 05h, no
   calibration by command; the drive links what it is sent by itself. A session
   is one track. */
#include "burn.h"
#include "write_mode.h"

#define ECC_BLOCK 16        /* blocks that are written together or not at all */
#define SESSION_BORDER 2048 /* blocks between one session and the next */
#define CLOSE_SESSION 2
#define FINALISE_LEAST 5 /* with the least radius that drives can read */
#define FINALISE 6

static uint32_t padding_for(uint32_t blocks) {
  return (ECC_BLOCK - blocks % ECC_BLOCK) % ECC_BLOCK;
}

static bool too_large(const struct plan_track *t,
                      const struct medium *medium,
                      struct failure *f) {
  uint32_t need = t->blocks + t->padding;
  uint32_t over = need - medium->free_blocks;
  return fail(f,
              FAIL_DISC_FULL,
              "%u blocks are needed and %u are free: %u blocks (%.1f MiB) too "
              "many",
              (unsigned)need,
              (unsigned)medium->free_blocks,
              (unsigned)over,
              (double)over * SOURCE_BLOCK / (1024 * 1024));
}

static bool
check(const struct plan *plan, const struct medium *medium, struct failure *f) {
  if (!medium->plus_r)
    return fail(f,
                FAIL_DEVICE_INVALID_TYPE,
                "this drive cannot write %s",
                profile_name(medium->profile));
  if (!medium->has_nwa)
    return fail(f, FAIL_DISC_INFO, "the drive names no next writable address");
  if (medium->next_writable < 0 || medium->next_writable % ECC_BLOCK != 0)
    return fail(f,
                FAIL_DISC_INFO,
                "the drive's next writable address, %d, is within an ECC block",
                (int)medium->next_writable);
  if (plan->track_count > 1)
    return fail(f,
                FAIL_UNSUPPORTED,
                "a session on DVD+R is one track, and the job has %u",
                plan->track_count);
  return true;
}

static bool plus_r_plan(const struct burn_spec *spec,
                        const struct medium *medium,
                        struct plan *plan,
                        struct failure *f) {
  struct plan_track *t = &plan->tracks[0];
  uint32_t lost, left;
  if (!check(plan, medium, f))
    return false;
  t->start = medium->next_writable;
  t->padding = padding_for(t->blocks);
  plan->used = t->blocks + t->padding;
  if (plan->used > medium->free_blocks)
    return too_large(t, medium, f);
  left = medium->free_blocks - plan->used;
  lost = spec->keep_open && left > SESSION_BORDER ? SESSION_BORDER : left;
  plan->capacity_after = left - lost;
  return true;
}

static bool plus_r_prepare(struct burn *b, struct failure *f) {
  (void)b, (void)f;
  return true;
}

/* The invisible track's number is FFh (libburn); drives that do not know that
   have it as the last of the last session (growisofs). */
static bool
ask_next(struct transport *link, struct mmc_track *t, struct failure *f) {
  struct mmc_disc disc;
  if (mmc_track_information(link, MMC_TRACK_INVISIBLE, t, f))
    return true;
  return f->has_sense && mmc_disc_information(link, &disc, f) &&
         mmc_track_information(link, disc.last_session_last, t, f);
}

static bool plus_r_open_track(struct burn *b,
                              unsigned index,
                              int32_t *start,
                              struct failure *f) {
  struct mmc_track t;
  const struct plan_track *expected = &b->plan.tracks[index];
  if (!ask_next(recorder_link(b->job.recorder), &t, f))
    return false;
  if (!t.has_nwa || t.nwa != expected->start)
    return fail(f,
                FAIL_CANNOT_WRITE_TO_MEDIA,
                "the drive does not go on writing at block %d, as it said",
                (int)expected->start);
  if (t.free_blocks < expected->blocks + expected->padding)
    return fail(f,
                FAIL_DISC_FULL,
                "%u blocks are needed and %u are free",
                expected->blocks + expected->padding,
                t.free_blocks);
  *start = t.nwa;
  return true;
}

static bool plus_r_write(struct burn *b,
                         int32_t lba,
                         unsigned blocks,
                         const void *data,
                         struct failure *f) {
  return write_and_look(b, lba, blocks, data, f);
}

/*
** The drive must agree about how much it has written. It is asked when the
** track is closed, for then its size is final; the next writable address before
** that is a drive's intention, and some never move it.
*/
static bool
plus_r_close_track(struct burn *b, unsigned index, struct failure *f) {
  struct recorder *r = b->job.recorder;
  const struct burn_written *w = &b->report.tracks[index];
  struct mmc_disc disc;
  struct mmc_track t;
  /* Not watched: the phase's progress counts blocks. */
  if (!synchronise_and_wait(r, NULL, f) ||
      !mmc_disc_information(recorder_link(r), &disc, f) ||
      !close_track_and_wait(r, disc.last_session_last, NULL, &t, f))
    return false;
  if (t.blank || t.start != w->start || t.size < w->blocks + w->padding)
    return fail(f,
                FAIL_CANNOT_WRITE_TO_MEDIA,
                "%u blocks were written at %d and the closed track has %u at "
                "%d",
                (unsigned)(w->blocks + w->padding),
                (int)w->start,
                t.blank ? 0 : (unsigned)t.size,
                (int)t.start);
  return true;
}

/* Finalising with the radius that suits old players comes first; drives that
   refuse have the other way (drives.md 6). */
static bool plus_r_end_session(struct recorder *r,
                               bool keep_open,
                               const struct ready_watch *watch,
                               struct failure *f) {
  if (keep_open)
    return close_and_wait(r, CLOSE_SESSION, watch, f);
  if (close_and_wait(r, FINALISE, watch, f))
    return true;
  return f->has_sense && f->key == KEY_ILLEGAL_REQUEST &&
         close_and_wait(r, FINALISE_LEAST, watch, f);
}

static bool plus_r_close_session(struct burn *b, struct failure *f) {
  struct ready_watch watch = job_watch(&b->job, false);
  return plus_r_end_session(b->job.recorder, b->spec.keep_open, &watch, f);
}

/* As on CDs: the track ends where it is, its session is closed and the disc not
   finalised. What the drive calls empty has nothing to be closed. */
static void plus_r_recover(struct burn *b) {
  struct recorder *r = b->job.recorder;
  struct failure ignored;
  struct mmc_disc disc;
  struct mmc_track t;
  synchronise_and_wait(r, NULL, &ignored);
  if (!mmc_disc_information(recorder_link(r), &disc, &ignored) ||
      disc.status >= 2 || disc.last_session == 0)
    return;
  close_track_and_wait(r, disc.last_session_last, NULL, &t, &ignored);
  plus_r_end_session(r, true, NULL, &ignored);
}

const struct write_mode dvd_plus_r_mode = {
  .name = "incremental",
  .request = MODE_INCREMENTAL,
  .unit = ECC_BLOCK,
  .finalises_closed = true,
  .plan = plus_r_plan,
  .prepare = plus_r_prepare,
  .open_track = plus_r_open_track,
  .write = plus_r_write,
  .close_track = plus_r_close_track,
  .close_session = plus_r_close_session,
  .end_session = plus_r_end_session,
  .recover = plus_r_recover,
};
