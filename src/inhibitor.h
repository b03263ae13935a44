/* inhibitor.h: keep this machine awake while a disc is written. systemd's
   inhibition belongs to a process: systemd-inhibit runs a program and holds it
   until that program ends. Here that program is cat, on a socket of ours: when
   we close it or die, by whatever signal, cat reads the end, and the inhibition
   is gone. No shell, no D-Bus library, nothing left behind. */
#ifndef DISCRECORDER_INHIBITOR_H
#define DISCRECORDER_INHIBITOR_H

#include "failure.h"

#include <stdint.h>
#include <sys/types.h>

struct inhibitor {
  int socket; /* -1: nothing is held */
  pid_t pid;  /* of systemd-inhibit */
};

#define INHIBITOR_NONE ((struct inhibitor){.socket = -1})

/*
** Suspend, shutdown and idle are held off from when this returns true until
** inhibitor_release; 'why' is what the machine tells its users. It waits for
** 'limit' nanoseconds at most. Codes: unsupported (this machine has no
** systemd), busy (no answer within the limit), generic (refused).
*/
bool inhibitor_hold(struct inhibitor *i,
                    const char *why,
                    uint64_t limit,
                    struct failure *f);
/* Waits for nothing; harmless when nothing is held. */
void inhibitor_release(struct inhibitor *i);

#endif
