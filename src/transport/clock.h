/* clock.h: the seam for time. Everything that waits, polls or times out asks a
   clock, never the machine: a virtual drive brings a clock of its own and
   advances it, so that an hour of "busy" costs nothing. All times are
   nanoseconds since an arbitrary start; they never go back. */
#ifndef DISCRECORDER_CLOCK_H
#define DISCRECORDER_CLOCK_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#define CLOCK_MS UINT64_C(1000000)
#define CLOCK_SECOND UINT64_C(1000000000)

struct clock {
  const struct clock_ops *ops;
  bool stands; /* unless somebody sleeps on it; set once */
};

/* Every function may be called from any thread. */
struct clock_ops {
  uint64_t (*now)(struct clock *c);
  void (*sleep)(struct clock *c, uint64_t ns);
};

static inline uint64_t clock_now(struct clock *c) {
  return c->ops->now(c);
}

static inline void clock_sleep(struct clock *c, uint64_t ns) {
  c->ops->sleep(c, ns);
}

/* The machine's monotonic clock; shared, never freed. */
struct clock *clock_monotonic(void);

/*
** Wait on a condition for at most ns nanoseconds of the machine's monotonic
** clock: for people and threads that wait for each other, not for a drive.
** The condition must have been made by clock_cond_init. False: time is up.
*/
bool clock_cond_wait(pthread_cond_t *cond, pthread_mutex_t *mutex, uint64_t ns);
bool clock_cond_init(pthread_cond_t *cond);

#endif
