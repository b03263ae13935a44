/* many.h: one job burned by many recorders from one reading of its sources: a
   Job whose thread only watches those of the burns. */
#ifndef DISCRECORDER_MANY_H
#define DISCRECORDER_MANY_H

#include "burn.h"

/* 'burn' is NULL for a recorder that never began: 'failure' says why. */
struct many_member {
  struct burn *burn;
  struct failure failure;
};

struct many {
  struct job job; /* first; it has no recorder */
  unsigned count;
  struct many_member *members;
  struct pollfd *events; /* of the members, for the thread */
};

/* How long a drive may hold the others, where the caller does not say. */
#define MANY_STALL (10 * CLOCK_SECOND)

/* Takes over the spec's source references, also when it fails. The recorders
   are different ones. */
struct many *many_new(struct recorder *const *recorders,
                      unsigned count,
                      const struct burn_spec *spec,
                      uint64_t stall,
                      struct failure *f);
/* Start those whose recorder can be taken, and the job that watches them. After
   a failure nothing runs; the caller still owns its reference. */
bool many_start(struct many *m, struct failure *f);
/* The burn that is furthest behind; NULL: all are done. */
struct burn *many_slowest(const struct many *m);

#endif
