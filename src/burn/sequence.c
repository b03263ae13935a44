/* sequence.c: see sequence.h. */
#include "sequence.h"

/* === plan === */

/* Another program's, or one that was broken off: the next WRITE would go into
   it. */
static bool no_open_track(const struct medium *medium, struct failure *f) {
  for (unsigned i = 0; i < medium->track_count; i++) {
    if (!medium->tracks[i].open)
      continue;
    fail(f,
         FAIL_UNSUPPORTED,
         "the disc's track %u is still open",
         (unsigned)medium->tracks[i].number);
    f->culprit = CULPRIT_MEDIUM;
    f->advice = "Close it with `finish` first.";
    return false;
  }
  return true;
}

static bool
check(const struct plan *plan, const struct medium *medium, struct failure *f) {
  unsigned unit = plan->mode->unit;
  if (!medium->has_nwa)
    return fail(f, FAIL_DISC_INFO, "the drive names no next writable address");
  if (medium->next_writable < 0 || medium->next_writable % (int32_t)unit != 0)
    return fail(f,
                FAIL_DISC_INFO,
                "the drive's next writable address, %d, is within an ECC block",
                (int)medium->next_writable);
  if (plan->track_count > 1)
    return fail(f,
                FAIL_UNSUPPORTED,
                "a session on %s is one track, and the job has %u",
                profile_name(medium->profile),
                plan->track_count) ||
           advise(f, "Burn one source, then each further one with `append`.");
  return no_open_track(medium, f);
}

bool sequence_fits(const struct medium *medium,
                   uint32_t room,
                   struct plan *plan,
                   struct failure *f) {
  struct plan_track *t = &plan->tracks[0];
  if (!check(plan, medium, f))
    return false;
  t->start = medium->next_writable;
  t->padding = blocks_to_unit(t->blocks, plan->mode->unit);
  plan->used = t->blocks + t->padding;
  return plan->used <= room || disc_too_small(plan->used, room, f);
}

bool sequence_plan(const struct burn_spec *spec,
                   const struct medium *medium,
                   struct plan *plan,
                   struct failure *f) {
  const struct sequence *how = plan->mode->sequence;
  uint32_t left, border;
  if (!sequence_fits(medium, medium->free_blocks, plan, f))
    return false;
  left = medium->free_blocks - plan->used;
  border = how->border == NULL
             ? 0
             : how->border(medium, plan->tracks[0].start + (int32_t)plan->used);
  if (spec->keep_open && left > border)
    plan->capacity_after = left - border;
  return true;
}

/* === writing === */

static bool set_page(const struct sequence *how,
                     struct recorder *r,
                     const struct burn *b,
                     bool keep_open,
                     struct failure *f) {
  return how->set_page == NULL || how->set_page(r, b, keep_open, f);
}

static bool set_burn_page(const struct burn *b, struct failure *f) {
  return set_page(
    b->plan.mode->sequence, b->job.recorder, b, b->spec.keep_open, f);
}

bool sequence_prepare(struct burn *b, struct failure *f) {
  const struct sequence *how = b->plan.mode->sequence;
  return set_burn_page(b, f) && (how->prepare == NULL || how->prepare(b, f));
}

/* The invisible track's number is FFh (libburn); drives that do not know that,
   and BD-R, have it as the last of the last session (growisofs). */
bool sequence_next_track(struct recorder *r,
                         uint16_t profile,
                         struct mmc_track *t,
                         struct failure *f) {
  struct transport *link = recorder_link(r);
  struct mmc_disc disc;
  if (!profile_is(profile, TRAIT_MANY_TRACKS)) {
    if (mmc_track_information(link, MMC_TRACK_INVISIBLE, t, f))
      return true;
    if (!f->has_sense)
      return false;
  }
  return mmc_disc_information(link, &disc, f) &&
         mmc_track_information(link, disc.last_session_last, t, f);
}

bool sequence_open_track(struct burn *b,
                         unsigned index,
                         int32_t *start,
                         struct failure *f) {
  struct mmc_track t;
  const struct plan_track *expected = &b->plan.tracks[index];
  if (!set_burn_page(b, f) ||
      !sequence_next_track(b->job.recorder, b->medium.profile, &t, f))
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

/*
** The drive must agree about how much it has written. It is asked when the
** track is closed, for then its size is final; the next writable address before
** that is a drive's intention, and some never move it.
*/
bool sequence_close_track(struct burn *b, unsigned index, struct failure *f) {
  struct recorder *r = b->job.recorder;
  const struct burn_written *w = &b->report.tracks[index];
  struct mmc_disc disc;
  struct mmc_track t;
  /* Not watched: the phase's progress counts blocks. */
  if (!synchronise_and_wait(r, NULL, f))
    return false;
  if (b->spec.simulate)
    return true;
  if (!mmc_disc_information(recorder_link(r), &disc, f) ||
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

/* === closing === */

static bool finalise(const struct sequence *how,
                     struct recorder *r,
                     const struct ready_watch *watch,
                     struct failure *f) {
  for (size_t i = 0; how->finalise[i] != 0; i++) {
    if (close_and_wait(r, how->finalise[i], watch, f))
      return true;
    if (!close_was_refused(f))
      return false;
  }
  return false;
}

/* The one that is open. */
static bool end_session(const struct sequence *how,
                        struct recorder *r,
                        bool keep_open,
                        const struct ready_watch *watch,
                        struct failure *f) {
  if (!set_page(how, r, NULL, keep_open, f))
    return false;
  if (keep_open)
    return close_session_and_wait(r, watch, f);
  return finalise(how, r, watch, f);
}

bool sequence_end_session(const struct sequence *how,
                          struct recorder *r,
                          bool keep_open,
                          const struct ready_watch *watch,
                          struct failure *f) {
  struct mmc_disc disc;
  if (keep_open || how->finalise_closed == 0)
    return end_session(how, r, keep_open, watch, f);
  if (!mmc_disc_information(recorder_link(r), &disc, f))
    return false;
  if (disc.status != 1 || disc.last_session != 0)
    return end_session(how, r, false, watch, f);
  return set_page(how, r, NULL, false, f) &&
         close_and_wait(r, how->finalise_closed, watch, f);
}

bool sequence_close_session(struct burn *b, struct failure *f) {
  struct ready_watch watch = job_watch(&b->job, false);
  const struct sequence *how = b->plan.mode->sequence;
  if (b->spec.simulate) /* the test bit may stick (drives.md 5) */
    return set_page(how, b->job.recorder, NULL, b->spec.keep_open, f);
  return end_session(how, b->job.recorder, b->spec.keep_open, &watch, f);
}

/* As on CDs: the track ends where it is, its session is closed and the disc not
   finalised. What the drive calls empty has nothing to be closed. */
void sequence_recover(struct burn *b) {
  struct recorder *r = b->job.recorder;
  const struct sequence *how = b->plan.mode->sequence;
  struct failure ignored;
  struct mmc_disc disc;
  struct mmc_track t;
  synchronise_and_wait(r, NULL, &ignored);
  if (b->spec.simulate) {
    set_page(how, r, NULL, true, &ignored);
    return;
  }
  if (!mmc_disc_information(recorder_link(r), &disc, &ignored) ||
      disc.status >= 2 || disc.last_session == 0)
    return;
  close_track_and_wait(r, disc.last_session_last, NULL, &t, &ignored);
  end_session(how, r, true, NULL, &ignored);
}
