/* clock.c: the machine's monotonic clock, and conditions that wait by it. */
#include "clock.h"

#include <errno.h>
#include <time.h>

static uint64_t monotonic_now(struct clock *c) {
  struct timespec t;
  (void)c;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (uint64_t)t.tv_sec * CLOCK_SECOND + (uint64_t)t.tv_nsec;
}

/* Now plus ns, never so far that a time_t could overflow. */
static struct timespec after(uint64_t ns) {
  const uint64_t century = UINT64_C(100) * 365 * 86400 * CLOCK_SECOND;
  struct timespec t;
  uint64_t at = monotonic_now(NULL) + (ns < century ? ns : century);
  t.tv_sec = (time_t)(at / CLOCK_SECOND);
  t.tv_nsec = (long)(at % CLOCK_SECOND);
  return t;
}

static void monotonic_sleep(struct clock *c, uint64_t ns) {
  struct timespec until = after(ns);
  (void)c;
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &until, NULL) == EINTR)
    ; /* a signal does not shorten the wait */
}

struct clock *clock_monotonic(void) {
  static const struct clock_ops ops = {monotonic_now, monotonic_sleep};
  static struct clock clock = {.ops = &ops};
  return &clock;
}

bool clock_cond_init(pthread_cond_t *cond) {
  pthread_condattr_t attr;
  bool ok;
  if (pthread_condattr_init(&attr) != 0)
    return false;
  ok = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) == 0 &&
       pthread_cond_init(cond, &attr) == 0;
  pthread_condattr_destroy(&attr);
  return ok;
}

bool clock_cond_wait(pthread_cond_t *cond,
                     pthread_mutex_t *mutex,
                     uint64_t ns) {
  struct timespec until = after(ns);
  return pthread_cond_timedwait(cond, mutex, &until) != ETIMEDOUT;
}
