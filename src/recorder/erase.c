/* erase.c: BLANK, and the look afterwards whether the disc is blank (drives.md
   7). */
#include "chore.h"
#include "format.h"

static bool check(struct chore *c, struct medium *m, struct failure *f) {
  struct recorder *r = c->job.recorder;
  struct ready_watch watch = job_watch(&c->job, true);
  if (!r->id.rewritable)
    return fail(f,
                FAIL_DEVICE_INVALID_TYPE,
                "erase: this recorder (%s %s) cannot erase discs",
                r->id.vendor,
                r->id.product);
  if (!medium_read_watched(r, &watch, m, f) || !job_go_on(&c->job, f))
    return false;
  if (m->state == MEDIUM_NONE)
    return fail(
      f, FAIL_MEDIUM_NOT_PRESENT, "erase: there is no disc in the recorder");
  if (profile_is_overwritable(m->profile) &&
      profile_blanked(m->profile) == m->profile) {
    fail(f,
         FAIL_MEDIUM_INVALID_TYPE,
         "erase: a disc of this kind (%s) is never blank",
         profile_name(m->profile));
    f->advice = "Format it, or burn with `as_needed` to overwrite it.";
    return false;
  }
  if (!m->erasable)
    return fail(f,
                FAIL_MEDIUM_INVALID_TYPE,
                "erase: a disc of this kind (%s) cannot be erased",
                profile_name(m->profile) != NULL ? profile_name(m->profile)
                                                 : "unknown");
  return true;
}

bool erase_and_wait(struct recorder *r,
                    bool full,
                    const struct ready_watch *watch,
                    struct failure *f) {
  struct failure ignored;
  bool ok;
  mmc_prevent_removal(recorder_link(r), true, &ignored);
  ok = medium_check_same(r, f) && mmc_blank(recorder_link(r), !full, f) &&
       wait_ready(&r->patience, READY_AFTER_BLANK, watch, f);
  recorder_unlock_tray(r);
  /* Of a disc file the failure knows better what helps. */
  if (!ok && !full && f->has_sense && f->asc == 0x51 &&
      f->culprit != CULPRIT_DATA)
    f->advice = "Erase the whole disc (full); if that fails, throw it away.";
  return ok;
}

/* A drive that is erasing does not stop for anybody, so a cancel is heeded when
   it is done: what the disc is then is known. */
static bool blank(struct chore *c, struct failure *f) {
  struct ready_watch watch = job_watch(&c->job, false);
  return erase_and_wait(c->job.recorder, c->how.full, &watch, f);
}

bool chore_erase(struct chore *c, struct failure *f) {
  struct medium m;
  job_phase(&c->job, "erasing", 65536);
  if (!check(c, &m, f) || !blank(c, f) || !medium_read(c->job.recorder, &m, f))
    return false;
  if (job_cancelled(&c->job))
    return fail(f,
                FAIL_USER_ABORT,
                "erase: cancelled; the drive had to finish, the disc is %s",
                medium_state_names[m.state]);
  if (m.state == MEDIUM_NONE)
    return fail(f,
                FAIL_MEDIUM_NOT_PRESENT,
                "erase: the drive reports success, and then that there is no "
                "disc in it");
  if (m.state != MEDIUM_BLANK)
    return fail(f,
                FAIL_GENERIC,
                "erase: the drive reports success, but the disc is %s",
                medium_state_names[m.state]);
  return true;
}
