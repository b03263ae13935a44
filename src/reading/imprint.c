/* imprint.c: see imprint.h. */
#include "imprint.h"

#include <string.h>

#define SILENCE_BYTES (IMPRINT_SILENCE * IMPRINT_FRAME)
#define BLOCK_FRAMES (IMPRINT_BLOCK / IMPRINT_FRAME)

static bool is_silent(const uint8_t *block) {
  return block[0] == 0 && memcmp(block, block + 1, IMPRINT_BLOCK - 1) == 0;
}

/* Silence before it: that of an earlier block. */
static void begin_at(struct anchor *a, uint32_t block, const uint8_t *bytes) {
  size_t silence = block > 0 ? SILENCE_BYTES : 0;
  a->on = true;
  a->frame = block * BLOCK_FRAMES - (uint32_t)(silence / IMPRINT_FRAME);
  a->len = silence + IMPRINT_BLOCK;
  memset(a->bytes, 0, silence);
  memcpy(a->bytes + silence, bytes, IMPRINT_BLOCK);
}

static void end_at(struct anchor *a, uint32_t block, const uint8_t *bytes) {
  a->on = true;
  a->frame = block * BLOCK_FRAMES;
  a->len = IMPRINT_BLOCK;
  memcpy(a->bytes, bytes, IMPRINT_BLOCK);
}

/* Silence that follows it. */
static void extend(struct anchor *a) {
  if (!a->on || a->len > IMPRINT_BLOCK)
    return;
  memset(a->bytes + IMPRINT_BLOCK, 0, SILENCE_BYTES);
  a->len += SILENCE_BYTES;
}

void imprint_add(struct imprint *im, const uint8_t block[IMPRINT_BLOCK]) {
  uint32_t number = im->blocks++;
  uint32_t slot = number % IMPRINT_EDGE;
  if (number < IMPRINT_EDGE)
    memcpy(im->head + slot * IMPRINT_BLOCK, block, IMPRINT_BLOCK);
  memcpy(im->tail + slot * IMPRINT_BLOCK, block, IMPRINT_BLOCK);
  if (is_silent(block)) {
    extend(&im->last);
    return;
  }
  if (!im->first.on)
    begin_at(&im->first, number, block);
  end_at(&im->last, number, block);
}

void imprint_get(const struct imprint *im,
                 uint64_t from,
                 uint8_t *out,
                 size_t len) {
  while (len > 0) {
    uint64_t block = from / IMPRINT_BLOCK;
    size_t at = (size_t)(from % IMPRINT_BLOCK), n = IMPRINT_BLOCK - at;
    const uint8_t *edge = block < IMPRINT_EDGE ? im->head : im->tail;
    if (n > len)
      n = len;
    memcpy(out, edge + block % IMPRINT_EDGE * IMPRINT_BLOCK + at, n);
    out += n;
    from += n;
    len -= n;
  }
}
