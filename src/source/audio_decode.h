/* audio_decode.h: an audio file through libsndfile, as stereo floats at the
   file's own rate. Full scale is 1. */
#ifndef DISCRECORDER_AUDIO_DECODE_H
#define DISCRECORDER_AUDIO_DECODE_H

#include "audio.h"
#include <sndfile.h>
#include <sys/types.h>

/* Bytes in front of a file, from 'begin' on, that are not in it; those behind
   the ones that stand here are zeros. Length 0: none. */
struct audio_prefix {
  size_t length;
  uint8_t bytes[64];
  int64_t begin;
};

struct audio_io {
  int fd;
  int64_t size; /* of the file */
  struct audio_prefix prefix;
  int64_t at; /* the prefix is counted */
};

struct audio_decoder {
  SNDFILE *sf; /* NULL: not open; then io.fd is closed too */
  struct audio_io io;
  SF_INFO info;
  int64_t frames; /* of the file: from the survey */
  int64_t at;     /* the next one to be read */
  bool seeks;     /* to the very sample, and it decodes to the same there */
  bool floats;    /* which may be no numbers */
  float mix[2][AUDIO_CHANNELS]; /* left and right, of each channel */
  float *raw;                   /* DECODE_STEP frames of the file's channels */
};

#define DECODE_STEP 4096

/*
** Open, and find out how many frames there are, counting them where the header
** does not say, and what prefix is needed. Refuses what cannot be decoded whole
** (bad_file) and what is not for CDs (unsupported). Takes over the descriptor.
** Afterwards it may be at its end: close it. A failure has closed it.
*/
bool decoder_survey(struct audio_decoder *d,
                    int fd,
                    int64_t size,
                    const struct audio_options *o,
                    struct failure *f);

/* Open at the start, with what a survey of the same file found. */
bool decoder_open(struct audio_decoder *d,
                  int fd,
                  const struct audio_decoder *surveyed,
                  const struct audio_options *o,
                  struct failure *f);

/* Twice does no harm. */
void decoder_close(struct audio_decoder *d);

/* The next 'count' frames; silence where the file has ended. */
bool decoder_read(struct audio_decoder *d,
                  float *stereo,
                  size_t count,
                  const char *path,
                  struct failure *f);

/*
** Go on towards a frame; false with a failure. Where a file cannot be entered
** in its midst what comes before is decoded, a step a call: call it until 'at'
** is there.
*/
bool decoder_skip(struct audio_decoder *d,
                  int64_t frame,
                  const char *path,
                  struct failure *f);

/* Are its samples, as they are, CD audio of 16 bits? */
bool decoder_is_exact(const struct audio_decoder *d);

/* "flac", "wav", ...; "other" for one that has no name here. */
const char *decoder_format(const struct audio_decoder *d);

/*
** The weights of each channel in left and right (audio_mix.c). False: a channel
** with a place that the rule does not know.
*/
bool audio_mix(SNDFILE *sf, int channels, float mix[2][AUDIO_CHANNELS]);

/* Up to len bytes at a place in the file; as many as were read. */
size_t audio_look(int fd, void *buf, size_t len, int64_t at);

/* Does a WAV or AIFF file have all the samples that its header announces? */
bool audio_whole_chunks(int fd,
                        int64_t size,
                        const char *path,
                        struct failure *f);

/* Does an Ogg file end with the last page of a stream? */
bool audio_whole_ogg(int fd, int64_t size, const char *path, struct failure *f);

/*
** Is an MP3 file a row of whole frames? True for what is no MP3. 'prefix' is a
** header then that tells its length, where it has none that does.
*/
bool audio_whole_mp3(int fd,
                     int64_t size,
                     struct audio_prefix *prefix,
                     const char *path,
                     struct failure *f);

/* libsndfile on what stands in *self, which must stay where it is. */
SNDFILE *audio_io_open(struct audio_io *self, SF_INFO *info);

#endif
