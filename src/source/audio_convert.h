/* audio_convert.h: the frames of a file as those of a CD, from any one on. */
#ifndef DISCRECORDER_AUDIO_CONVERT_H
#define DISCRECORDER_AUDIO_CONVERT_H

#include "audio_decode.h"
#include <samplerate.h>

/*
** Frames of CD audio come in steps of a second at most. Another rate than a
** CD's is converted second by second: the converter starts anew at each whole
** second of the file, some frames early, so that its phase there is zero and a
** piece of a file is to the bit what the whole has at that place, without
** having been converted from the start.
*/
struct audio_converter {
  struct audio_decoder decoder;
  const struct audio_options *options;
  SRC_STATE *src; /* NULL: the file has a CD's rate */
  int64_t next;   /* frame of CD audio that is made next */
  size_t early;   /* frames of the file before a second, */
  size_t late;    /* and behind it, that have a part in it */
  size_t kept;    /* frames that are in 'in' already */
  bool dithers;
  float *in;  /* early + a second of the file + late */
  float *out; /* early, converted, + a second of a CD */
};

/* The converter may be closed, any number of times, whatever this gives. */
bool converter_open(struct audio_converter *c,
                    int fd,
                    const struct audio_decoder *surveyed,
                    const struct audio_options *o,
                    struct failure *f);
void converter_close(struct audio_converter *c);

/*
** Make some of the next frames, at most 'limit' and AUDIO_RATE, as bytes; gives
** how many, 0 when it was only a step towards the first, -1 for a failure.
*/
ptrdiff_t converter_step(struct audio_converter *c,
                         uint8_t *bytes,
                         int64_t limit,
                         struct failure *f);

/* How many frames of CD audio a whole file is. */
int64_t converted_frames(int64_t frames, int rate);

/* Samples of 16 bits, little endian, from floats; audio_dither.c. 'at' is the
   first one's frame in the file: what is added depends on nothing else. */
void audio_quantize(
  uint8_t *bytes, const float *stereo, size_t count, int64_t at, bool dithers);

#endif
