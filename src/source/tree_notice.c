/* tree_notice.c: what is worth a warning. A tree can hold a million names that
   Windows shows shortened: one warning a kind, with the first and how many. */
#include "tree_nodes.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const struct {
  const char *code;
  const char *text; /* after the path */
} notices[NOTICE_COUNT] = {
  [NOTICE_SOCKET] = {"socket_left_out", "a socket is not put on a disc"},
  [NOTICE_JOLIET_LONG] =
    {"joliet_name_shortened",
     "Windows shows names of more than 64 characters shortened"},
  [NOTICE_JOLIET_CHARACTER] =
    {"joliet_name_changed",
     "Windows shows _ for what Joliet lacks in this name"},
  [NOTICE_INVALID_UTF8] = {"invalid_utf8", "the name is not valid UTF-8"},
  [NOTICE_VOLUME_ID] = {"volume_id",
                        "ISO 9660 has only A-Z, 0-9 and _ in a volume id"},
  [NOTICE_VOLUME_ID_JOLIET] =
    {"volume_id_shortened",
     "Windows shows the first 16 characters of the volume id"},
};

void tree_notice(struct tree_source *t,
                 enum tree_notice notice,
                 const struct tree_node *n) {
  char path[PATH_MAX], shown[SHOWN_PATH];
  if (t->notice_counts[notice]++ > 0)
    return;
  shown_path(n == NULL ? t->volume_id : tree_disc_path(n, path, sizeof path),
             shown);
  /* Without memory the warning goes without a path. */
  t->notice_paths[notice] = strdup(shown);
}

void tree_make_warnings(struct tree_source *t) {
  size_t count = 0;
  for (int i = 0; i < NOTICE_COUNT; i++) {
    struct source_warning *w = &t->warnings[count];
    size_t len, more = t->notice_counts[i] - 1;
    if (t->notice_counts[i] == 0)
      continue;
    count++;
    w->code = notices[i].code;
    snprintf(w->message,
             sizeof w->message,
             "%s: %s",
             t->notice_paths[i] == NULL ? "?" : t->notice_paths[i],
             notices[i].text);
    len = strlen(w->message);
    if (more > 0)
      snprintf(
        w->message + len, sizeof w->message - len, " (and %zu more)", more);
  }
  t->base.warnings = t->warnings;
  t->base.warning_count = count;
}
