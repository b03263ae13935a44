/* log.h: what shim.c writes down, and cut.c reads: one of these after the
   other, each followed by 'nbytes' bytes. */
#ifndef KILLS_LOG_H
#define KILLS_LOG_H

#include <stdint.h>

#define KILLS_FILES 1024 /* in the folder, in one run */

enum kills_what {
  KILLS_WRITE = 1,   /* the bytes, at 'offset' */
  KILLS_LENGTH,      /* the file is 'len' long */
  KILLS_HOLE,        /* 'len' zeros at 'offset'; its length stays */
  KILLS_SYNC,        /* the file is on the disk */
  KILLS_LINK,        /* the bytes are its name now */
  KILLS_UNLINK,      /* the bytes are a name that is no more */
  KILLS_SYNC_FOLDER, /* the names are on the disk */
};

struct kills_change {
  uint32_t what; /* enum kills_what */
  uint32_t nbytes;
  uint64_t file; /* its number, from 1; 0: none */
  uint64_t offset, len;
};

#endif
