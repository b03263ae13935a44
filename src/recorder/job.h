/* job.h: long work in a thread of its own, with one shape: wait, progress,
   cancel, a descriptor to poll. What the work is lives in the struct that
   embeds 'struct job' as its first member. */
#ifndef DISCRECORDER_JOB_H
#define DISCRECORDER_JOB_H

#include "recorder.h"

struct job;

struct job_ops {
  const char *name; /* "burn", "erase": begins messages */
  bool burning;     /* get_recorder_state says "burning" meanwhile */
  bool only_reads;  /* a drive that may be asked freely need not be taken */
  /* In the job's thread, with the drive held. False: job->failure says why. */
  bool (*run)(struct job *j);
  /* Wake whatever the work blocks on; after 'cancelled' was set. May be NULL.
   */
  void (*cancel)(struct job *j);
  void (*free)(struct job *j); /* when the last owner goes */
};

/*
** The Lua object owns it and the thread does, so that either may go first. 'ok'
** and 'failure' are written by the thread before it sets 'done', and read by
** others only after they saw that. With 'done' the thread gives up its share:
** whoever saw it and goes too leaves no recorder open behind. Progress fields
** are atomics, written by the thread alone; a phase begins under the mutex, so
** that job_look never tells one phase's numbers as another's.
*/
struct job {
  const struct job_ops *ops;
  struct recorder *recorder; /* NULL: the work needs no drive */
  pthread_mutex_t mutex;
  pthread_cond_t changed;
  int owners; /* guarded by the mutex */
  bool done;  /* guarded by the mutex */
  bool ok;
  struct failure failure;
  atomic_bool cancelled;
  struct job *whole; /* whose news its own are, where it is run as a part of
                        another; else NULL */
  int event;         /* an eventfd: readable from news until they are taken */
  atomic_bool has_news;

  _Atomic(const char *) phase;     /* a literal */
  atomic_uint_fast64_t done_units; /* blocks, or 1/65536 of long work */
  atomic_uint_fast64_t total_units;
  atomic_uint buffer_percent;
  uint64_t phase_start;      /* the drive's clock; the thread's own */
  uint64_t last_news;        /* the machine's clock; the thread's own */
  uint64_t last_look;        /* the same: at that clock */
  unsigned unseen;           /* the thread's own: progress since then */
  unsigned look_every;       /* ... and how much of it may go by */
  atomic_uint_fast64_t rate; /* bytes a second in this phase */
  atomic_size_t unit;        /* bytes that were counted as one for it */
};

/* What job_look tells: all of one moment's phase. */
struct job_state {
  const char *phase;
  uint64_t done, total;
  uint64_t rate; /* bytes a second; 0: not known yet */
  size_t unit;   /* bytes that 'done' counts as one; with a rate */
  unsigned buffer_percent;
};

/* Fill in the members of a zeroed struct; false: no memory or descriptors. */
bool job_init(struct job *j,
              const struct job_ops *ops,
              struct recorder *r,
              struct failure *f);
/* Take the drive and start the thread. After a failure nothing runs; the caller
   still owns it. */
bool job_start(struct job *j, struct failure *f);
void job_unref(struct job *j);

/* Wait until it is done, at most so long (negative: for ever); whether it is.
 */
bool job_wait(struct job *j, double seconds);
bool job_is_done(struct job *j);
void job_cancel(struct job *j);
/* News are about to be looked at, after this call: the descriptor is quiet
   until there are more. */
void job_take_news(struct job *j);
/* The same, but the end stays news: progress does not tell it. */
void job_take_progress_news(struct job *j);
/* How far it is. */
void job_look(struct job *j, struct job_state *state);
/* The owner goes: cancel, give it two seconds, then let it run on alone. */
void job_abandon(struct job *j);

/* === for the work itself === */
/* There are news; phases, progress and the end tell it by themselves. */
void job_news(struct job *j);
void job_phase(struct job *j, const char *phase, uint64_t total);
void job_progress(struct job *j, uint64_t done, size_t unit_bytes);
static inline bool job_cancelled(struct job *j) {
  return atomic_load_explicit(&j->cancelled, memory_order_relaxed);
}
/* False, with user_abort, when it was cancelled. */
bool job_go_on(struct job *j, struct failure *f);
/* Wait for people, by the machine's clock; a cancel ends it early. */
void job_rest(struct job *j, uint64_t ns);
/* For wait_ready: progress of the drive's own work goes to the job. */
struct ready_watch job_watch(struct job *j, bool may_cancel);

#endif
