/* marks.c: see marks.h. */
#include "marks.h"

#include <stdlib.h>
#include <string.h>

#define DATA_BLOCK 2048

bool marks_init(struct marks *m, uint64_t blocks, size_t block, bool audio) {
  memset(m, 0, sizeof *m);
  m->block = block;
  m->blocks_per_mark = 1;
  while (blocks / m->blocks_per_mark >= MARKS_MAX)
    m->blocks_per_mark *= 2;
  m->values = calloc(blocks / m->blocks_per_mark + 1, sizeof *m->values);
  if (audio)
    m->imprint = calloc(1, sizeof *m->imprint);
  if (m->values != NULL && (!audio || m->imprint != NULL))
    return true;
  marks_free(m);
  return false;
}

bool marks_init_like(struct marks *m, const struct marks *other) {
  memset(m, 0, sizeof *m);
  m->block = other->block;
  m->blocks_per_mark = other->blocks_per_mark;
  m->values = calloc(other->count + 1, sizeof *m->values);
  return m->values != NULL;
}

void marks_free(struct marks *m) {
  free(m->values);
  free(m->imprint);
  m->values = NULL;
  m->imprint = NULL;
}

/*
** Not for proof (SHA-256 is) but to find the place: four multiply-and-add lanes
** over the block's 64-bit words, so that a changed bit anywhere, or two words
** that changed places, give another sum, at memory speed. A block of audio ends
** with half a round.
*/
static inline uint32_t sum_of(const uint8_t *block, size_t len) {
  const uint64_t prime = UINT64_C(0x9E3779B97F4A7C15);
  uint64_t lane[4] = {1, 2, 3, 4};
  uint64_t all;
  size_t at = 0;
  for (; at + 32 <= len; at += 32) {
    uint64_t word[4];
    memcpy(word, block + at, sizeof word);
    for (int i = 0; i < 4; i++)
      lane[i] = (lane[i] ^ word[i]) * prime;
  }
  for (int i = 0; at < len; at += 8, i++) {
    uint64_t word;
    memcpy(&word, block + at, sizeof word);
    lane[i] = (lane[i] ^ word) * prime;
  }
  all = lane[0] ^ lane[1] << 16 ^ lane[1] >> 48 ^ lane[2] << 32 ^
        lane[2] >> 32 ^ lane[3] << 48 ^ lane[3] >> 16;
  return (uint32_t)(all ^ all >> 32);
}

/* Two loops of a known length. */
static uint32_t block_sum(const struct marks *m, const uint8_t *block) {
  return m->block == IMPRINT_BLOCK ? sum_of(block, IMPRINT_BLOCK)
                                   : sum_of(block, DATA_BLOCK);
}

static void end_mark(struct marks *m) {
  m->values[m->count++] = m->sum;
  m->sum = 0;
  m->blocks = 0;
}

void marks_add(struct marks *m, const uint8_t *data, size_t blocks) {
  for (size_t i = 0; i < blocks; i++) {
    m->sum = m->sum * 31 + block_sum(m, data + i * m->block);
    if (m->imprint != NULL)
      imprint_add(m->imprint, data + i * m->block);
    if (++m->blocks == m->blocks_per_mark)
      end_mark(m);
  }
}

void marks_pour(struct marks *m, const uint8_t *data, size_t len) {
  while (len > 0) {
    size_t n = m->block - m->have;
    if (m->have == 0 && len >= m->block) {
      n = len - len % m->block;
      marks_add(m, data, n / m->block);
    } else {
      if (n > len)
        n = len;
      memcpy(m->partial + m->have, data, n);
      m->have += n;
      if (m->have == m->block) {
        marks_add(m, m->partial, 1);
        m->have = 0;
      }
    }
    data += n;
    len -= n;
  }
}

void marks_end(struct marks *m) {
  if (m->have > 0) {
    memset(m->partial + m->have, 0, m->block - m->have);
    marks_add(m, m->partial, 1);
    m->have = 0;
  }
  if (m->blocks > 0)
    end_mark(m);
}

int64_t marks_differ(const struct marks *a, const struct marks *b) {
  size_t count = a->count < b->count ? a->count : b->count;
  for (size_t i = 0; i < count; i++)
    if (a->values[i] != b->values[i])
      return (int64_t)i * a->blocks_per_mark;
  if (a->count != b->count)
    return (int64_t)count * a->blocks_per_mark;
  return -1;
}
