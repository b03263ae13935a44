/* program.h: the program area of a CD as a reader comes upon it: whose block it
   is by the Q sub-channel, and what its main channel holds. */
#ifndef DISCRECORDER_VIRTUAL_PROGRAM_H
#define DISCRECORDER_VIRTUAL_PROGRAM_H

#include "medium.h"

enum vmain {
  VMAIN_NEVER,  /* nothing was recorded there */
  VMAIN_LINK,   /* between data tracks: recorded, and no data sectors */
  VMAIN_DATA,   /* data sectors */
  VMAIN_AUDIO,  /* audio of the host's */
  VMAIN_SILENCE /* audio that the drive recorded around a track */
};

struct vplace {
  enum vmain main;
  const struct vtrack *track; /* NULL with VMAIN_NEVER */
  uint32_t left;              /* blocks of which the same holds, from this on */
};

void vplace_at(const struct vmedium *m, int32_t lba, struct vplace *p);

#endif
