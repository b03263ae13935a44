/* tree_manifest.c: a list of SHA-256 sums in sha256sum's format, which goes
   into the root of the image. The files are read for it when the tree is made;
   their measures tell whether they are still the same when they are burned. A
   boot image that is patched has other bytes on the disc, and no line. */
#include "tree_nodes.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define CHUNK ((size_t)1 << 20)

bool tree_add_manifest(struct tree_source *t, struct failure *f) {
  const char *name = t->manifest_name;
  struct tree_node *n;
  char shown[SHOWN_PATH];
  if (*name == '\0' || strchr(name, '/') != NULL || strcmp(name, ".") == 0 ||
      strcmp(name, "..") == 0)
    return fail(f,
                FAIL_BAD_FILE,
                "'%s' is no name for a manifest",
                shown_path(name, shown));
  n = tree_new_node(t->root, name, strlen(name), f);
  if (n == NULL)
    return false;
  n->mode = S_IFREG | 0444;
  n->measure.mtime = n->atime = n->ctime = t->now;
  t->manifest = n;
  return tree_check_name(t, n, f);
}

static bool fail_hash(struct failure *f) {
  return fail(f, FAIL_GENERIC, "SHA-256 is not to be had from libcrypto");
}

/* Everything that is in a file, which must be what was measured. */
static bool hash_open_file(const struct tree_node *n,
                           int fd,
                           EVP_MD_CTX *md,
                           unsigned char *chunk,
                           struct failure *f) {
  char path[PATH_MAX], shown[SHOWN_PATH];
  struct stat st;
  ssize_t len;
  if (!tree_host_path(n, path, f))
    return false;
  if (EVP_DigestInit_ex(md, EVP_sha256(), NULL) != 1)
    return fail_hash(f);
  while ((len = read(fd, chunk, CHUNK)) != 0) {
    if (len < 0 && errno == EINTR)
      continue;
    if (len < 0)
      return fail_errno(f, errno, FAIL_BAD_FILE, "%s", shown_path(path, shown));
    if (EVP_DigestUpdate(md, chunk, (size_t)len) != 1)
      return fail_hash(f);
  }
  if (fstat(fd, &st) != 0)
    return fail_errno(f, errno, FAIL_BAD_FILE, "%s", shown_path(path, shown));
  return measure_compare(&n->measure, &st, path, f);
}

/* As sha256sum writes a line: a name with a backslash or a line's end in it is
   escaped, which a backslash at the line's start tells. */
static void
write_line(FILE *out, const unsigned char sum[32], const char *path) {
  if (strpbrk(path, "\\\n\r") != NULL)
    fputc('\\', out);
  for (int i = 0; i < 32; i++)
    fprintf(out, "%02x", sum[i]);
  fputs("  ", out);
  for (; *path != '\0'; path++)
    switch (*path) {
      case '\\':
        fputs("\\\\", out);
        break;
      case '\n':
        fputs("\\n", out);
        break;
      case '\r':
        fputs("\\r", out);
        break;
      default:
        fputc(*path, out);
    }
  fputc('\n', out);
}

static bool write_lines(struct tree_source *t,
                        FILE *out,
                        EVP_MD_CTX *md,
                        unsigned char *chunk,
                        struct failure *f) {
  for (uint32_t i = 0; i < t->file_count; i++) {
    const struct tree_node *n = t->files[i];
    unsigned char sum[EVP_MAX_MD_SIZE];
    char path[PATH_MAX];
    bool ok;
    int fd;
    if (n == t->manifest || n->patched)
      continue;
    fd = tree_open_file(t, n, f);
    if (fd < 0)
      return false;
    ok = hash_open_file(n, fd, md, chunk, f);
    close(fd);
    if (!ok)
      return false;
    if (EVP_DigestFinal_ex(md, sum, NULL) != 1)
      return fail_hash(f);
    write_line(out, sum, tree_disc_path(n, path, sizeof path) + 1);
  }
  return true;
}

bool tree_make_manifest(struct tree_source *t, struct failure *f) {
  EVP_MD_CTX *md = EVP_MD_CTX_new();
  unsigned char *chunk = malloc(CHUNK);
  size_t size = 0;
  FILE *out = open_memstream(&t->manifest_text, &size);
  bool ok;
  if (md == NULL || chunk == NULL || out == NULL)
    ok = fail(f, FAIL_NO_MEMORY, "out of memory");
  else
    ok = write_lines(t, out, md, chunk, f);
  if (out != NULL && fclose(out) != 0 && ok)
    ok = fail(f, FAIL_NO_MEMORY, "out of memory");
  free(chunk);
  EVP_MD_CTX_free(md);
  t->manifest->measure.size = (int64_t)size;
  return ok;
}
