/* mode_2.h: sectors of mode 2 whose subheaders come with them, so that each
   says itself of which form it is (CD-ROM XA). They are kept whole, in
   VREGION_RAW; header, EDC and ECC are the drive's, and made when they are
   read. */
#ifndef DISCRECORDER_VIRTUAL_MODE_2_H
#define DISCRECORDER_VIRTUAL_MODE_2_H

#include "drive.h"
#include "sector.h"

/* What a host sends for each of them. */
struct vmode_2_sent {
  uint16_t bytes;
  uint16_t skip; /* of them, those in front that do not count */
  uint16_t at;   /* where in a sector the others go */
};

/* By a data block type of mode page 05h, or a data form of a cue sheet. NULL:
   it is none of these. */
const struct vmode_2_sent *vmode_2_block_type(unsigned block_type);
const struct vmode_2_sent *vmode_2_form(unsigned form);

/* 'subheader': of those that bring none. */
bool vmode_2_write(struct vdrive *d,
                   int32_t lba,
                   const uint8_t *data,
                   uint32_t n,
                   const struct vmode_2_sent *sent,
                   const uint8_t subheader[4]);

/* Whole sectors, with all that belongs into them; returns how many. */
uint32_t vmode_2_fetch(
  struct vdrive *d, int32_t lba, uint32_t n, uint8_t *raw, struct vsense *why);

/* Of n blocks from 'lba' on, how many are of the first one's form, which goes
   to 'form_2'. At least 1; one that cannot be read counts as form 1. */
uint32_t vmode_2_alike(struct vdrive *d, int32_t lba, uint32_t n, bool *form_2);

#endif
