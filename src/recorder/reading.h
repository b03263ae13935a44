/* reading.h: reading a stretch of the disc in the job's thread while a second
   thread hashes it, compares it with a source or stores it in a file. */
#ifndef DISCRECORDER_READING_H
#define DISCRECORDER_READING_H

#include "../source/source.h"
#include "digest.h"
#include "job.h"
#include "plan.h"
#include "ring.h"

/*
** Set before: what to read and what to do with it. Set after: sha256 (when all
** of it was read), first_bad. The pointers are the caller's.
*/
struct reading {
  int32_t start;
  uint32_t blocks;
  uint64_t bytes;      /* of these, what counts; the rest of the last block does
                          not. 0: all of it */
  bool raw;            /* whole sectors of 2352 bytes, by READ CD */
  bool from_medium;    /* FUA */
  size_t packet;       /* bytes of a READ at most; 0: as many as go */
  struct digest *sha;  /* initialised; NULL: not hashed */
  struct digest *md5;  /* a second one; NULL: none */
  struct marks *marks; /* filled, unless 'raw'; NULL: none */
  struct source *against; /* compared byte by byte; NULL: not */
  int fd;                 /* written to, from 'offset' on; -1: not */
  uint64_t offset;

  uint8_t sha256[DIGEST_SIZE];
  uint8_t md5_sum[16];
  uint64_t read_bytes;
  int64_t first_bad; /* LBA that could not be read or differs; -1: none */
};

#define READING_RING (4 * 1024 * 1024)

/*
** False: the failure says why; first_bad says where, when it is the disc's
** fault. A difference from 'against' is verify_failed. Progress goes to the job
** as done_before and up.
*/
bool reading_run(struct job *j,
                 struct ring *ring,
                 struct reading *what,
                 uint64_t done_before,
                 struct failure *f);

/* Blocks from 'start' to before 'end'. */
struct stretch {
  int32_t start, end;
};

/*
** refresh.c: make what is read next come from the medium and not from the
** drive's buffer: reload the tray where the drive can ("reload"), else read as
** much elsewhere as its buffer holds and tell to read with FUA ("fua"), or
** without it where the drive refuses it ("flush"). A disc that is too small for
** that gives a warning. NULL: it failed.
*/
const char *reading_refresh(struct job *j,
                            const struct stretch *proved,
                            struct warnings *w,
                            struct failure *f);

#endif
