/* hold.h: who of this machine has a drive in another one for himself. iSCSI has
   no exclusive open. */
#ifndef DISCRECORDER_ISCSI_HOLD_H
#define DISCRECORDER_ISCSI_HOLD_H

#include <stdbool.h>

/* A descriptor that holds the drive until it is closed; -1 with errno
   EADDRINUSE: another object or process has it. */
int hold_take(const char *drive);
/* Has anybody, we ourselves included, taken it? */
bool hold_taken(const char *drive);

#endif
