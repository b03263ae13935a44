/* digest.h: SHA-256 of what passes by. */
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

#endif
