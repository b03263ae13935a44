/* digest.c: libcrypto's digests. */
#include "digest.h"

#include <openssl/evp.h>

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
