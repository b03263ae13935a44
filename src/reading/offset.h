/* offset.h: drives read audio some samples too early or too late, always by as
   many, and write it so too: what was written is found again at one common
   offset. Frames count: a frame is a sample of each channel, 1/44100 s. */
#ifndef DISCRECORDER_OFFSET_H
#define DISCRECORDER_OFFSET_H

#include "imprint.h"
#include "reading.h"

/* Reading drives are known to be off by up to three blocks and more, and the
   writing one adds its own. */
#define OFFSET_MOST (IMPRINT_EDGE * 588)

struct offset_known {
  int32_t start; /* LBA of the track */
  const struct imprint *imprint;
};

/*
** How many frames after its place what was written is found: AccurateRip's
** correction, of both drives together. 0 when nothing tells, as in silence; the
** least of those that would do. False: cancelled, or the drive is gone.
*/
bool offset_find(struct job *j,
                 const struct offset_known *known,
                 unsigned count,
                 int32_t *frames,
                 struct failure *f);

/*
** A reading that has an offset begins or ends in a block of its neighbours,
** which may lie outside of what the drive reads: try, and leave out of the
** reading what cannot be had. 'edges' has room for that: two times OFFSET_ROOM
** bytes, and is filled from the imprint or, where there is none, with silence.
*/
#define OFFSET_ROOM (IMPRINT_EDGE * IMPRINT_BLOCK)
bool offset_reach(struct job *j,
                  struct reading *w,
                  const struct imprint *imprint,
                  uint8_t *edges,
                  struct failure *f);

#endif
