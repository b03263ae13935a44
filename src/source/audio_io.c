/* audio_io.c: what libsndfile reads from: the file, or a part of it behind some
   bytes that are not in it. */
#include "audio_decode.h"

#include <string.h>

static struct audio_io *io(void *user) {
  return user;
}

static sf_count_t io_length(void *user) {
  struct audio_io *self = io(user);
  return (sf_count_t)self->prefix.length + self->size - self->prefix.begin;
}

static sf_count_t io_seek(sf_count_t offset, int whence, void *user) {
  struct audio_io *self = io(user);
  sf_count_t base = whence == SEEK_SET   ? 0
                    : whence == SEEK_CUR ? self->at
                                         : io_length(user);
  if (base + offset < 0)
    return -1;
  self->at = base + offset;
  return self->at;
}

/* What is not among its bytes is zero. */
static size_t
copy_prefix(const struct audio_prefix *p, int64_t at, uint8_t *to, size_t len) {
  size_t left = p->length - (size_t)at, some;
  len = len < left ? len : left;
  memset(to, 0, len);
  if ((size_t)at < sizeof p->bytes) {
    some = sizeof p->bytes - (size_t)at;
    memcpy(to, p->bytes + at, len < some ? len : some);
  }
  return len;
}

static sf_count_t io_read(void *to, sf_count_t count, void *user) {
  struct audio_io *self = io(user);
  int64_t prefix = (int64_t)self->prefix.length;
  size_t len = (size_t)count, got = 0;
  if (self->at < prefix)
    got = copy_prefix(&self->prefix, self->at, to, len);
  got += audio_look(self->fd,
                    (uint8_t *)to + got,
                    len - got,
                    self->at + (int64_t)got - prefix + self->prefix.begin);
  self->at += (int64_t)got;
  return (sf_count_t)got;
}

static sf_count_t io_write(const void *from, sf_count_t count, void *user) {
  (void)from;
  (void)count;
  (void)user;
  return 0;
}

static sf_count_t io_tell(void *user) {
  return io(user)->at;
}

SNDFILE *audio_io_open(struct audio_io *self, SF_INFO *info) {
  static SF_VIRTUAL_IO functions = {
    .get_filelen = io_length,
    .seek = io_seek,
    .read = io_read,
    .write = io_write,
    .tell = io_tell,
  };
  self->at = 0;
  return sf_open_virtual(&functions, SFM_READ, info, self);
}
