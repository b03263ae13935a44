/* address_absolute.c: one spelling for one address: the path absolute, the
   percent-encoding canonical, keys in the order they were given. */
#include "address.h"

#include "percent.h"
#include "registry.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* Where text is put together; 'full' once something did not fit. */
struct writer {
  char *out;
  size_t size, used;
  bool full;
};

static void put_char(struct writer *w, char c) {
  if (w->used + 1 >= w->size) {
    w->full = true;
    return;
  }
  w->out[w->used++] = c;
  w->out[w->used] = '\0';
}

static void put_text(struct writer *w, const char *s) {
  while (*s != '\0')
    put_char(w, *s++);
}

/* Encode what could end an address or a key, and all that is not plain ASCII:
   two spellings of one address become one. */
static void put_encoded(struct writer *w, const char *s) {
  static const char hex[] = "0123456789ABCDEF";
  for (; *s != '\0'; s++) {
    unsigned char c = (unsigned char)*s;
    if ((c < 0x80 && isalnum(c)) || strchr("-._~/:@,;()+!*", c) != NULL) {
      put_char(w, *s);
      continue;
    }
    put_char(w, '%');
    put_char(w, hex[c >> 4]);
    put_char(w, hex[c & 15]);
  }
}

/* The parts of a path, each after one slash; ".." is kept. */
static void put_path(struct writer *w, const char *path) {
  while (*path != '\0') {
    char part[PATH_MAX];
    size_t n = strcspn(path, "/");
    if (n >= sizeof part) {
      w->full = true;
      return;
    }
    if (n > 0 && !(n == 1 && path[0] == '.')) {
      memcpy(part, path, n);
      part[n] = '\0';
      put_char(w, '/');
      put_encoded(w, part);
    }
    path += n;
    path += *path == '/';
  }
}

/* The keys of the address as given, each name and value encoded again. */
static bool put_keys(struct writer *w, char *query, struct failure *f) {
  char sign = '?', *rest = query, *pair;
  while ((pair = strsep(&rest, "&")) != NULL) {
    char *value = strchr(pair, '=');
    *value++ = '\0'; /* address_parse has seen that it is there */
    if (!percent_decode(pair, f) || !percent_decode(value, f))
      return false;
    put_char(w, sign);
    put_encoded(w, pair);
    put_char(w, '=');
    put_encoded(w, value);
    sign = '&';
  }
  return true;
}

static bool put_address(struct writer *w,
                        const struct address *a,
                        char *text,
                        struct failure *f) {
  char *query;
  char folder[PATH_MAX];
  size_t start;
  if (a->kind == ADDRESS_MODULE || a->kind == ADDRESS_UNKNOWN) {
    put_text(w, text);
    return true;
  }
  if (a->scheme != NULL) {
    put_text(w, a->scheme);
    put_char(w, ':');
  }
  start = w->used;
  if (a->path[0] != '/') {
    if (getcwd(folder, sizeof folder) == NULL)
      return fail_errno(
        f, errno, FAIL_DEVICE_NOT_PRESENT, "the current folder cannot be told");
    put_path(w, folder);
  }
  put_path(w, a->path);
  if (w->used == start)
    put_char(w, '/'); /* the root folder has no parts */
  query = strchr(text, '?');
  return query == NULL || put_keys(w, query + 1, f);
}

bool address_absolute(const char *address,
                      char *out,
                      size_t size,
                      struct failure *f) {
  struct writer w = {.out = out, .size = size};
  struct address a;
  char *copy;
  bool ok;
  if (size > 0)
    out[0] = '\0';
  if (!address_parse(address, &a, f))
    return false;
  if (a.kind == ADDRESS_MODULE && transport_scheme(a.scheme) != NULL) {
    ok = transport_scheme(a.scheme)->absolute(address, out, size, f);
    address_free(&a);
    return ok;
  }
  copy = strdup(address);
  if (copy == NULL)
    ok = fail(f, FAIL_NO_MEMORY, "no memory for an address");
  else
    ok = put_address(&w, &a, copy, f);
  if (ok && w.full)
    ok = fail(f, FAIL_UNSUPPORTED, "the address is too long");
  free(copy);
  address_free(&a);
  return ok;
}
