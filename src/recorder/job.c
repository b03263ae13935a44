/* job.c: the thread behind a Job and how others wait for it. */
#include "job.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

/* Progress is news at most so often; phases and the end always are. */
#define NEWS_EVERY (100 * CLOCK_MS)
#define LOOK_EVERY_MOST 16 /* packets */
#define ABANDON_WAIT 2.0

bool job_init(struct job *j,
              const struct job_ops *ops,
              struct recorder *r,
              struct failure *f) {
  j->ops = ops;
  j->owners = 1;
  atomic_init(&j->phase, "starting");
  pthread_mutex_init(&j->mutex, NULL);
  clock_cond_init(&j->changed);
  j->event = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (r != NULL)
    recorder_ref(r);
  j->recorder = r;
  if (j->event < 0)
    return fail_errno(f, errno, FAIL_NO_MEMORY, "%s: eventfd", ops->name);
  return true;
}

static void destroy(struct job *j) {
  recorder_unref(j->recorder);
  if (j->event >= 0)
    close(j->event);
  pthread_cond_destroy(&j->changed);
  pthread_mutex_destroy(&j->mutex);
  j->ops->free(j);
}

void job_unref(struct job *j) {
  bool last;
  if (j == NULL)
    return;
  pthread_mutex_lock(&j->mutex);
  last = --j->owners == 0;
  pthread_mutex_unlock(&j->mutex);
  if (last)
    destroy(j);
}

void job_news(struct job *j) {
  const uint64_t one = 1;
  if (j->whole != NULL)
    j = j->whole;
  if (atomic_exchange(&j->has_news, true))
    return;
  while (write(j->event, &one, sizeof one) < 0 && errno == EINTR)
    ;
}

/* In this order: news told in between are lost here, but seen by who looks at
   the job next; news told later make the descriptor readable again. */
void job_take_news(struct job *j) {
  uint64_t count;
  while (read(j->event, &count, sizeof count) < 0 && errno == EINTR)
    ;
  atomic_store(&j->has_news, false);
}

void job_take_progress_news(struct job *j) {
  job_take_news(j);
  if (job_is_done(j))
    job_news(j);
}

/* What a cancel broke off may have failed in any way: a drive that was waited
   for is still busy. Work without a drive of its own sums up others'. */
static bool run(struct job *j) {
  if (j->ops->run(j))
    return true;
  if (j->recorder != NULL && j->failure.code != FAIL_USER_ABORT)
    job_go_on(j, &j->failure);
  return false;
}

static void *job_thread(void *arg) {
  struct job *j = arg;
  bool ok = run(j), last;
  if (j->recorder != NULL) {
    j->recorder->patience.cancelled = NULL;
    recorder_end_job(j->recorder);
  }
  pthread_mutex_lock(&j->mutex);
  j->ok = ok;
  j->done = true;
  job_news(j); /* who sees that it is done must find the descriptor readable */
  pthread_cond_broadcast(&j->changed);
  last = --j->owners == 0;
  pthread_mutex_unlock(&j->mutex);
  if (last)
    destroy(j);
  return NULL;
}

/* A thread that takes no signals: they belong to the program's own threads. */
static int start_thread(struct job *j) {
  pthread_attr_t attr;
  pthread_t thread;
  sigset_t all, before;
  int err;
  pthread_attr_init(&attr);
  pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  err = pthread_create(&thread, &attr, job_thread, j);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  pthread_attr_destroy(&attr);
  return err;
}

bool job_start(struct job *j, struct failure *f) {
  struct recorder *r = j->recorder;
  int err;
  if (r != NULL) {
    if (!recorder_begin_job(r, j->ops->burning, j->ops->only_reads, f))
      return false;
    r->patience.cancelled = &j->cancelled;
    j->phase_start = clock_now(r->t->clock);
  }
  j->owners = 2; /* no thread yet to guard it from */
  err = start_thread(j);
  if (err == 0)
    return true;
  j->owners = 1;
  if (r != NULL) {
    r->patience.cancelled = NULL;
    recorder_end_job(r);
  }
  return fail_errno(f, err, FAIL_NO_MEMORY, "%s: no thread", j->ops->name);
}

bool job_is_done(struct job *j) {
  bool done;
  pthread_mutex_lock(&j->mutex);
  done = j->done;
  pthread_mutex_unlock(&j->mutex);
  return done;
}

bool job_wait(struct job *j, double seconds) {
  struct clock *clock = clock_monotonic();
  uint64_t limit = seconds < 1e9 ? (uint64_t)(seconds * 1e9) : UINT64_MAX;
  uint64_t start = clock_now(clock);
  bool done;
  pthread_mutex_lock(&j->mutex);
  while (!j->done) {
    uint64_t passed = clock_now(clock) - start;
    if (seconds < 0) {
      pthread_cond_wait(&j->changed, &j->mutex);
      continue;
    }
    if (passed >= limit)
      break;
    clock_cond_wait(&j->changed, &j->mutex, limit - passed);
  }
  done = j->done;
  pthread_mutex_unlock(&j->mutex);
  return done;
}

void job_cancel(struct job *j) {
  if (atomic_exchange(&j->cancelled, true))
    return;
  pthread_mutex_lock(&j->mutex); /* whoever rests has seen it or is woken */
  pthread_cond_broadcast(&j->changed);
  pthread_mutex_unlock(&j->mutex);
  if (j->ops->cancel != NULL)
    j->ops->cancel(j);
}

void job_rest(struct job *j, uint64_t ns) {
  pthread_mutex_lock(&j->mutex);
  if (!job_cancelled(j))
    clock_cond_wait(&j->changed, &j->mutex, ns);
  pthread_mutex_unlock(&j->mutex);
}

void job_abandon(struct job *j) {
  if (!job_is_done(j)) {
    job_cancel(j);
    job_wait(j, ABANDON_WAIT);
  }
  job_unref(j);
}

void job_phase(struct job *j, const char *phase, uint64_t total) {
  if (j->recorder != NULL)
    j->phase_start = clock_now(j->recorder->t->clock);
  pthread_mutex_lock(&j->mutex);
  atomic_store(&j->done_units, 0);
  atomic_store(&j->total_units, total);
  atomic_store(&j->rate, 0);
  atomic_store(&j->phase, phase);
  pthread_mutex_unlock(&j->mutex);
  if (j->whole != NULL)
    atomic_store(&j->whole->phase, phase);
  job_news(j);
}

/* In this order, within a phase: a number that was seen implies those that were
   stored before it. */
void job_look(struct job *j, struct job_state *state) {
  pthread_mutex_lock(&j->mutex);
  state->phase = atomic_load(&j->phase);
  state->done = atomic_load(&j->done_units);
  state->total = atomic_load(&j->total_units);
  state->rate = atomic_load(&j->rate);
  state->unit = atomic_load(&j->unit);
  state->buffer_percent = atomic_load(&j->buffer_percent);
  pthread_mutex_unlock(&j->mutex);
}

/* Most packets need no look at the clock, which is a system call on some
   machines: as many go by between two looks as take an eighth of the time
   between two pieces of news. */
static bool time_to_look(struct job *j, uint64_t *now) {
  uint64_t gap;
  if (++j->unseen < j->look_every)
    return false;
  *now = clock_now(clock_monotonic());
  gap = *now - j->last_look;
  if (gap < NEWS_EVERY / 8 && j->look_every < LOOK_EVERY_MOST)
    j->look_every++;
  else if (gap > NEWS_EVERY / 4)
    j->look_every /= 2;
  j->unseen = 0;
  j->last_look = *now;
  return true;
}

void job_progress(struct job *j, uint64_t done, size_t unit_bytes) {
  uint64_t now;
  atomic_store_explicit(&j->done_units, done, memory_order_release);
  if (!time_to_look(j, &now) || now - j->last_news < NEWS_EVERY)
    return;
  j->last_news = now;
  if (j->recorder != NULL && unit_bytes > 0) {
    uint64_t passed = clock_now(j->recorder->t->clock) - j->phase_start;
    atomic_store(&j->unit, unit_bytes);
    if (passed > 0)
      atomic_store(
        &j->rate,
        (uint64_t)((double)done * (double)unit_bytes * 1e9 / (double)passed));
  }
  job_news(j);
}

bool job_go_on(struct job *j, struct failure *f) {
  if (!job_cancelled(j))
    return true;
  return fail(f, FAIL_USER_ABORT, "%s: cancelled", j->ops->name);
}

static void watch_progress(void *context, int32_t progress) {
  struct job *j = context;
  atomic_store(&j->total_units, 65536);
  job_progress(j, (uint64_t)progress, 0);
}

struct ready_watch job_watch(struct job *j, bool may_cancel) {
  return (struct ready_watch){
    .progress = watch_progress,
    .context = j,
    .cancelled = may_cancel ? &j->cancelled : NULL,
  };
}
