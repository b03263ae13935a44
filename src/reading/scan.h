/* scan.h: the job that reads a disc: to check it, to compare it, to store it.
 */
#ifndef DISCRECORDER_SCAN_H
#define DISCRECORDER_SCAN_H

#include "offset.h"

struct scan_piece {
  bool audio;   /* CD-DA: blocks of 2352 bytes, at the scan's offset */
  bool sectors; /* whole ones of mode 2: what counts of them (mode_2.h) */
  int32_t start;
  uint32_t blocks;
  uint64_t bytes; /* that count; 0: all */
  bool md5;       /* an MD5 as well */
  bool store;     /* write it to the file, from 'offset' on */
  uint64_t offset;
  struct source *against; /* counted; NULL: none */
  /* after */
  bool tried, ok;
  uint64_t read_bytes;
  uint32_t unread; /* frames of audio that the drive cannot give: silence */
  uint8_t sha256[DIGEST_SIZE], md5_sum[16];
  int64_t first_bad;
  struct failure failure;
};

struct scan {
  struct job job; /* first */
  unsigned count;
  struct scan_piece *pieces;
  bool raw;
  bool find_offset; /* of audio that is compared; else it is 'offset' */
  int32_t offset;   /* frames after its place where the drive has audio */
  bool refresh;     /* past the drive's buffer first */
  bool keep_going;  /* after a piece that is bad: the next one */
  uint32_t speed;   /* kB/s at most; 0: as it is */
  char *path; /* of the file to store in; NULL: none. Made by the job, must
                 not exist; taken away again after a failure */
  const char *method; /* after: "reload", "fua", "flush", or "plain" */
  struct warnings warnings;
  double seconds;
  struct ring ring;
  uint8_t edges[2 * OFFSET_ROOM];
  int fd;
  bool named; /* the file has its name already */
  struct source *against; /* claimed at the moment; the job's mutex guards it */
};

/* Takes over 'pieces' (malloced) with their sources, also when it fails. */
struct scan *scan_new(struct recorder *r,
                      struct scan_piece *pieces,
                      unsigned count,
                      struct failure *f);

#endif
