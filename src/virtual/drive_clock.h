/* drive_clock.h: a drive's own clock. Sleeping on it only advances it. Clocks
   outlive their drives: a used one waits for the next drive, and is never
   freed, so that nobody's pointer to it goes stale. */
#ifndef DISCRECORDER_VIRTUAL_DRIVE_CLOCK_H
#define DISCRECORDER_VIRTUAL_DRIVE_CLOCK_H

#include <stdatomic.h>

#include "../transport/clock.h"

struct vclock {
  struct clock base;
  _Atomic uint64_t ns;
  struct vclock *next; /* while it waits for a drive */
};

struct vclock *vclock_take(void); /* NULL: no memory */
void vclock_give_back(struct vclock *c);

static inline uint64_t vclock_now(struct vclock *c) {
  return atomic_load_explicit(&c->ns, memory_order_relaxed);
}

static inline void vclock_add(struct vclock *c, uint64_t ns) {
  atomic_fetch_add_explicit(&c->ns, ns, memory_order_relaxed);
}

#endif
