/* safe_open.h: opening files by names at which anybody may have put something:
   a pipe that nobody uses, a terminal, a link. None of these waits for anyone,
   and the descriptor blocks afterwards as usual. */
#ifndef DISCRECORDER_SAFE_OPEN_H
#define DISCRECORDER_SAFE_OPEN_H

#include <sys/types.h>

/* open(2). Of a pipe without a reader, to write to: ENXIO. Without a writer, to
   read from: it is empty. */
int open_at_once(const char *path, int flags, mode_t mode);

/* The same, but through no link of another user: ELOOP. */
int open_trusted(const char *path, int flags, mode_t mode);

#endif
