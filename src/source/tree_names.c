/* tree_names.c: where an object is, here and on the disc, and what it may be
   called there. */
#include "tree_nodes.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdio.h>
#include <string.h>

/* Names on the way from n up to (not including) the node 'stop', each with a
   slash before it, written from the end of the buffer to its start. Gives where
   the text begins, or NULL when it is too long for the buffer. */
static char *write_backwards(const struct tree_node *n,
                             const struct tree_node *stop,
                             char *buffer,
                             size_t size) {
  char *at = buffer + size - 1;
  *at = '\0';
  for (; n != stop; n = n->parent) {
    size_t len = strlen(n->name);
    if ((size_t)(at - buffer) < len + 1) {
      /* What fits of the end: for messages. */
      len = (size_t)(at - buffer);
      memcpy(buffer, n->name + strlen(n->name) - len, len);
      return NULL;
    }
    at -= len;
    memcpy(at, n->name, len);
    *--at = '/';
  }
  return at;
}

bool tree_host_path(const struct tree_node *n,
                    char path[PATH_MAX],
                    struct failure *f) {
  const struct tree_node *base = n;
  char shown[SHOWN_PATH], *rest;
  size_t len;
  while (base->host == NULL)
    base = base->parent;
  rest = write_backwards(n, base, path, PATH_MAX);
  len = strlen(base->host);
  if (rest == NULL || len > (size_t)(rest - path))
    return fail_errno(f,
                      ENAMETOOLONG,
                      FAIL_BAD_FILE,
                      "%s",
                      shown_path(rest == NULL ? path : rest, shown));
  memmove(path + len, rest, strlen(rest) + 1);
  memcpy(path, base->host, len);
  return true;
}

const char *tree_disc_path(const struct tree_node *n, char *path, size_t size) {
  char *at;
  if (n->parent == NULL) {
    snprintf(path, size, "/");
    return path;
  }
  at = write_backwards(n, NULL, path, size);
  if (at == NULL)
    return path;
  /* The root is nameless: it gave a slash of its own. */
  memmove(path, at + 1, strlen(at + 1) + 1);
  return path;
}

/* UTF-16 units of a name, and whether Joliet has all of its characters. */
static size_t joliet_length(const char *name, bool *all) {
  size_t units = 0;
  *all = true;
  while (*name != '\0') {
    uint32_t c;
    int len = utf8_character(name, &c);
    if (len == 0) {
      *all = false;
      len = 1;
    } else if (c < ' ' || c > 0xFFFF || (c < 0x80 && strchr("*:;?\\", (int)c)))
      *all = false;
    units += c > 0xFFFF ? 2 : 1;
    name += len;
  }
  return units;
}

/* libisofs allows a file 64 characters and the dot of its extension. */
static bool too_long_for_joliet(const struct tree_node *n, size_t units) {
  const char *dot = strrchr(n->name, '.');
  bool extension = !S_ISDIR(n->mode) && dot != NULL && dot[1] != '\0';
  return units > 64 + (size_t)extension;
}

bool tree_check_name(struct tree_source *t,
                     const struct tree_node *n,
                     struct failure *f) {
  char path[PATH_MAX], shown[SHOWN_PATH];
  bool all;
  size_t units;
  if (strlen(n->name) > 255)
    return fail(f,
                FAIL_BAD_JOLIET_NAME,
                "%s: a name of %zu bytes, 255 are the most",
                shown_path(tree_disc_path(n, path, sizeof path), shown),
                strlen(n->name));
  if (!utf8_valid(n->name)) {
    if (!t->options.allow_invalid_utf8) {
      fail(f,
           FAIL_BAD_FILE,
           "%s: the name is not valid UTF-8",
           shown_path(tree_disc_path(n, path, sizeof path), shown));
      f->advice = "Rename it, or allow it with invalid_utf8 = \"allow\".";
      return false;
    }
    tree_notice(t, NOTICE_INVALID_UTF8, n);
  }
  if (!S_ISDIR(n->mode) && !S_ISREG(n->mode))
    return true; /* in Rock Ridge only */
  units = joliet_length(n->name, &all);
  if (too_long_for_joliet(n, units))
    tree_notice(t, NOTICE_JOLIET_LONG, n);
  if (!all)
    tree_notice(t, NOTICE_JOLIET_CHARACTER, n);
  return true;
}

/* A pattern longer than a path matches none. */
static bool
matches(const char *pattern, const struct tree_node *n, const char *disc_path) {
  size_t len = strlen(pattern);
  char folders[PATH_MAX];
  if (len > 1 && len < sizeof folders && pattern[len - 1] == '/') {
    if (!S_ISDIR(n->mode))
      return false;
    memcpy(folders, pattern, len - 1);
    folders[len - 1] = '\0';
    pattern = folders;
  }
  if (strchr(pattern, '/') == NULL)
    return fnmatch(pattern, n->name, 0) == 0;
  return fnmatch(*pattern == '/' ? pattern + 1 : pattern,
                 disc_path + 1,
                 FNM_PATHNAME) == 0;
}

bool tree_excluded(const struct tree_source *t, const struct tree_node *n) {
  char path[PATH_MAX];
  if (t->options.exclude_count == 0)
    return false;
  tree_disc_path(n, path, sizeof path);
  for (size_t i = 0; i < t->options.exclude_count; i++)
    if (matches(t->options.exclude[i], n, path))
      return true;
  return false;
}

bool tree_check_volume_id(struct tree_source *t, struct failure *f) {
  const char *id = t->volume_id;
  size_t len = strlen(id), characters = 0;
  bool plain = true;
  if (len > 32 || !utf8_valid(id)) {
    fail(f,
         FAIL_UNSUPPORTED,
         len > 32 ? "the volume id has %zu bytes, 32 are the most"
                  : "the volume id of %zu bytes is not valid UTF-8",
         len);
    f->advice = "Use up to 32 of the characters A-Z, 0-9 and _.";
    return false;
  }
  for (; *id != '\0'; id++) {
    if ((unsigned char)*id < ' ' || *id == 0x7F) {
      fail(f, FAIL_UNSUPPORTED, "the volume id has a control character");
      f->advice = "Use up to 32 of the characters A-Z, 0-9 and _.";
      return false;
    }
    characters += (*id & 0xC0) != 0x80;
    plain = plain && ((*id >= 'A' && *id <= 'Z') ||
                      (*id >= '0' && *id <= '9') || *id == '_');
  }
  if (!plain)
    tree_notice(t, NOTICE_VOLUME_ID, NULL);
  if (characters > 16)
    tree_notice(t, NOTICE_VOLUME_ID_JOLIET, NULL);
  return true;
}
