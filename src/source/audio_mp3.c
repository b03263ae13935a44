/* audio_mp3.c: is an MP3 file whole, and how long is it? libsndfile believes
   its header (Xing, Info), estimates the length where it has none, gives no
   more than that, and passes over what is damaged. So frames are counted here,
   without decoding one, and a file without a true header gets one. */
#include "audio_decode.h"

#include "../bytes.h"
#include "measure.h"
#include <string.h>

/* kbit/s by version (MPEG 1; 2 and 2.5), layer and index. */
static const uint16_t kilobits[2][3][15] = {
  {{0, 32, 64, 96, 128, 160, 192, 224, 256, 288, 320, 352, 384, 416, 448},
   {0, 32, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320, 384},
   {0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320}},
  {{0, 32, 48, 56, 64, 80, 96, 112, 128, 144, 160, 176, 192, 224, 256},
   {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160},
   {0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160}},
};
static const uint16_t rates[3] = {44100, 48000, 32000};

struct mp3_frame {
  uint32_t length; /* bytes; 0: free format, which is never told */
  unsigned layer;  /* 1, 2, 3 */
  size_t xing;     /* where a Xing header stands */
};

/* ISO/IEC 11172-3, 2.4.1.3 */
static bool parse_frame(const uint8_t h[4], struct mp3_frame *frame) {
  unsigned version = h[1] >> 3 & 3; /* 0: 2.5, 2: 2, 3: 1 */
  unsigned layer = 4 - (h[1] >> 1 & 3);
  unsigned bitrate = h[2] >> 4, rate = h[2] >> 2 & 3, padding = h[2] >> 1 & 1;
  bool low = version != 3, mono = h[3] >> 6 == 3;
  uint32_t bits, hz;
  if (h[0] != 0xFF || (h[1] & 0xE0) != 0xE0 || version == 1 || layer == 4 ||
      bitrate == 15 || rate == 3)
    return false;
  bits = kilobits[low][layer - 1][bitrate] * 1000u;
  hz = (uint32_t)rates[rate] >> (version == 3 ? 0 : version == 2 ? 1 : 2);
  frame->layer = layer;
  frame->xing = 4 + (low ? (mono ? 9 : 17) : (mono ? 17 : 32));
  frame->length = bits == 0           ? 0
                  : layer == 1        ? (12 * bits / hz + padding) * 4
                  : layer == 3 && low ? 72 * bits / hz + padding
                                      : 144 * bits / hz + padding;
  return true;
}

/* Past ID3v2 tags and the zeros that some programs leave behind them. */
static int64_t first_frame(int fd) {
  int64_t at = 0;
  uint8_t h[10];
  while (audio_look(fd, h, 10, at) == 10 && memcmp(h, "ID3", 3) == 0)
    at += 10 + (h[5] & 0x10 ? 10 : 0) +
          ((int64_t)(h[6] & 127) << 21 | (h[7] & 127) << 14 |
           (h[8] & 127) << 7 | (h[9] & 127));
  while (at > 0 && audio_look(fd, h, 1, at) == 1 && h[0] == 0)
    at++;
  return at;
}

static bool is_tag(const uint8_t *p, size_t len) {
  static const char *const tags[] = {"TAG", "APETAGEX", "LYRICSBEGIN", "ID3"};
  for (size_t i = 0; i < sizeof tags / sizeof *tags; i++)
    if (len >= strlen(tags[i]) && memcmp(p, tags[i], strlen(tags[i])) == 0)
      return true;
  return false;
}

/* The frames that a Xing header in the first frame counts, itself left out; -1
   where there is none. Some programs put it behind a checksum. */
static int64_t announced(int fd, int64_t at, const struct mp3_frame *frame) {
  uint8_t h[12];
  for (int64_t shift = 0; shift <= 2; shift += 2)
    if (audio_look(fd, h, sizeof h, at + (int64_t)frame->xing + shift) ==
          sizeof h &&
        (memcmp(h, "Xing", 4) == 0 || memcmp(h, "Info", 4) == 0))
      return h[7] & 1 ? get_be32(h + 8) : 0;
  return -1;
}

/* A frame of silence with a Xing header: the first one's kind, no checksum, and
   the lowest bitrate that has room. */
static bool
make_header(const uint8_t first[4], int64_t count, struct audio_prefix *p) {
  struct mp3_frame frame;
  memcpy(p->bytes, first, 4);
  p->bytes[1] |= 1;
  for (unsigned bitrate = 1; bitrate < 15; bitrate++) {
    p->bytes[2] = (uint8_t)((first[2] & 0x0C) | bitrate << 4);
    if (!parse_frame(p->bytes, &frame) || frame.length < frame.xing + 12)
      continue;
    memcpy(p->bytes + frame.xing, "Xing\0\0\0\1", 8);
    put_be32(p->bytes + frame.xing + 8, (uint32_t)count);
    p->length = frame.length;
    return true;
  }
  return false;
}

/* A window of the file that is read in order. */
struct window {
  int fd;
  int64_t at;
  size_t have;
  uint8_t bytes[16384];
};

static const uint8_t *look(struct window *w, int64_t at, size_t *len) {
  if (at < w->at || at + 16 > w->at + (int64_t)w->have) {
    w->at = at;
    w->have = audio_look(w->fd, w->bytes, sizeof w->bytes, at);
  }
  *len = w->have - (size_t)(at - w->at);
  return w->bytes + (at - w->at);
}

/* What may follow the last frame: nothing, zeros, tags. */
static bool is_end(struct window *w, int64_t at, int64_t size) {
  size_t len;
  const uint8_t *p = look(w, at, &len);
  while (at < size && *p == 0)
    p = look(w, ++at, &len);
  return at >= size || is_tag(p, len);
}

/* The number of whole frames from 'at' on; -1 and a failure. */
static int64_t count_frames(
  int fd, int64_t at, int64_t size, const char *path, struct failure *f) {
  char shown[SHOWN_PATH];
  struct window w = {.fd = fd};
  struct mp3_frame frame;
  for (int64_t count = 0;; count++, at += frame.length) {
    size_t len;
    const uint8_t *p = look(&w, at, &len);
    if (len < 4 || !parse_frame(p, &frame) || frame.length == 0) {
      if (is_end(&w, at, size))
        return count;
      fail(f,
           FAIL_BAD_FILE,
           "%s is damaged: no MP3 frame begins at byte %lld",
           shown_path(path, shown),
           (long long)at);
      return -1;
    }
    if (at + frame.length > size) {
      fail(f,
           FAIL_BAD_FILE,
           "%s is truncated: its last frame has %lld of %lu bytes",
           shown_path(path, shown),
           (long long)(size - at),
           (unsigned long)frame.length);
      return -1;
    }
  }
}

static bool fail_kind(const char *path, const char *what, struct failure *f) {
  char shown[SHOWN_PATH];
  fail(
    f, FAIL_UNSUPPORTED, "%s is MPEG audio %s", shown_path(path, shown), what);
  f->culprit = CULPRIT_DATA;
  f->advice = "Convert it to WAV or FLAC.";
  return false;
}

bool audio_whole_mp3(int fd,
                     int64_t size,
                     struct audio_prefix *prefix,
                     const char *path,
                     struct failure *f) {
  char shown[SHOWN_PATH];
  int64_t first = first_frame(fd), said, count;
  struct mp3_frame frame;
  uint8_t h[4];
  memset(prefix, 0, sizeof *prefix);
  if (audio_look(fd, h, sizeof h, first) < sizeof h || !parse_frame(h, &frame))
    return true; /* something else */
  if (frame.layer != 3)
    return fail_kind(path, "of another layer than 3", f);
  if (frame.length == 0)
    return fail_kind(path, "of a free bitrate", f);
  count = count_frames(fd, first, size, path, f);
  if (count < 0)
    return false;
  said = announced(fd, first, &frame);
  if (said == count - 1)
    return true;
  if (said > count - 1)
    return fail(f,
                FAIL_BAD_FILE,
                "%s is truncated: it has %lld of %lld frames",
                shown_path(path, shown),
                (long long)count - 1,
                (long long)said);
  prefix->begin = first + (said >= 0 ? (int64_t)frame.length : 0);
  return make_header(h, count - (said >= 0), prefix) ||
         fail_kind(path, "without a header, which cannot be given one", f);
}
