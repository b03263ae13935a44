/* replay.h: a recorded trace that answers as its drive did. */
#ifndef DISCRECORDER_REPLAY_H
#define DISCRECORDER_REPLAY_H

#include "transport.h"

/* NULL: the failure says why. */
struct transport *replay_open(const char *path, struct failure *f);

#endif
