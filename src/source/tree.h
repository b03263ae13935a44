/* tree.h: a tree of files as a source: an ISO 9660 image with Rock Ridge and
   Joliet, made by libisofs while it is read. Only discrecorder.tree links it.
 */
#ifndef DISCRECORDER_TREE_H
#define DISCRECORDER_TREE_H

#include "source.h"

/* The end of 2155: what an image can hold of a year is a byte. */
#define TREE_LAST_DATE INT64_C(5869583999)

enum tree_md5 { TREE_MD5_NONE, TREE_MD5_SESSION, TREE_MD5_FILES };

struct tree_path {
  const char *disc; /* "/on/disc"; NULL: by the path's base name */
  const char *host;
};

struct tree_options {
  const struct tree_path *paths;
  size_t path_count;
  const char *const *exclude; /* shell patterns */
  size_t exclude_count;
  const char *volume_id; /* NULL: "ISOIMAGE" */
  const char *manifest;  /* its name in the root; NULL: none */
  enum tree_md5 md5;
  bool follow_links;
  bool allow_invalid_utf8;
  bool has_date; /* every time stamp is 'date' */
  int64_t date;  /* seconds since 1970 */
};

/* Everything that can be refused is refused here: all folders are listed, all
   files opened once and measured, and with a manifest read. NULL: failed. */
struct source *source_tree(const struct tree_options *options,
                           struct failure *f);

#endif
