/* mode_2.h: what counts of a sector of mode 2 (CD-ROM XA): its subheader, and
   the data of the form that it says. Sync, header, EDC and ECC are the drive's,
   which makes them from these. */
#ifndef DISCRECORDER_MODE_2_H
#define DISCRECORDER_MODE_2_H

#include <stdint.h>
#include <string.h>

enum {
  MODE_2_SECTOR = 2352,
  MODE_2_SUBHEADER = 16, /* twice the same four bytes */
  MODE_2_SUBMODE = 18,   /* one of them */
  MODE_2_DATA = 24,
  MODE_2_FORM_1_END = MODE_2_DATA + 2048,
  MODE_2_FORM_2_END = MODE_2_DATA + 2324
};

/* Byte 2 of a subheader. */
enum { SUBMODE_DATA = 0x08, SUBMODE_FORM_2 = 0x20 };

static inline void mode_2_subheader(uint8_t *sector, uint8_t submode) {
  memset(sector + MODE_2_SUBHEADER, 0, MODE_2_DATA - MODE_2_SUBHEADER);
  sector[MODE_2_SUBHEADER + 2] = sector[MODE_2_SUBHEADER + 6] = submode;
}

/* Where the data of a sector with such a submode ends. */
static inline unsigned mode_2_end(uint8_t submode) {
  return submode & SUBMODE_FORM_2 ? MODE_2_FORM_2_END : MODE_2_FORM_1_END;
}

/* All else becomes zeros, so that equal sectors are equal bytes. */
static inline void mode_2_plain(uint8_t *sector) {
  unsigned end = mode_2_end(sector[MODE_2_SUBMODE]);
  memset(sector, 0, MODE_2_SUBHEADER);
  memset(sector + end, 0, MODE_2_SECTOR - end);
}

#endif
