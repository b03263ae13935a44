/* drive_clock.c: clocks that somebody else pushes, or that go with the machine's
   and are pushed ahead of it by what a drive does. */
#include "drive_clock.h"

#include <stdlib.h>

/* What is less than a timer's own error is left to the next wait. */
#define TIMER_ERROR (CLOCK_MS / 10)

static uint64_t pushed(struct vclock *c) {
  return atomic_load_explicit(&c->ns, memory_order_relaxed);
}

uint64_t vclock_now(struct vclock *c) {
  uint64_t ns = pushed(c), machine;
  if (c->base.stands)
    return ns;
  machine = clock_now(clock_monotonic());
  return machine > ns ? machine : ns;
}

void vclock_add(struct vclock *c, uint64_t ns) {
  uint64_t old, from;
  if (c->base.stands) {
    atomic_fetch_add_explicit(&c->ns, ns, memory_order_relaxed);
    return;
  }
  old = pushed(c);
  do {
    uint64_t machine = clock_now(clock_monotonic());
    from = machine > old ? machine : old;
  } while (!atomic_compare_exchange_weak_explicit(&c->ns,
                                                  &old,
                                                  from + ns,
                                                  memory_order_relaxed,
                                                  memory_order_relaxed));
}

void vclock_catch_up(struct vclock *c) {
  uint64_t ns = pushed(c), machine;
  if (c->base.stands)
    return;
  machine = clock_now(clock_monotonic());
  if (ns > machine + TIMER_ERROR)
    clock_sleep(clock_monotonic(), ns - machine);
}

static uint64_t now(struct clock *c) {
  return vclock_now((struct vclock *)c);
}

static void sleep_on(struct clock *c, uint64_t ns) {
  if (c->stands)
    vclock_add((struct vclock *)c, ns);
  else
    clock_sleep(clock_monotonic(), ns);
}

static const struct clock_ops ops = {now, sleep_on};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct vclock *waiting; /* guarded by 'mutex' */

/* One that is still ahead of the machine's would keep a new drive waiting. */
static bool suits(struct vclock *c, bool machine) {
  return c->base.stands ? !machine
                        : machine && pushed(c) <= clock_now(clock_monotonic());
}

static struct vclock *take_waiting(bool machine) {
  struct vclock **at, *c;
  pthread_mutex_lock(&mutex);
  for (at = &waiting; *at != NULL && !suits(*at, machine); at = &(*at)->next)
    ;
  c = *at;
  if (c != NULL)
    *at = c->next;
  pthread_mutex_unlock(&mutex);
  return c;
}

struct vclock *vclock_take(bool machine) {
  struct vclock *c = take_waiting(machine);
  if (c == NULL) {
    c = calloc(1, sizeof *c);
    if (c == NULL)
      return NULL;
    c->base.ops = &ops;
    c->base.stands = !machine;
  }
  c->next = NULL;
  return c;
}

void vclock_give_back(struct vclock *c) {
  pthread_mutex_lock(&mutex);
  c->next = waiting;
  waiting = c;
  pthread_mutex_unlock(&mutex);
}
