/* patience.h: a transport that wraps a recorder's and knows how to wait. mmc.c
   functions given it see a drive that is never "busy for a moment": what the
   sense table calls repeat, wait, start, synchronise, refresh or retry is done
   here and nowhere else. */
#ifndef DISCRECORDER_PATIENCE_H
#define DISCRECORDER_PATIENCE_H

#include "../mmc/mmc.h"
#include <stdatomic.h>

struct patience {
  struct transport base;  /* what mmc_* functions are given */
  struct transport *bare; /* the recorder's own; used for polls */
  /* A job that was cancelled: waits end early. NULL when there is none. */
  atomic_bool *cancelled;
  atomic_bool medium_changed; /* a unit attention said so; cleared by readers */
  unsigned recovered;         /* answers that were good after a correction */
  struct sense corrected;     /* ... what the last of them said */
  unsigned overdue;           /* answers that were good after the time-out */
  bool flush_ends;            /* a flush would end what is being written */
  bool stuck;                 /* a wait of this job was in vain to its end */
  unsigned denied;            /* packets that the system did not let through */
};

void patience_init(struct patience *p, struct transport *bare);

/* How long a drive may take, drives.md 2. */
#define READY_AFTER_WRITE (3600 * CLOCK_SECOND)
#define READY_AFTER_LOAD (300 * CLOCK_SECOND)
#define READY_AFTER_BLANK (5 * 3600 * CLOCK_SECOND)
/* A drive that was waited for in vain is not given such times again: what is
   done for the disc after that shall not take hours for nothing. */
#define READY_ONCE_STUCK (60 * CLOCK_SECOND)

struct ready_watch {
  /* Told the progress (of 65536) of each poll that had one; may be NULL. */
  void (*progress)(void *context, int32_t progress);
  void *context;
  atomic_bool *cancelled; /* NULL: it must be waited for */
};

/*
** Poll until the unit is ready: true. The limit is that of a drive that was
** not stuck before. False with medium_not_present when there
** is no disc, busy when the limit is over, user_abort when it was cancelled,
** else with what the drive said.
*/
bool wait_ready(struct patience *p,
                uint64_t limit,
                const struct ready_watch *watch,
                struct failure *f);

#endif
