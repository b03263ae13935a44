/* digest.h: SHA-256 of what passes by, and marks: a small checksum of every few
   blocks, kept while writing, by which a read-back that differs says where. */
#ifndef DISCRECORDER_DIGEST_H
#define DISCRECORDER_DIGEST_H

#include "../failure.h"
#include <stddef.h>
#include <stdint.h>

struct evp_md_ctx_st;

struct digest {
  struct evp_md_ctx_st *context;
  bool failed;
};

#define DIGEST_SIZE 32

/* 'name' is OpenSSL's: "SHA256", "MD5". Called before the thread that uses it
   is started, since looking digests up is not for every thread
   (docs/engine.md). */
bool digest_init(struct digest *d, const char *name, struct failure *f);
void digest_add(struct digest *d, const void *data, size_t len);
/* 32 bytes for SHA-256, 16 for MD5. False: libcrypto failed. */
bool digest_end(struct digest *d, uint8_t *out);
void digest_free(struct digest *d);

/*
** At most MARKS_MAX marks, each of 'blocks_per_mark' blocks: one block while
** that is enough, else twice as many, and so on. So memory stays bounded and a
** CD's every block has its own.
*/
struct marks {
  uint32_t *values;
  size_t count;
  unsigned blocks_per_mark;
  /* of the mark in the making */
  uint32_t sum;
  unsigned blocks;
};

#define MARKS_MAX (512u * 1024)
#define MARK_BLOCK 2048

/* For a track of so many blocks. */
bool marks_init(struct marks *m, uint64_t blocks);
/* To be compared with marks that are complete. */
bool marks_init_like(struct marks *m, const struct marks *other);
void marks_add(struct marks *m, const uint8_t *data, size_t blocks);
void marks_end(struct marks *m);
void marks_free(struct marks *m);
/* The first block at which two lots of marks differ; -1: nowhere. */
int64_t marks_differ(const struct marks *a, const struct marks *b);

#endif
