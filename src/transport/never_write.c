/* never_write.c: addresses between spaces, which may be globs and links. A list
   that protects something must not miss it for a spelling: what is asked about
   and what is listed are both compared as written and with links resolved. */
#include "never_write.h"

#include "percent.h"

#include <fnmatch.h>
#include <glob.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* The path in an address: after the scheme, before the keys; as it is written
   when there is no scheme. Decoded. */
static bool path_of(const char *address, char *out, size_t size) {
  const char *colon = strchr(address, ':');
  const char *path = colon != NULL && address[0] != '/' ? colon + 1 : address;
  struct failure ignored;
  snprintf(out, size, "%s", path);
  if (path != address)
    out[strcspn(out, "?")] = '\0';
  return percent_decode(out, &ignored) && out[0] == '/';
}

/* Does a path lead where one of the glob's files leads? */
static bool same_place(const char *pattern, const char *resolved) {
  glob_t found;
  bool same = false;
  char target[PATH_MAX];
  if (glob(pattern, 0, NULL, &found) != 0)
    return false;
  for (size_t i = 0; i < found.gl_pathc && !same; i++)
    same = realpath(found.gl_pathv[i], target) != NULL &&
           strcmp(target, resolved) == 0;
  globfree(&found);
  return same;
}

static bool listed(const char *entry, const char *address) {
  char path[PATH_MAX], pattern[PATH_MAX], resolved[PATH_MAX];
  bool has_path = path_of(address, path, sizeof path);
  if (fnmatch(entry, address, 0) == 0)
    return true;
  if (!path_of(entry, pattern, sizeof pattern) || !has_path)
    return false;
  if (fnmatch(pattern, path, 0) == 0)
    return true;
  return realpath(path, resolved) != NULL &&
         (fnmatch(pattern, resolved, 0) == 0 || same_place(pattern, resolved));
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
