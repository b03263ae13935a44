/* audio.c: an audio file as a source of CD audio. Nothing stays open between
   readings; each decodes anew. */
#include "audio.h"

#include "audio_convert.h"
#include "measure.h"
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

struct audio_file {
  struct source base;
  struct source_audio audio;
  struct audio_options options;  /* its path is ours */
  struct measure measure;        /* when it was made */
  struct audio_decoder surveyed; /* closed; what was found then */
  struct audio_converter converter;
  int64_t got;    /* frames converted since 'open' */
  uint8_t *bytes; /* a second of CD audio, while it is read */
  size_t at, have;
  atomic_bool cancelled;
  char path[];
};

static void let_go(struct audio_file *self) {
  converter_close(&self->converter);
  free(self->bytes);
  self->bytes = NULL;
}

/* A decoder only when its turn has come: an album has many files. */
static bool audio_open(struct source *s, struct failure *f) {
  struct audio_file *self = (struct audio_file *)s;
  int fd = measure_open(&self->measure, self->path, f);
  if (fd < 0)
    return false;
  close(fd);
  self->got = 0;
  self->at = self->have = 0;
  return true;
}

static bool begin(struct audio_file *self, struct failure *f) {
  int fd = measure_open(&self->measure, self->path, f);
  if (fd < 0)
    return false;
  self->bytes = malloc(AUDIO_RATE * AUDIO_FRAME);
  if (self->bytes == NULL) {
    close(fd);
    return fail(f, FAIL_NO_MEMORY, "out of memory");
  }
  if (converter_open(&self->converter, fd, &self->surveyed, &self->options, f))
    return true;
  let_go(self);
  return false;
}

/* A file that is being written to looks damaged: that is told as what it is. */
static bool blame(struct audio_file *self, struct failure *f) {
  struct failure changed;
  struct stat st;
  if (f->code == FAIL_BAD_FILE && stat(self->path, &st) == 0 &&
      !measure_compare(&self->measure, &st, self->path, &changed))
    *f = changed;
  return false;
}

/* The next frames into 'bytes': at least one, unless it was cancelled. */
static bool refill(struct audio_file *self, struct failure *f) {
  int64_t left = self->options.length - self->got;
  ptrdiff_t n;
  do {
    if (atomic_load(&self->cancelled))
      return fail(f, FAIL_USER_ABORT, "reading was cancelled");
    n = converter_step(&self->converter, self->bytes, left, f);
  } while (n == 0);
  if (n < 0)
    return blame(self, f);
  self->got += n;
  self->at = 0;
  self->have = (size_t)n * AUDIO_FRAME;
  return true;
}

static ptrdiff_t
audio_read(struct source *s, void *buf, size_t len, struct failure *f) {
  struct audio_file *self = (struct audio_file *)s;
  size_t left;
  if (atomic_load(&self->cancelled)) {
    fail(f, FAIL_USER_ABORT, "reading was cancelled");
    return -1;
  }
  if (self->at == self->have) {
    if (self->got == self->options.length)
      return 0;
    if ((self->got == 0 && !begin(self, f)) || !refill(self, f))
      return -1;
  }
  left = self->have - self->at;
  len = len < left ? len : left;
  memcpy(buf, self->bytes + self->at, len);
  self->at += len;
  if (self->at == self->have && self->got == self->options.length)
    let_go(self);
  return (ptrdiff_t)len;
}

static bool audio_check(struct source *s, struct failure *f) {
  struct audio_file *self = (struct audio_file *)s;
  return measure_check(&self->measure, self->path, f);
}

static void audio_shut(struct source *s) {
  struct audio_file *self = (struct audio_file *)s;
  let_go(self);
  atomic_store(&self->cancelled, false);
}

static void audio_cancel(struct source *s) {
  atomic_store(&((struct audio_file *)s)->cancelled, true);
}

static void audio_free(struct source *s) {
  audio_shut(s);
  free(s);
}

static const struct source_ops audio_ops = {
  .kind = "audio",
  .open = audio_open,
  .read = audio_read,
  .check = audio_check,
  .shut = audio_shut,
  .cancel = audio_cancel,
  .free = audio_free,
};

/* === making one === */

/* What libsndfile calls the encoding. */
static void name_encoding(char *name, size_t size, int format) {
  SF_FORMAT_INFO info = {.format = format & SF_FORMAT_SUBMASK};
  if (sf_command(NULL, SFC_GET_FORMAT_INFO, &info, sizeof info) != 0 ||
      info.name == NULL)
    info.name = "unknown";
  strncpy(name, info.name, size - 1);
}

/* One that is too long ends with a whole character. */
static void take_tag(char *out, size_t size, SNDFILE *sf, int which) {
  const char *tag = sf_get_string(sf, which);
  size_t len;
  if (tag == NULL || !utf8_valid(tag))
    return;
  len = strlen(tag);
  if (len >= size)
    for (len = size - 1; len > 0 && (tag[len] & 0xC0) == 0x80; len--)
      ;
  memcpy(out, tag, len);
}

static void describe(struct audio_file *self, const struct audio_decoder *d) {
  struct source_audio *a = &self->audio;
  a->format = decoder_format(d);
  name_encoding(a->encoding, sizeof a->encoding, d->info.format);
  a->rate = d->info.samplerate;
  a->channels = d->info.channels;
  a->frames = d->frames;
  a->from = self->options.from;
  a->total = converted_frames(d->frames, a->rate);
  a->exact = decoder_is_exact(d);
  a->dithers = self->options.dither && !a->exact;
  take_tag(a->title, sizeof a->title, d->sf, SF_STR_TITLE);
  take_tag(a->artist, sizeof a->artist, d->sf, SF_STR_ARTIST);
  take_tag(a->album, sizeof a->album, d->sf, SF_STR_ALBUM);
}

/* Is the part that was asked for in the file? */
static bool choose_part(struct audio_file *self, struct failure *f) {
  struct audio_options *o = &self->options;
  int64_t left = self->audio.total - o->from;
  char shown[SHOWN_PATH];
  if (left <= 0 || o->length > left) {
    fail(f,
         FAIL_BAD_FILE,
         "%s is too short: it has %lld frames of CD audio, %lld are asked for",
         shown_path(self->path, shown),
         (long long)self->audio.total,
         (long long)(o->from + (o->length < 0 ? 1 : o->length)));
    f->advice = "Check where the track begins and ends.";
    return false;
  }
  if (o->length < 0)
    o->length = left;
  self->base.length = o->length * AUDIO_FRAME;
  return true;
}

static bool survey(struct audio_file *self, struct failure *f) {
  struct stat st;
  int fd = open_regular(self->path, &st, f);
  if (fd < 0)
    return false;
  measure_take(&self->measure, &st);
  if (!decoder_survey(&self->surveyed, fd, st.st_size, &self->options, f))
    return blame(self, f);
  describe(self, &self->surveyed);
  decoder_close(&self->surveyed);
  return choose_part(self, f);
}

struct source *source_audio(const struct audio_options *o, struct failure *f) {
  size_t size = strlen(o->path) + 1;
  struct audio_file *self = calloc(1, sizeof *self + size);
  if (self == NULL) {
    fail(f, FAIL_NO_MEMORY, "out of memory");
    return NULL;
  }
  source_init(&self->base, &audio_ops, 0);
  atomic_init(&self->cancelled, false);
  memcpy(self->path, o->path, size);
  self->options = *o;
  self->options.path = self->path;
  self->base.audio = &self->audio;
  if (survey(self, f))
    return &self->base;
  audio_free(&self->base);
  return NULL;
}
