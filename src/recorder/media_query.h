/* media_query.h: the disc in IMAPI's words: QueryMediaType and QueryMediaInfo.
 */
#ifndef DISCRECORDER_MEDIA_QUERY_H
#define DISCRECORDER_MEDIA_QUERY_H

#include "medium.h"

struct media_type {
  const char *name; /* "none", "cdda_cdrom", ... */
  bool blank, rw, writable, unusable;
};

struct media_info {
  unsigned sessions, last_track;
  int32_t start_address, next_writable;
  uint32_t free_blocks;
};

void media_type_of(const struct medium *m, struct media_type *out);
/* False: there is no disc. */
bool media_info_of(const struct medium *m,
                   struct media_info *out,
                   struct failure *f);

#endif
