/* chore.c: the table of chores, and those about the tray. */
#include "chore.h"

#include <stdlib.h>
#include <string.h>

static bool chore_run(struct job *j) {
  struct chore *c = (struct chore *)j;
  if (!c->act(c, &j->failure))
    return false;
  if (!job_cancelled(j))
    return true;
  return fail(&j->failure,
              FAIL_USER_ABORT,
              "%s: cancelled; the drive had done it by then",
              j->ops->name);
}

static void chore_free(struct job *j) {
  free(j);
}

#define OPS(text)                                                              \
  { .name = text, .run = chore_run, .free = chore_free }

static const struct {
  struct job_ops ops;
  bool (*act)(struct chore *c, struct failure *f);
} chores[] = {
  {OPS("eject"), chore_eject},
  {OPS("erase"), chore_erase},
  {OPS("finish"), chore_finish},
  {OPS("format"), chore_format},
  {OPS("load"), chore_load},
  {OPS("wait_medium"), chore_wait_medium},
};

struct chore *chore_new(struct recorder *r,
                        const char *name,
                        struct chore_how how,
                        struct failure *f) {
  size_t i = 0;
  struct chore *c = calloc(1, sizeof *c);
  if (c == NULL) {
    fail(f, FAIL_NO_MEMORY, "%s: out of memory", name);
    return NULL;
  }
  while (strcmp(chores[i].ops.name, name) != 0)
    i++;
  c->act = chores[i].act;
  c->how = how;
  if (job_init(&c->job, &chores[i].ops, r, f))
    return c;
  job_unref(&c->job);
  return NULL;
}

bool chore_eject(struct chore *c, struct failure *f) {
  job_phase(&c->job, "ejecting", 0);
  recorder_unlock_tray(c->job.recorder);
  return mmc_tray(recorder_link(c->job.recorder), MMC_EJECT, false, f);
}

bool chore_load(struct chore *c, struct failure *f) {
  struct recorder *r = c->job.recorder;
  struct ready_watch watch = job_watch(&c->job, true);
  job_phase(&c->job, "loading", 0);
  if (!mmc_tray(recorder_link(r), MMC_LOAD, false, f))
    return false;
  if (wait_ready(&r->patience, READY_AFTER_LOAD, &watch, f))
    return true;
  return f->code == FAIL_MEDIUM_NOT_PRESENT; /* closed, and empty */
}

#define LOOK_EVERY (CLOCK_SECOND / 2)
#define FOREVER 1e9 /* seconds, from which on there is no limit to be told */

/*
** With a limit, it is the drive's clock that has to reach it; a virtual drive's
** does so at once. Without one there is only the hand that brings a disc, and
** hands move by the machine's clock.
*/
bool chore_wait_medium(struct chore *c, struct failure *f) {
  struct recorder *r = c->job.recorder;
  struct clock *clock = r->t->clock;
  bool for_ever = c->how.seconds >= FOREVER;
  uint64_t limit = for_ever ? UINT64_MAX / 2 : (uint64_t)(c->how.seconds * 1e9);
  uint64_t until = clock_now(clock) + limit;
  job_phase(&c->job, "waiting for a disc", 0);
  for (;;) {
    struct ready_watch watch = job_watch(&c->job, true);
    uint64_t now = clock_now(clock);
    uint64_t left = now < until ? until - now : 0;
    if (wait_ready(&r->patience, left, &watch, f))
      return true;
    if (f->code != FAIL_MEDIUM_NOT_PRESENT || left == 0)
      return false;
    if (for_ever)
      job_rest(&c->job, LOOK_EVERY);
    else
      clock_sleep(clock, left < LOOK_EVERY ? left : LOOK_EVERY);
  }
}
