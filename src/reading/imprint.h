/* imprint.h: what is kept of a track of audio while it is written, so that it
   is known again when a drive reads it some samples too early or too late. */
#ifndef DISCRECORDER_IMPRINT_H
#define DISCRECORDER_IMPRINT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IMPRINT_BLOCK 2352 /* 588 frames of CD audio */
#define IMPRINT_FRAME 4    /* bytes: a sample of each channel */
#define IMPRINT_EDGE 5     /* blocks at either end */
#define IMPRINT_SILENCE 64 /* frames */

/*
** Frames that are not all silent, with the silence that borders on them where
** there is some: by where it ends even a steady tone has its place.
*/
struct anchor {
  bool on;
  uint32_t frame; /* of the track */
  size_t len;     /* bytes */
  uint8_t bytes[IMPRINT_BLOCK + IMPRINT_SILENCE * IMPRINT_FRAME];
};

struct imprint {
  uint32_t blocks;
  struct anchor first, last;
  uint8_t head[IMPRINT_EDGE * IMPRINT_BLOCK];
  uint8_t tail[IMPRINT_EDGE * IMPRINT_BLOCK]; /* block b at b % IMPRINT_EDGE */
};

/* A zeroed one is empty. The track's next block. */
void imprint_add(struct imprint *im, const uint8_t block[IMPRINT_BLOCK]);

/* Bytes of the track from a place on, which are within its first or its last
   IMPRINT_EDGE blocks. */
void imprint_get(const struct imprint *im,
                 uint64_t from,
                 uint8_t *out,
                 size_t len);

#endif
