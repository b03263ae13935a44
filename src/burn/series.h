/* series.h: burns of one disc, one after the other: its sessions. A Job that
   runs those of the burns in its own thread, with the drive held from the first
   to the last. */
#ifndef DISCRECORDER_SERIES_H
#define DISCRECORDER_SERIES_H

#include "burn.h"

/* A session has a track, and a CD no more of them. */
#define SERIES_MOST BURN_TRACKS_MAX

/*
** The burns are the thread's until the job is done; 'now' is the one that runs,
** or ran last. Those before it went well.
*/
struct series {
  struct job job; /* first */
  unsigned count;
  struct burn *burns[SERIES_MOST];
  atomic_uint now;
};

/* Empty, for the recorder. */
struct series *series_new(struct recorder *r, struct failure *f);
/* One more burn; takes over the spec's source references, also when it fails.
   There is room for it. */
bool series_add(struct series *s,
                const struct burn_spec *spec,
                struct failure *f);

#endif
