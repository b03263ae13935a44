/* audio_whole.c: has a WAV or AIFF file all that its header announces, and an
   Ogg file its last page? libsndfile takes what there is of one that was cut
   off. */
#include "audio_decode.h"

#include "../bytes.h"
#include "measure.h"
#include <errno.h>
#include <string.h>
#include <unistd.h>

size_t audio_look(int fd, void *buf, size_t len, int64_t at) {
  ssize_t n;
  do
    n = pread(fd, buf, len, (off_t)at);
  while (n < 0 && errno == EINTR);
  return n < 0 ? 0 : (size_t)n;
}

struct chunked {
  const char *form, *type, *data; /* "RIFF", "WAVE", "data" */
  bool big_endian;
};

static const struct chunked chunked[] = {
  {"RIFF", "WAVE", "data", false},
  {"RIFX", "WAVE", "data", true},
  {"FORM", "AIFF", "SSND", true},
  {"FORM", "AIFC", "SSND", true},
};

static const struct chunked *which_chunked(const uint8_t head[12]) {
  for (size_t i = 0; i < sizeof chunked / sizeof *chunked; i++)
    if (memcmp(head, chunked[i].form, 4) == 0 &&
        memcmp(head + 8, chunked[i].type, 4) == 0)
      return &chunked[i];
  return NULL;
}

static uint32_t get_le32(const uint8_t *p) {
  return (uint32_t)p[3] << 24 | (uint32_t)p[2] << 16 | (uint32_t)p[1] << 8 |
         p[0];
}

/* What programs write that do not know the length yet, for a pipe: FFFFFFFFh,
   or 7FFFFFFFh less a header. */
static bool is_unknown(uint32_t length) {
  return length >= 0x7FFFF000;
}

bool audio_whole_chunks(int fd,
                        int64_t size,
                        const char *path,
                        struct failure *f) {
  char shown[SHOWN_PATH];
  uint8_t head[12];
  const struct chunked *c;
  if (audio_look(fd, head, sizeof head, 0) < sizeof head ||
      (c = which_chunked(head)) == NULL)
    return true; /* libsndfile will say */
  for (int64_t at = 12;;) {
    uint32_t length;
    if (audio_look(fd, head, 8, at) < 8)
      return true;
    length = c->big_endian ? get_be32(head + 4) : get_le32(head + 4);
    if (memcmp(head, c->data, 4) == 0)
      return at + 8 + length <= size || is_unknown(length) ||
             fail(f,
                  FAIL_BAD_FILE,
                  "%s is truncated: it has %lld of %lu bytes of samples",
                  shown_path(path, shown),
                  (long long)(size - at - 8),
                  (unsigned long)length);
    at += 8 + (int64_t)length + length % 2;
  }
}

/* RFC 3533, 6: a page is 27 bytes, a table of segments, and the segments. */
struct page {
  int64_t length; /* in all */
  bool last;      /* of its stream */
};

static bool look_page(int fd, int64_t at, struct page *page) {
  uint8_t head[27 + 255];
  size_t got = audio_look(fd, head, sizeof head, at);
  size_t segments = got < 27 ? 0 : head[26];
  if (got < 27 + segments || memcmp(head, "OggS", 4) != 0)
    return false;
  page->last = head[5] & 4;
  page->length = 27 + (int64_t)segments;
  for (size_t i = 0; i < segments; i++)
    page->length += head[27 + i];
  return true;
}

bool audio_whole_ogg(int fd,
                     int64_t size,
                     const char *path,
                     struct failure *f) {
  char shown[SHOWN_PATH];
  struct page page;
  int64_t at = 0;
  if (!look_page(fd, 0, &page))
    return true; /* something else */
  for (; at < size; at += page.length) {
    if (look_page(fd, at, &page))
      continue;
    if (size - at < 27 + 255)
      break; /* maybe the beginning of one */
    return fail(f,
                FAIL_BAD_FILE,
                "%s is damaged: no Ogg page begins at byte %lld",
                shown_path(path, shown),
                (long long)at);
  }
  return (at == size && page.last) ||
         fail(f,
              FAIL_BAD_FILE,
              "%s is truncated: its last page is missing",
              shown_path(path, shown));
}
