/* rescue_map.h: what of a disc was read into a file and what was not: a mapfile
   of GNU ddrescue, as docs/copy.md says. In memory a status for each block. */
#ifndef DISCRECORDER_RESCUE_MAP_H
#define DISCRECORDER_RESCUE_MAP_H

#include "../failure.h"
#include <stddef.h>
#include <stdint.h>

/* The worst first. */
enum rescue_status {
  RESCUE_NON_TRIED,
  RESCUE_NON_TRIMMED,
  RESCUE_NON_SCRAPED,
  RESCUE_BAD,
  RESCUE_FINISHED,
  RESCUE_STATUSES
};

#define RESCUE_DISC_ID 32 /* hexadecimal digits */

struct rescue_map {
  uint32_t blocks;
  size_t block;    /* bytes */
  uint8_t *status; /* of each block: enum rescue_status */
  char disc[RESCUE_DISC_ID + 1];
  /* for those who look at the file while it is worked on */
  uint32_t current;
  enum rescue_status current_status;
  unsigned pass;
};

/* All finished: what is to be read is then marked. False: no memory. */
bool rescue_map_init(struct rescue_map *m,
                     uint32_t blocks,
                     size_t block,
                     const char *disc);
void rescue_map_free(struct rescue_map *m);

void rescue_map_set(struct rescue_map *m,
                    uint32_t block,
                    uint32_t count,
                    enum rescue_status status);
/* The first run of blocks of a status from 'from' on, before 'end'; false:
   there is none. */
bool rescue_map_find(const struct rescue_map *m,
                     uint32_t from,
                     uint32_t end,
                     enum rescue_status status,
                     uint32_t *block,
                     uint32_t *count);
uint32_t rescue_map_count(const struct rescue_map *m,
                          enum rescue_status status);

/* Write it anew in place of what was there. */
bool rescue_map_save(const struct rescue_map *m,
                     const char *path,
                     struct failure *f);
/* bad_file: none, or of another length; wrong_disc. */
bool rescue_map_load(struct rescue_map *m, const char *path, struct failure *f);

#endif
