/* audio.h: audio files as CD audio: 44 100 frames a second of two samples, left
   and right, of 16 bits, signed, little endian. A frame, as the files have it,
   is one sample of each channel. docs/sources.md says what is done to files
   that are otherwise. */
#ifndef DISCRECORDER_AUDIO_H
#define DISCRECORDER_AUDIO_H

#include "source.h"

#define AUDIO_RATE 44100
#define AUDIO_FRAME 4 /* bytes */
#define AUDIO_CHANNELS 8

/* A file without a header: what it would have said. */
struct audio_raw {
  bool is_raw;
  bool big_endian;
  int rate;     /* Hz */
  int channels; /* 1 to AUDIO_CHANNELS */
  int bits;     /* 16, 24 or 32 */
};

struct audio_options {
  const char *path;
  int64_t from;   /* frames of CD audio that are left out at the start */
  int64_t length; /* frames of CD audio, or -1: to the end */
  bool dither;    /* where samples do not have 16 bits by themselves */
  struct audio_raw raw;
};

/* The part of a file from 'from' on. Opened and checked now; 'audio' is set. */
struct source *source_audio(const struct audio_options *o, struct failure *f);

#endif
