/* drive_clock.h: a drive's own clock, of two kinds. One stands, and sleeping on
   it only advances it. The other goes with the machine's: sleeping on it takes
   that time. Clocks outlive their drives: a used one waits for the next drive,
   and is never freed, so that nobody's pointer to it goes stale. */
#ifndef DISCRECORDER_VIRTUAL_DRIVE_CLOCK_H
#define DISCRECORDER_VIRTUAL_DRIVE_CLOCK_H

#include <stdatomic.h>

#include "../transport/clock.h"

struct vclock {
  struct clock base;
  /* How far it was pushed; one that goes with the machine's clock is there, or
     where that clock is if that is further. */
  _Atomic uint64_t ns;
  struct vclock *next; /* while it waits for a drive */
};

/* NULL: no memory. */
struct vclock *vclock_take(bool machine);
void vclock_give_back(struct vclock *c);

uint64_t vclock_now(struct vclock *c);
/* What the drive does takes so long. */
void vclock_add(struct vclock *c, uint64_t ns);
/* Wait until the machine's clock is as far, if it goes with that. */
void vclock_catch_up(struct vclock *c);

#endif
