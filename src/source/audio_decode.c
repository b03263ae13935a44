/* audio_decode.c: see audio_decode.h. libsndfile reads through us, so that it
   guesses by what is in a file and never by its name. */
#include "audio_decode.h"

#include "measure.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define LEAST_RATE 1000
#define MOST_RATE 768000

/* What else the file may be goes by SF_FORMAT_TYPEMASK. */
static const struct format {
  int type;
  const char *name;
} formats[] = {
  {SF_FORMAT_WAV, "wav"},
  {SF_FORMAT_WAVEX, "wav"},
  {SF_FORMAT_RF64, "wav"},
  {SF_FORMAT_AIFF, "aiff"},
  {SF_FORMAT_FLAC, "flac"},
  {SF_FORMAT_OGG, "ogg"},
  {SF_FORMAT_MPEG, "mp3"},
  {SF_FORMAT_CAF, "caf"},
  {SF_FORMAT_W64, "w64"},
  {SF_FORMAT_AU, "au"},
  {SF_FORMAT_RAW, "raw"},
};

/* Decoded, these are 16 bits or fewer. */
static const int narrow[] = {
  SF_FORMAT_PCM_S8,
  SF_FORMAT_PCM_U8,
  SF_FORMAT_PCM_16,
  SF_FORMAT_ALAC_16,
  SF_FORMAT_ULAW,
  SF_FORMAT_ALAW,
  SF_FORMAT_IMA_ADPCM,
  SF_FORMAT_MS_ADPCM,
};

/* Samples stand for themselves, wherever one begins to read. */
static const int seekable[] = {
  SF_FORMAT_PCM_S8,
  SF_FORMAT_PCM_U8,
  SF_FORMAT_PCM_16,
  SF_FORMAT_PCM_24,
  SF_FORMAT_PCM_32,
  SF_FORMAT_FLOAT,
  SF_FORMAT_DOUBLE,
  SF_FORMAT_ULAW,
  SF_FORMAT_ALAW,
};

#define COUNT(a) (sizeof(a) / sizeof *(a))

static bool is_among(int encoding, const int *list, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (encoding == list[i])
      return true;
  return false;
}

static int encoding(const struct audio_decoder *d) {
  return d->info.format & SF_FORMAT_SUBMASK;
}

const char *decoder_format(const struct audio_decoder *d) {
  for (size_t i = 0; i < COUNT(formats); i++)
    if ((d->info.format & SF_FORMAT_TYPEMASK) == formats[i].type)
      return formats[i].name;
  return "other";
}

bool decoder_is_exact(const struct audio_decoder *d) {
  return d->info.samplerate == AUDIO_RATE && d->info.channels <= 2 &&
         is_among(encoding(d), narrow, COUNT(narrow));
}

void decoder_close(struct audio_decoder *d) {
  if (d->sf != NULL) {
    sf_close(d->sf);
    close(d->io.fd);
  }
  free(d->raw);
  d->sf = NULL;
  d->raw = NULL;
}

/* === opening === */

static void describe_raw(SF_INFO *info, const struct audio_raw *raw) {
  info->format = SF_FORMAT_RAW |
                 (raw->bits == 16   ? SF_FORMAT_PCM_16
                  : raw->bits == 24 ? SF_FORMAT_PCM_24
                                    : SF_FORMAT_PCM_32) |
                 (raw->big_endian ? SF_ENDIAN_BIG : SF_ENDIAN_LITTLE);
  info->samplerate = raw->rate;
  info->channels = raw->channels;
}

static bool check_raw(const struct audio_raw *raw,
                      int64_t size,
                      const char *path,
                      struct failure *f) {
  char shown[SHOWN_PATH];
  int frame = raw->channels * raw->bits / 8;
  return size % frame == 0 ||
         fail(f,
              FAIL_BAD_FILE,
              "%s has %lld bytes, no multiple of the %d of a frame",
              shown_path(path, shown),
              (long long)size,
              frame);
}

static bool fail_open(const char *path, struct failure *f) {
  int error = sf_error(NULL);
  char shown[SHOWN_PATH];
  if (error == SF_ERR_UNRECOGNISED_FORMAT) {
    fail(f,
         FAIL_BAD_FILE,
         "%s is no audio file that libsndfile knows",
         shown_path(path, shown));
    f->advice = "Use WAV, AIFF, FLAC, Ogg or MP3; say how raw samples are.";
  } else if (error == SF_ERR_UNSUPPORTED_ENCODING) {
    fail(f,
         FAIL_UNSUPPORTED,
         "%s: %s",
         shown_path(path, shown),
         sf_strerror(NULL));
    f->advice = "Convert it to WAV or FLAC.";
  } else
    fail(
      f, FAIL_BAD_FILE, "%s: %s", shown_path(path, shown), sf_strerror(NULL));
  return false;
}

static bool
check_kind(struct audio_decoder *d, const char *path, struct failure *f) {
  char shown[SHOWN_PATH];
  shown_path(path, shown);
  if (d->info.channels < 1 || d->info.channels > AUDIO_CHANNELS)
    fail(f,
         FAIL_UNSUPPORTED,
         "%s has %d channels; at most %d can be mixed to two",
         shown,
         d->info.channels,
         AUDIO_CHANNELS);
  else if (d->info.samplerate < LEAST_RATE || d->info.samplerate > MOST_RATE)
    fail(f,
         FAIL_UNSUPPORTED,
         "%s has a sample rate of %d Hz; %d to %d can be converted",
         shown,
         d->info.samplerate,
         LEAST_RATE,
         MOST_RATE);
  else if (!audio_mix(d->sf, d->info.channels, d->mix))
    fail(f,
         FAIL_UNSUPPORTED,
         "%s has a channel whose place cannot be mixed to two",
         shown);
  else
    return true;
  f->culprit = CULPRIT_DATA;
  f->advice = "Convert it to a stereo WAV or FLAC file.";
  return false;
}

static bool check_whole(int fd,
                        int64_t size,
                        const struct audio_options *o,
                        struct audio_prefix *prefix,
                        struct failure *f) {
  memset(prefix, 0, sizeof *prefix);
  if (o->raw.is_raw)
    return check_raw(&o->raw, size, o->path, f);
  return audio_whole_chunks(fd, size, o->path, f) &&
         audio_whole_ogg(fd, size, o->path, f) &&
         audio_whole_mp3(fd, size, prefix, o->path, f);
}

/* 'd' is cleared, but for 'io'. */
static bool start(struct audio_decoder *d,
                  const struct audio_options *o,
                  struct failure *f) {
  int type;
  if (o->raw.is_raw)
    describe_raw(&d->info, &o->raw);
  d->sf = audio_io_open(&d->io, &d->info);
  if (d->sf == NULL) {
    close(d->io.fd);
    return fail_open(o->path, f);
  }
  type = encoding(d);
  d->seeks = is_among(type, seekable, COUNT(seekable));
  d->floats = type == SF_FORMAT_FLOAT || type == SF_FORMAT_DOUBLE;
  if (check_kind(d, o->path, f)) {
    d->raw = calloc(DECODE_STEP * (size_t)d->info.channels, sizeof *d->raw);
    if (d->raw != NULL)
      return true;
    fail(f, FAIL_NO_MEMORY, "out of memory");
  }
  decoder_close(d);
  return false;
}

bool decoder_open(struct audio_decoder *d,
                  int fd,
                  const struct audio_decoder *surveyed,
                  const struct audio_options *o,
                  struct failure *f) {
  *d = (struct audio_decoder){.io = surveyed->io, .frames = surveyed->frames};
  d->io.fd = fd;
  return start(d, o, f);
}

/* === reading === */

/* Frames of the file's channels, at most DECODE_STEP; -1 for a failure. */
static sf_count_t decode(struct audio_decoder *d,
                         float *to,
                         sf_count_t count,
                         const char *path,
                         struct failure *f) {
  char shown[SHOWN_PATH];
  sf_count_t got = sf_readf_float(d->sf, to, count);
  if (sf_error(d->sf) != SF_ERR_NO_ERROR) {
    fail(f,
         FAIL_BAD_FILE,
         "%s is damaged near frame %lld: %s",
         shown_path(path, shown),
         (long long)d->at,
         sf_strerror(d->sf));
    return -1;
  }
  d->at += got;
  return got;
}

static bool
fail_short(const struct audio_decoder *d, const char *path, struct failure *f) {
  char shown[SHOWN_PATH];
  return fail(f,
              FAIL_BAD_FILE,
              "%s ends after %lld of %lld frames",
              shown_path(path, shown),
              (long long)d->at,
              (long long)d->frames);
}

/* Where the header does not say how many frames there are, all are decoded. */
static bool
count_frames(struct audio_decoder *d, const char *path, struct failure *f) {
  sf_count_t got;
  do
    got = decode(d, d->raw, DECODE_STEP, path, f);
  while (got > 0);
  d->frames = d->at;
  return got == 0;
}

bool decoder_survey(struct audio_decoder *d,
                    int fd,
                    int64_t size,
                    const struct audio_options *o,
                    struct failure *f) {
  char shown[SHOWN_PATH];
  *d = (struct audio_decoder){.io = {.fd = fd, .size = size}};
  if (!check_whole(fd, size, o, &d->io.prefix, f)) {
    close(fd);
    return false;
  }
  if (!start(d, o, f))
    return false;
  d->frames = d->info.frames;
  if ((d->frames < SF_COUNT_MAX || count_frames(d, o->path, f)) &&
      (d->frames > 0 ||
       fail(f, FAIL_BAD_FILE, "%s has no samples", shown_path(o->path, shown))))
    return true;
  decoder_close(d);
  return false;
}

static void mix(const struct audio_decoder *d, float *stereo, size_t count) {
  size_t channels = (size_t)d->info.channels;
  const float *in = d->raw;
  for (size_t i = 0; i < count; i++, in += channels, stereo += 2) {
    float left = 0, right = 0;
    for (size_t c = 0; c < channels; c++) {
      left += d->mix[0][c] * in[c];
      right += d->mix[1][c] * in[c];
    }
    stereo[0] = left;
    stereo[1] = right;
  }
}

/* Only floats can be no numbers. */
static bool are_numbers(const float *samples, size_t count) {
  for (size_t i = 0; i < count; i++)
    if (!isfinite(samples[i]))
      return false;
  return true;
}

bool decoder_read(struct audio_decoder *d,
                  float *stereo,
                  size_t count,
                  const char *path,
                  struct failure *f) {
  char shown[SHOWN_PATH];
  while (count > 0 && d->at < d->frames) {
    sf_count_t want = d->frames - d->at, got;
    want = want < (sf_count_t)count ? want : (sf_count_t)count;
    want = want < DECODE_STEP ? want : DECODE_STEP;
    got = decode(d, d->info.channels == 2 ? stereo : d->raw, want, path, f);
    if (got <= 0)
      return got == 0 && fail_short(d, path, f);
    if (d->info.channels != 2)
      mix(d, stereo, (size_t)got);
    if (d->floats && !are_numbers(stereo, 2 * (size_t)got))
      return fail(f,
                  FAIL_BAD_FILE,
                  "%s has samples that are no numbers",
                  shown_path(path, shown));
    stereo += 2 * got;
    count -= (size_t)got;
  }
  memset(stereo, 0, 2 * count * sizeof *stereo);
  return true;
}

bool decoder_skip(struct audio_decoder *d,
                  int64_t frame,
                  const char *path,
                  struct failure *f) {
  char shown[SHOWN_PATH];
  sf_count_t got, step = frame - d->at;
  if (step == 0)
    return true;
  if (d->seeks) {
    if (sf_seek(d->sf, frame, SEEK_SET) != frame)
      return fail(f,
                  FAIL_BAD_FILE,
                  "%s is damaged near frame %lld: it cannot be found",
                  shown_path(path, shown),
                  (long long)frame);
    d->at = frame;
    return true;
  }
  got = decode(d, d->raw, step < DECODE_STEP ? step : DECODE_STEP, path, f);
  return got > 0 || (got == 0 && fail_short(d, path, f));
}
