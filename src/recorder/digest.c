/* digest.c: libcrypto's digests, and our marks. */
#include "digest.h"

#include <openssl/evp.h>
#include <stdlib.h>
#include <string.h>

bool digest_init(struct digest *d, const char *name, struct failure *f) {
  EVP_MD *kind = EVP_MD_fetch(NULL, name, NULL);
  bool ok;
  d->failed = false;
  d->context = EVP_MD_CTX_new();
  ok = d->context != NULL && kind != NULL &&
       EVP_DigestInit_ex(d->context, kind, NULL) == 1;
  EVP_MD_free(kind); /* the context has a share in it */
  if (ok)
    return true;
  digest_free(d);
  return fail(f, FAIL_NO_MEMORY, "%s is not available in libcrypto", name);
}

void digest_add(struct digest *d, const void *data, size_t len) {
  if (EVP_DigestUpdate(d->context, data, len) != 1)
    d->failed = true;
}

bool digest_end(struct digest *d, uint8_t *out) {
  return !d->failed && EVP_DigestFinal_ex(d->context, out, NULL) == 1;
}

void digest_free(struct digest *d) {
  EVP_MD_CTX_free(d->context);
  d->context = NULL;
}

bool marks_init(struct marks *m, uint64_t blocks) {
  memset(m, 0, sizeof *m);
  m->blocks_per_mark = 1;
  while (blocks / m->blocks_per_mark >= MARKS_MAX)
    m->blocks_per_mark *= 2;
  m->values = calloc(blocks / m->blocks_per_mark + 1, sizeof *m->values);
  return m->values != NULL;
}

bool marks_init_like(struct marks *m, const struct marks *other) {
  memset(m, 0, sizeof *m);
  m->blocks_per_mark = other->blocks_per_mark;
  m->values = calloc(other->count + 1, sizeof *m->values);
  return m->values != NULL;
}

void marks_free(struct marks *m) {
  free(m->values);
  m->values = NULL;
}

/*
** Not for proof (SHA-256 is) but to find the place: four multiply-and-add lanes
** over the block's 64-bit words, so that a changed bit anywhere, or two words
** that changed places, give another sum, at memory speed.
*/
static uint32_t block_sum(const uint8_t *block) {
  const uint64_t prime = UINT64_C(0x9E3779B97F4A7C15);
  uint64_t lane[4] = {1, 2, 3, 4};
  uint64_t all;
  for (size_t at = 0; at < MARK_BLOCK; at += 32) {
    uint64_t word[4];
    memcpy(word, block + at, sizeof word);
    for (int i = 0; i < 4; i++)
      lane[i] = (lane[i] ^ word[i]) * prime;
  }
  all = lane[0] ^ lane[1] << 16 ^ lane[1] >> 48 ^ lane[2] << 32 ^
        lane[2] >> 32 ^ lane[3] << 48 ^ lane[3] >> 16;
  return (uint32_t)(all ^ all >> 32);
}

void marks_add(struct marks *m, const uint8_t *data, size_t blocks) {
  for (size_t i = 0; i < blocks; i++) {
    m->sum = m->sum * 31 + block_sum(data + i * MARK_BLOCK);
    if (++m->blocks == m->blocks_per_mark)
      marks_end(m);
  }
}

void marks_end(struct marks *m) {
  if (m->blocks == 0)
    return;
  m->values[m->count++] = m->sum;
  m->sum = 0;
  m->blocks = 0;
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
