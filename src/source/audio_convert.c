/* audio_convert.c: see audio_convert.h. */
#include "audio_convert.h"

#include <stdlib.h>
#include <string.h>

/* libsamplerate's best filter reaches 144 frames of the lower rate to each
   side; it is an error, and told, when this is too little. */
#define REACH 256

int64_t converted_frames(int64_t frames, int rate) {
  int64_t seconds = frames / rate, rest = frames % rate;
  return seconds * AUDIO_RATE + (rest * AUDIO_RATE + rate / 2) / rate;
}

static size_t greatest_divisor(size_t a, size_t b) {
  while (b != 0) {
    size_t rest = a % b;
    a = b;
    b = rest;
  }
  return a;
}

static bool no_memory(struct failure *f) {
  return fail(f, FAIL_NO_MEMORY, "out of memory");
}

/* 'early' frames of the file are a whole number of a CD's. */
static bool
prepare_rate(struct audio_converter *c, size_t rate, struct failure *f) {
  size_t period = rate / greatest_divisor(rate, AUDIO_RATE);
  size_t reach = rate <= AUDIO_RATE ? REACH : REACH * rate / AUDIO_RATE + 1;
  int error;
  c->early = (reach + period - 1) / period * period;
  c->late = reach;
  c->in = calloc(c->early + rate + c->late, 2 * sizeof *c->in);
  c->src = src_new(SRC_SINC_BEST_QUALITY, 2, &error);
  return (c->in != NULL && c->src != NULL) || no_memory(f);
}

static size_t early_converted(const struct audio_converter *c) {
  return c->early * AUDIO_RATE / (size_t)c->decoder.info.samplerate;
}

bool converter_open(struct audio_converter *c,
                    int fd,
                    const struct audio_decoder *surveyed,
                    const struct audio_options *o,
                    struct failure *f) {
  int rate;
  memset(c, 0, sizeof *c);
  c->options = o;
  c->next = o->from;
  if (!decoder_open(&c->decoder, fd, surveyed, o, f))
    return false;
  c->dithers = o->dither && !decoder_is_exact(&c->decoder);
  rate = c->decoder.info.samplerate;
  if (rate != AUDIO_RATE && !prepare_rate(c, (size_t)rate, f))
    return false;
  c->out = calloc(early_converted(c) + AUDIO_RATE, 2 * sizeof *c->out);
  return c->out != NULL || no_memory(f);
}

void converter_close(struct audio_converter *c) {
  decoder_close(&c->decoder);
  if (c->src != NULL)
    src_delete(c->src);
  free(c->in);
  free(c->out);
  c->src = NULL;
  c->in = c->out = NULL;
}

/* === at a CD's rate === */

static ptrdiff_t step_plain(struct audio_converter *c,
                            uint8_t *bytes,
                            int64_t limit,
                            struct failure *f) {
  size_t count = limit < DECODE_STEP ? (size_t)limit : DECODE_STEP;
  const char *path = c->options->path;
  if (c->decoder.at < c->next)
    return decoder_skip(&c->decoder, c->next, path, f) ? 0 : -1;
  if (!decoder_read(&c->decoder, c->out, count, path, f))
    return -1;
  audio_quantize(bytes, c->out, count, c->next, c->dithers);
  c->next += (int64_t)count;
  return (ptrdiff_t)count;
}

/* === at another === */

/* The frames of the file that have a part in a second of it; the first ones are
   in place after the second before. */
static bool
gather(struct audio_converter *c, int64_t second, struct failure *f) {
  size_t rate = (size_t)c->decoder.info.samplerate;
  size_t early = second == 0 ? 0 : c->early;
  size_t all = early + rate + c->late;
  if (!decoder_read(
        &c->decoder, c->in + 2 * c->kept, all - c->kept, c->options->path, f))
    return false;
  c->kept = all;
  return true;
}

/* What the next second needs again. */
static void keep(struct audio_converter *c) {
  size_t again = c->early + c->late;
  memmove(c->in, c->in + 2 * (c->kept - again), 2 * again * sizeof *c->in);
  c->kept = again;
}

static bool
convert(struct audio_converter *c, size_t early, struct failure *f) {
  SRC_DATA data = {
    .data_in = c->in,
    .input_frames = (long)c->kept,
    .data_out = c->out,
    .output_frames = (long)(early + AUDIO_RATE),
    .src_ratio = (double)AUDIO_RATE / c->decoder.info.samplerate,
  };
  int error = src_reset(c->src);
  if (error == 0)
    error = src_process(c->src, &data);
  if (error != 0)
    return fail(f, FAIL_GENERIC, "resampling failed: %s", src_strerror(error));
  return data.output_frames_gen == data.output_frames ||
         fail(f,
              FAIL_GENERIC,
              "resampling gave %ld of %ld frames",
              data.output_frames_gen,
              data.output_frames);
}

/* The rest, from 'next' on, of the second that it is in. */
static ptrdiff_t step_converted(struct audio_converter *c,
                                uint8_t *bytes,
                                int64_t limit,
                                struct failure *f) {
  int64_t second = c->next / AUDIO_RATE;
  size_t within = (size_t)(c->next % AUDIO_RATE);
  size_t count = AUDIO_RATE - within;
  size_t early = second == 0 ? 0 : early_converted(c);
  int64_t start = second * c->decoder.info.samplerate;
  if (second > 0)
    start -= (int64_t)c->early;
  if (c->kept == 0 && c->decoder.at < start)
    return decoder_skip(&c->decoder, start, c->options->path, f) ? 0 : -1;
  if (!gather(c, second, f) || !convert(c, early, f))
    return -1;
  keep(c);
  count = (int64_t)count < limit ? count : (size_t)limit;
  audio_quantize(
    bytes, c->out + 2 * (early + within), count, c->next, c->dithers);
  c->next += (int64_t)count;
  return (ptrdiff_t)count;
}

ptrdiff_t converter_step(struct audio_converter *c,
                         uint8_t *bytes,
                         int64_t limit,
                         struct failure *f) {
  return c->src == NULL ? step_plain(c, bytes, limit, f)
                        : step_converted(c, bytes, limit, f);
}
