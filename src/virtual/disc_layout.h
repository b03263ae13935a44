/* disc_layout.h: the fixed places in a disc file; for disc.c and disc_write.c
   only. docs/disc-file.md says what stands there. */
#ifndef DISCRECORDER_VIRTUAL_DISC_LAYOUT_H
#define DISCRECORDER_VIRTUAL_DISC_LAYOUT_H

#include "disc.h"

#define VDISC_MAGIC "discrecorder\r\n\x1a\n"
#define VDISC_VERSION 2u
#define VDISC_CELL 4096
#define VDISC_CELL_LEN 24
#define VDISC_SLOT_AT(i) ((off_t)(65536 * ((i) + 1)))

/* Where a block stands. A CD's pregap of its first track and its lead-in have
   addresses below 0, and room for them. */
static inline off_t vdisc_offset(enum vregion region, int32_t lba) {
  static const off_t begin[] = {
    [VREGION_DATA] = VDISC_DATA,
    [VREGION_RAW] = (off_t)1 << 30,
    [VREGION_SUBCHANNEL] = (off_t)1 << 31,
  };
  return begin[region] + (off_t)lba * vregion_block(region);
}

#endif
