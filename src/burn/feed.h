/* feed.h: the sources of a job, read once for all the burns that want them: by
   one thread, which hashes, into one ring. docs/engine.md describes it. */
#ifndef DISCRECORDER_FEED_H
#define DISCRECORDER_FEED_H

#include "../recorder/digest.h"
#include "plan.h"
#include "../recorder/ring.h"
#include <pthread.h>

/* What one of the burns has done so far. */
struct feed_burn {
  bool cancelled;
  bool gathered; /* is ready to write, or never will be */
  bool left;     /* takes no more from the ring */
  bool ended;    /* needs the sources no more */
};

/* A track's source, or what comes before its index 1. */
struct feed_part {
  unsigned number;       /* the track's */
  struct source *source; /* counted */
  int64_t length;
  bool sectors; /* of mode 2, whole ones: all but what counts becomes zeros */
  struct digest digest;
  /* the reader's until the part has ended in the ring */
  int64_t bytes;
  unsigned data_end; /* in the sector that it is in, behind its subheader */
  uint8_t sha256[DIGEST_SIZE];
};

enum feed_state { FEED_SHUT, FEED_OPENING, FEED_OPEN, FEED_FAILED };

/*
** Counted: each burn holds a reference, and whoever makes it one until then.
** The mutex guards all that changes but the ring, which has its own (this one
** is taken first), 'sha256' and 'digest', which are the reader's. 'failure' is
** written once, before 'state' is FEED_FAILED. The reader is joined by the burn
** that leaves last.
*/
struct feed {
  atomic_int refs;
  unsigned part_count;
  struct feed_part *parts; /* in the order in which they are written */
  struct ring ring;        /* one tap for each burn; gone when all have left */
  pthread_mutex_t mutex;
  pthread_cond_t turned;
  enum feed_state state;
  struct failure failure;
  bool started; /* the reader */
  pthread_t reader;
  unsigned claimed; /* sources that this feed holds, until it ends */
  unsigned count;
  struct feed_burn *burns;
};

/* For so many burns, of which one may hold the others for so many ns (0: for
   ever). Takes over the spec's source references, also when it fails. */
struct feed *feed_new(const struct burn_spec *spec,
                      unsigned burns,
                      uint64_t stall,
                      struct failure *f);
void feed_ref(struct feed *feed);
void feed_unref(struct feed *feed);

/* === for burn number 'index', in this order === */

/* Open the sources, or wait until another burn has. */
bool feed_open(struct feed *feed, struct failure *f);
/* Wait until all are ready to write, or have left; then bytes begin to come. */
bool feed_gather(struct feed *feed, unsigned index, struct failure *f);
/* Its place in the ring, until it leaves. */
struct tap *feed_tap(struct feed *feed, unsigned index);
/* Why its tap gave nothing more, in the middle of a track. */
bool feed_broke_off(struct feed *feed, unsigned index, struct failure *f);
/* It takes no more: 'done', all was read. Harmless again. */
void feed_leave(struct feed *feed, unsigned index, bool done);
/* It needs the sources no more, not even to name a file. Leaves, too. Harmless
   again. */
void feed_end(struct feed *feed, unsigned index);

/* From any thread: the burn is to come out of every wait. When all that have
   not left are cancelled, so is a read that blocks. */
void feed_cancel(struct feed *feed, unsigned index);

/* === between feed.c and feed_read.c === */

/* The reader's thread, of a feed that is open. */
void *feed_read(void *feed);
/* The mutex is held. */
void feed_has_failed(struct feed *feed, const struct failure *f);

#endif
