/* many.c: see many.h. */
#include "many.h"

#include <poll.h>
#include <stdio.h>
#include <stdlib.h>

static bool is_running(const struct many_member *m) {
  return m->burn != NULL && !job_is_done(&m->burn->job);
}

/* === made and unmade === */

static void many_free(struct job *j) {
  struct many *m = (struct many *)j;
  for (unsigned i = 0; i < m->count; i++)
    if (m->members[i].burn != NULL)
      job_unref(&m->members[i].burn->job);
  free(m->members);
  free(m->events);
  free(m);
}

static void many_cancel(struct job *j) {
  struct many *m = (struct many *)j;
  for (unsigned i = 0; i < m->count; i++)
    if (m->members[i].burn != NULL)
      job_cancel(&m->members[i].burn->job);
}

static bool fill(struct many *m,
                 struct recorder *const *recorders,
                 const struct burn_spec *spec,
                 struct feed *feed,
                 struct failure *f) {
  m->members = calloc(m->count, sizeof *m->members);
  m->events = calloc(m->count, sizeof *m->events);
  if (m->members == NULL || m->events == NULL) {
    m->count = 0;
    return fail(f, FAIL_NO_MEMORY, "burn: out of memory");
  }
  for (unsigned i = 0; i < m->count; i++) {
    m->members[i].burn = burn_new(recorders[i], spec, feed, i, f);
    if (m->members[i].burn == NULL)
      return false;
  }
  return true;
}

static bool many_run(struct job *j);

struct many *many_new(struct recorder *const *recorders,
                      unsigned count,
                      const struct burn_spec *spec,
                      uint64_t stall,
                      struct failure *f) {
  static const struct job_ops ops = {
    .name = "burn",
    .run = many_run,
    .cancel = many_cancel,
    .free = many_free,
  };
  struct feed *feed = feed_new(spec, count, stall, f);
  struct many *m;
  if (feed == NULL)
    return NULL;
  m = calloc(1, sizeof *m);
  if (m == NULL) {
    fail(f, FAIL_NO_MEMORY, "burn: out of memory");
    feed_unref(feed);
    return NULL;
  }
  m->count = count;
  if (job_init(&m->job, &ops, NULL, f) && fill(m, recorders, spec, feed, f)) {
    feed_unref(feed);
    return m;
  }
  job_unref(&m->job);
  feed_unref(feed);
  return NULL;
}

/* === the course of it === */

/* A recorder that cannot be taken drops out; the others wait for it no more. */
static void start_member(struct many_member *m) {
  if (job_start(&m->burn->job, &m->failure))
    return;
  job_unref(&m->burn->job);
  m->burn = NULL;
}

bool many_start(struct many *m, struct failure *f) {
  for (unsigned i = 0; i < m->count; i++)
    start_member(&m->members[i]);
  if (job_start(&m->job, f))
    return true;
  for (unsigned i = 0; i < m->count; i++) {
    if (m->members[i].burn != NULL)
      job_abandon(&m->members[i].burn->job);
    m->members[i].burn = NULL;
  }
  return false;
}

static unsigned rank(const struct burn *b) {
  const char *phase = atomic_load(&b->job.phase);
  for (unsigned i = 0; i < PHASE_COUNT; i++)
    if (phase == burn_phase_names[i])
      return i + 1;
  return 0;
}

struct burn *many_slowest(const struct many *m) {
  struct burn *slowest = NULL;
  for (unsigned i = 0; i < m->count; i++) {
    struct burn *b = m->members[i].burn;
    if (!is_running(&m->members[i]))
      continue;
    if (slowest == NULL || rank(b) < rank(slowest) ||
        (rank(b) == rank(slowest) && atomic_load(&b->job.done_units) <
                                       atomic_load(&slowest->job.done_units)))
      slowest = b;
  }
  return slowest;
}

/* What is news of one is news of all; whether any of them still runs. */
static bool watch(struct many *m) {
  struct burn *slowest;
  bool running = false;
  for (unsigned i = 0; i < m->count; i++) {
    struct many_member *one = &m->members[i];
    /* Asked after that: the end's news must not be lost. */
    if (m->events[i].revents != 0)
      job_take_news(&one->burn->job);
    if (is_running(one))
      running = true;
    else
      m->events[i].fd = -1;
  }
  slowest = many_slowest(m);
  if (slowest != NULL)
    atomic_store(&m->job.phase, atomic_load(&slowest->job.phase));
  job_news(&m->job);
  return running;
}

static bool succeeded(const struct many_member *m) {
  return m->burn != NULL && m->burn->job.ok;
}

/* The first one's failure, and how many more there are. */
static bool sum_up(struct many *m) {
  struct failure *f = &m->job.failure;
  const struct failure *first = NULL;
  unsigned failed = 0, which = 0;
  char why[256];
  for (unsigned i = 0; i < m->count; i++) {
    const struct many_member *one = &m->members[i];
    if (succeeded(one))
      continue;
    if (failed++ > 0)
      continue;
    which = i + 1;
    first = one->burn != NULL ? &one->burn->job.failure : &one->failure;
  }
  if (failed == 0)
    return true;
  *f = *first;
  snprintf(why, sizeof why, "%.255s", first->message);
  snprintf(f->message,
           sizeof f->message,
           "%u of %u recorders failed; number %u: %s",
           failed,
           m->count,
           which,
           why);
  return false;
}

static bool many_run(struct job *j) {
  struct many *m = (struct many *)j;
  for (unsigned i = 0; i < m->count; i++) {
    struct burn *b = m->members[i].burn;
    m->events[i].fd = b != NULL ? b->job.event : -1;
    m->events[i].events = POLLIN;
  }
  while (watch(m))
    poll(m->events, m->count, -1);
  return sum_up(m);
}
