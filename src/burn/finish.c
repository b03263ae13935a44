/* finish.c: ending what was left open: a track, a session, the disc (drives.md
   4). It also brings back a disc whose burn died. */
#include "../recorder/chore.h"
#include "sequence.h"

static const struct medium_track *open_track(const struct medium *m) {
  for (unsigned i = 0; i < m->track_count; i++)
    if (m->tracks[i].open || m->tracks[i].damaged)
      return &m->tracks[i];
  return NULL;
}

/* Some drives end a track by the flush alone and refuse the close after it. */
static bool
end_track(struct chore *c, const struct medium_track *t, struct failure *f) {
  struct recorder *r = c->job.recorder;
  struct ready_watch watch = job_watch(&c->job, false);
  struct mmc_track closed;
  return close_track_and_wait(r, t->number, &watch, &closed, f) ||
         close_was_refused(f);
}

static bool
end_session(struct chore *c, const struct write_mode *mode, struct failure *f) {
  struct ready_watch watch = job_watch(&c->job, false);
  struct recorder *r = c->job.recorder;
  bool keep_open = c->how.what == FINISH_SESSION;
  return mode->sequence != NULL
           ? sequence_end_session(mode->sequence, r, keep_open, &watch, f)
           : mode->end_session(r, keep_open, &watch, f);
}

static bool check(struct chore *c,
                  const struct medium *m,
                  const struct write_mode *mode,
                  struct failure *f) {
  if (m->state == MEDIUM_NONE)
    return fail(
      f, FAIL_MEDIUM_NOT_PRESENT, "finish: there is no disc in the recorder");
  if (m->state == MEDIUM_BLANK) {
    fail(f,
         FAIL_MEDIUM_INVALID_TYPE,
         "finish: the disc is blank: there is nothing to end");
    f->advice = "Leave it as it is: a blank disc can be burned at once.";
    return false;
  }
  if (m->state == MEDIUM_UNFORMATTED) {
    fail(f,
         FAIL_MEDIUM_NOT_FORMATTED,
         "finish: the disc is not formatted: there is nothing to end");
    return false;
  }
  if (m->state != MEDIUM_COMPLETE && mode == NULL)
    return fail(
      f, FAIL_UNSUPPORTED, "finish: discs of this kind cannot be ended");
  if (c->how.what == FINISH_DISC && m->state == MEDIUM_APPENDABLE &&
      m->last_session == 0 && mode->sequence == NULL)
    return fail(f,
                FAIL_UNSUPPORTED,
                "finish: the last session is closed and allows a next one; "
                "only burning that one can finalise the disc");
  return true;
}

/* As it is wanted already. What can be overwritten is never complete: it is
   ended when nothing of it is open, which end_session knows. */
static bool is_ended(const struct chore *c, const struct medium *m) {
  return m->state == MEDIUM_COMPLETE ||
         (m->last_session == 0 && c->how.what != FINISH_DISC);
}

bool chore_finish(struct chore *c, struct failure *f) {
  struct recorder *r = c->job.recorder;
  struct ready_watch watch = job_watch(&c->job, true);
  const struct medium_track *t;
  const struct write_mode *mode;
  struct medium m;
  struct failure ignored;
  job_phase(&c->job, "closing", 0);
  if (!medium_read_watched(r, &watch, &m, f) || !job_go_on(&c->job, f))
    return false;
  mode = write_mode_of(m.profile);
  if (!check(c, &m, mode, f))
    return false;
  if (is_ended(c, &m))
    return true;
  /* The flush may be all that was missing. */
  watch = job_watch(&c->job, false);
  synchronise_and_wait(r, &watch, &ignored);
  if (!medium_read(r, &m, f) || !check(c, &m, mode, f))
    return false;
  if (is_ended(c, &m))
    return true;
  t = open_track(&m);
  if (t != NULL && !end_track(c, t, f))
    return false;
  if (c->how.what != FINISH_TRACK && !end_session(c, mode, f))
    return false;
  if (!medium_read(r, &m, f))
    return false;
  if (m.state == MEDIUM_NONE)
    return fail(f,
                FAIL_MEDIUM_NOT_PRESENT,
                "finish: the drive reports success, and then that there is no "
                "disc in it");
  if (m.state == MEDIUM_DAMAGED ||
      (c->how.what == FINISH_DISC && m.state != MEDIUM_COMPLETE &&
       m.state != MEDIUM_OVERWRITABLE))
    return fail(f,
                FAIL_INITIALIZE_ENDWRITE,
                "finish: the drive reports success, but the disc is %s",
                medium_state_names[m.state]);
  return true;
}
