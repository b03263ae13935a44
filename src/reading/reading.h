/* reading.h: reading a stretch of the disc in the job's thread while a second
   thread hashes it, compares it with a source or stores it in a file. */
#ifndef DISCRECORDER_READING_H
#define DISCRECORDER_READING_H

#include "../source/source.h"
#include "../recorder/digest.h"
#include "../recorder/job.h"
#include "marks.h"
#include "../recorder/warnings.h"
#include "../recorder/ring.h"

enum sectors {
  SECTORS_DATA,  /* 2048 bytes each, by READ(10) */
  SECTORS_RAW,   /* whole ones of 2352, by READ CD */
  SECTORS_AUDIO, /* 2352 bytes of samples, by READ CD */
  SECTORS_MODE_2 /* the same as whole ones, of mode 2: what counts (mode_2.h) */
};

struct span {
  const uint8_t *bytes;
  size_t len;
};

/*
** Set before: what to read and what to do with it. Set after: sha256 (when all
** of it was read), first_bad. The pointers are the caller's.
*/
struct reading {
  enum sectors kind;
  int32_t start;
  uint32_t blocks;
  uint64_t bytes;      /* of these, what counts; the rest of the last block does
                          not. 0: all of it */
  int32_t shift;       /* bytes after its place where the drive has it */
  struct span before;  /* of what counts, the beginning and the end that are */
  struct span after;   /* out of the drive's reach: taken as they are here */
  bool from_medium;    /* FUA */
  size_t packet;       /* bytes of a READ at most; 0: as many as go */
  struct digest *sha;  /* initialised; NULL: not hashed */
  struct digest *md5;  /* a second one; NULL: none */
  struct marks *marks; /* filled, unless SECTORS_RAW; NULL: none */
  struct source *against; /* compared byte by byte; NULL: not */
  int fd;                 /* written to, from 'offset' on; -1: not */
  uint64_t offset;

  uint8_t sha256[DIGEST_SIZE];
  uint8_t md5_sum[16];
  uint64_t read_bytes; /* that count, as far as it came */
  int64_t first_bad;   /* LBA that could not be read or differs; -1: none */
};

/* Which blocks are really read, and how much of the first one is skipped. */
struct reading_place {
  int32_t first, end;
  size_t skip;
};

struct reading_place reading_place(const struct reading *w);
uint64_t reading_bytes(const struct reading *w);

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
