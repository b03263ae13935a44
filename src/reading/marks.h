/* marks.h: a small checksum of every few blocks, kept while writing, by which a
   read-back that differs says where. */
#ifndef DISCRECORDER_MARKS_H
#define DISCRECORDER_MARKS_H

#include "imprint.h"

/*
** At most MARKS_MAX marks, each of 'blocks_per_mark' blocks: one block while
** that is enough, else twice as many, and so on. So memory stays bounded and a
** CD's every block has its own.
*/
struct marks {
  uint32_t *values;
  size_t count;
  size_t block; /* bytes */
  unsigned blocks_per_mark;
  struct imprint *imprint; /* of audio that is written; else NULL */
  /* of the mark in the making */
  uint32_t sum;
  unsigned blocks;
  size_t have; /* of the block in the making, by marks_pour */
  uint8_t partial[IMPRINT_BLOCK];
};

#define MARKS_MAX (512u * 1024)

/* For a track of so many blocks of 2048 bytes, or of IMPRINT_BLOCK; of 'audio'
   with an imprint. */
bool marks_init(struct marks *m, uint64_t blocks, size_t block, bool audio);
/* To be compared with marks that are complete. */
bool marks_init_like(struct marks *m, const struct marks *other);
void marks_add(struct marks *m, const uint8_t *data, size_t blocks);
/* The same, of bytes that come as they may. */
void marks_pour(struct marks *m, const uint8_t *data, size_t len);
/* Zeros fill a block that was begun. */
void marks_end(struct marks *m);
void marks_free(struct marks *m);
/* The first block at which two lots of marks differ; -1: nowhere. */
int64_t marks_differ(const struct marks *a, const struct marks *b);

#endif
