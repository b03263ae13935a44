/* series.c: see series.h. */
#include "series.h"

#include <stdlib.h>

static void series_free(struct job *j) {
  struct series *s = (struct series *)j;
  for (unsigned i = 0; i < s->count; i++)
    job_unref(&s->burns[i]->job);
  free(s);
}

/* Those that have not begun are not asked any more. */
static void series_cancel(struct job *j) {
  struct series *s = (struct series *)j;
  for (unsigned i = 0; i < s->count; i++)
    job_cancel(&s->burns[i]->job);
}

/* Between two sessions nobody else is to have written, and the disc to have
   stayed. */
static void expect_after(struct burn *b, const struct burn *before) {
  b->spec.expect = (struct burn_expect){
    .on = true,
    .mark = medium_mark(&before->report.medium),
  };
}

static bool run_one(struct series *s, unsigned index) {
  struct recorder *r = s->job.recorder;
  struct burn *b = s->burns[index];
  struct job *j = &b->job;
  if (index > 0)
    expect_after(b, s->burns[index - 1]);
  j->phase_start = clock_now(r->t->clock);
  j->ok = j->ops->run(j);
  if (!j->ok)
    s->job.failure = j->failure;
  return j->ok;
}

static bool series_run(struct job *j) {
  struct series *s = (struct series *)j;
  for (unsigned i = 0; i < s->count; i++) {
    if (!job_go_on(j, &j->failure))
      return false;
    atomic_store(&s->now, i);
    if (!run_one(s, i))
      return false;
  }
  return true;
}

struct series *series_new(struct recorder *r, struct failure *f) {
  static const struct job_ops ops = {
    .name = "burn",
    .burning = true,
    .run = series_run,
    .cancel = series_cancel,
    .free = series_free,
  };
  struct series *s = calloc(1, sizeof *s);
  if (s == NULL) {
    fail(f, FAIL_NO_MEMORY, "burn: out of memory");
    return NULL;
  }
  if (job_init(&s->job, &ops, r, f))
    return s;
  job_unref(&s->job);
  return NULL;
}

bool series_add(struct series *s,
                const struct burn_spec *spec,
                struct failure *f) {
  struct feed *feed = feed_new(spec, 1, 0, f);
  struct burn *b =
    feed != NULL ? burn_new(s->job.recorder, spec, feed, 0, f) : NULL;
  feed_unref(feed);
  if (b == NULL)
    return false;
  b->job.whole = &s->job;
  s->burns[s->count++] = b;
  return true;
}
