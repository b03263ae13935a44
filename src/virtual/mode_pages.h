/* mode_pages.h: the mode pages that hosts may change, and how they are laid
   out. Page 2Ah, which they may not, is made anew whenever it is asked for. */
#ifndef DISCRECORDER_VIRTUAL_MODE_PAGES_H
#define DISCRECORDER_VIRTUAL_MODE_PAGES_H

#include "drive.h"

struct vpage_row {
  uint8_t code;
  uint8_t len;                 /* with the two bytes of its header */
  uint8_t mask[VPAGE_MAX];     /* bits that hosts may change */
  uint8_t defaults[VPAGE_MAX]; /* without the header */
};

extern const struct vpage_row vpage_rows[VPAGE_COUNT];

/* How a page is at first, with its header; page 05h depends on the disc. */
void vpage_default(const struct vdrive *d, unsigned i, uint8_t page[VPAGE_MAX]);

#endif
