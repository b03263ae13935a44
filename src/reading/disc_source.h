/* disc_source.h: parts of the disc in a recorder as sources: for a copy from
   drive to drive. */
#ifndef DISCRECORDER_DISC_SOURCE_H
#define DISCRECORDER_DISC_SOURCE_H

#include "../source/source.h"
#include "../recorder/recorder.h"

struct disc_part {
  bool audio;   /* blocks of SOURCE_RAW_BLOCK, else of SOURCE_BLOCK */
  bool sectors; /* the same: whole ones of mode 2 (mode_2.h) */
  int32_t start;
  uint32_t blocks;
};

/*
** A source for each part. The recorder works for them from now on until the
*last
** one of them is gone, as for a job: called by the thread of the Lua state.
*They
** are read by one thread, one after another. 'shift': bytes after its place
*where
** the drive has audio; what it cannot reach then is silence. False: there are
** none.
*/
bool disc_sources(struct recorder *r,
                  const struct disc_part *parts,
                  unsigned count,
                  int32_t shift,
                  struct source **out,
                  struct failure *f);

#endif
