/* never_write.c: addresses between spaces, which may be globs and links. A list
   that protects something must not miss it for a spelling: what is asked about
   and what is listed are both compared as written and with links resolved, and
   of a drive in another machine only what tells it from others counts. */
#include "never_write.h"

#include "percent.h"

#include <fnmatch.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* As it stands there, or as a glob: a bracket may be part of a name. */
static bool matches(const char *pattern, const char *text, int flags) {
  return strcmp(pattern, text) == 0 || fnmatch(pattern, text, flags) == 0;
}

/* {=== Files and nodes */

/* The path in an address: after the scheme, before the keys; as it is written
   when there is no scheme, and then from the root. Decoded. */
static bool path_of(const char *address, char *out, size_t size) {
  const char *colon = strchr(address, ':');
  const char *path = colon != NULL && address[0] != '/' ? colon + 1 : address;
  struct failure ignored;
  snprintf(out, size, "%s", path);
  if (path != address)
    out[strcspn(out, "?")] = '\0';
  return percent_decode(out, &ignored) && (path != address || out[0] == '/');
}

static bool leads_to(const char *path, const char *resolved) {
  char target[PATH_MAX];
  return realpath(path, target) != NULL && strcmp(target, resolved) == 0;
}

/* Does a path lead where the pattern, or one of the glob's files, leads? */
static bool same_place(const char *pattern, const char *resolved) {
  glob_t found;
  bool same = leads_to(pattern, resolved);
  if (same || glob(pattern, 0, NULL, &found) != 0)
    return same;
  for (size_t i = 0; i < found.gl_pathc && !same; i++)
    same = leads_to(found.gl_pathv[i], resolved);
  globfree(&found);
  return same;
}

static bool path_listed(const char *entry, const char *address) {
  char path[PATH_MAX], pattern[PATH_MAX], resolved[PATH_MAX];
  if (!path_of(entry, pattern, sizeof pattern) ||
      !path_of(address, path, sizeof path))
    return false;
  return matches(pattern, path, 0) ||
         (realpath(path, resolved) != NULL &&
          (matches(pattern, resolved, 0) || same_place(pattern, resolved)));
}

/* ===} */

/* {=== Drives in other machines */

static const char iscsi[] = "iscsi://", port[] = ":3260";

/* HOST[:PORT]/TARGET/LUN, without a user, an initiator, or the port that is
   meant where none is given. A host in brackets is no glob. */
static bool remote_of(const char *address, char *out, size_t size) {
  const char *host = address + sizeof iscsi - 1, *at;
  char *query;
  size_t len, used;
  struct failure ignored;
  if (strncmp(address, iscsi, sizeof iscsi - 1) != 0)
    return false;
  len = strcspn(host, "/");
  at = memrchr(host, '@', len);
  if (at != NULL) {
    len -= (size_t)(at + 1 - host);
    host = at + 1;
  }
  used = len;
  if (used >= sizeof port - 1 &&
      memcmp(host + used - (sizeof port - 1), port, sizeof port - 1) == 0)
    used -= sizeof port - 1;
  snprintf(out,
           size,
           "%s%.*s%s",
           host[0] == '[' && memchr(host, ':', used) != NULL ? "\\" : "",
           (int)used,
           host,
           host + len);
  query = strstr(out, "?initiator=");
  if (query != NULL)
    *query = '\0';
  return percent_decode(out, &ignored);
}

/* With the port too, for a list that has "station:*". Names of hosts and of
   targets are the same in capitals. */
static bool remote_listed(const char *entry, const char *address) {
  char pattern[PATH_MAX], text[PATH_MAX], with_port[PATH_MAX + sizeof port];
  const char *plain = text;
  int host;
  if (!remote_of(entry, pattern, sizeof pattern) ||
      !remote_of(address, text, sizeof text))
    return false;
  plain += *plain == '\\';
  host = (int)strcspn(plain, "/");
  snprintf(
    with_port, sizeof with_port, "%.*s%s%s", host, plain, port, plain + host);
  return matches(pattern, plain, FNM_CASEFOLD) ||
         matches(pattern, with_port, FNM_CASEFOLD);
}

/* ===} */

static bool listed(const char *entry, const char *address) {
  return matches(entry, address, 0) || remote_listed(entry, address) ||
         path_listed(entry, address);
}

bool never_write(const char *address, struct failure *f) {
  const char *list = getenv("DISCRECORDER_NEVER_WRITE");
  char *copy, *rest, *entry;
  bool found = false;
  if (list == NULL || *list == '\0')
    return false;
  rest = copy = strdup(list);
  if (copy == NULL) { /* rather refuse than write */
    fail(f, FAIL_NO_MEMORY, "no memory for a list of addresses");
    return true;
  }
  while (!found && (entry = strsep(&rest, " \t\n")) != NULL) {
    if (*entry == '\0' || !listed(entry, address))
      continue;
    found = true;
    fail(f,
         FAIL_DEVICE_NOT_ACCESSIBLE,
         "%.150s may never be written: DISCRECORDER_NEVER_WRITE has \"%.60s\"",
         address,
         entry);
    f->retryable = false;
    f->advice = "Use another drive, or take it off that list.";
  }
  free(copy);
  return found;
}
