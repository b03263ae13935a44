/* record.h: what all ways of recording have in common. */
#ifndef DISCRECORDER_VIRTUAL_RECORD_H
#define DISCRECORDER_VIRTUAL_RECORD_H

#include "drive.h"

/* Did the host send n blocks of that many bytes? Else the packet is refused. */
bool vrecord_brought(struct packet *p, uint32_t n, uint32_t block);
/* May n blocks go to 'lba'? 'place' is where the recording is, or would be; in
   a reserved track its end is another refusal than the disc's. */
bool vrecord_fits(struct packet *p,
                  int32_t lba,
                  uint32_t n,
                  const struct vrecording *place,
                  bool reserved);
/* From this block on nothing reaches the disc any more. */
void vrecord_start_losing(struct vdrive *d, int32_t lba);
/* The same where blocks are overwritten, if the packet is to be lost. */
void vrecord_lose_over(struct vdrive *d, const struct packet *p, int32_t lba);
/* Blocks that may take the place of others, to the disc or into what is lost.
 */
bool vrecord_over(struct vdrive *d,
                  int32_t lba,
                  const uint8_t *data,
                  uint32_t n);
/* Does a WRITE ask for no care about defects? */
bool vrecord_streams(const struct packet *p);
/* Is there a block on the way that the disc does not take, and that nothing can
   replace? 'why' says which of the two it is. */
bool vrecord_defect(struct vdrive *d,
                    const struct packet *p,
                    struct vsense *why);
/* The open track has so many blocks now: tell the cell, now and then. */
bool vrecord_count(struct vdrive *d, uint32_t blocks);
/* The recording is over, and its track damaged. */
void vrecord_give_up(struct vdrive *d, struct packet *p, struct vsense why);
/* Take the data; if the disc does not, the recording is over. */
void vrecord_put(struct vdrive *d,
                 struct packet *p,
                 const uint8_t *data,
                 uint32_t n);
/* Zeros after what a track holds, until it is as long as that. */
bool vrecord_pad(struct vdrive *d, struct vtrack *t, uint32_t wanted);
/* Bytes that the host sends for a block. */
uint32_t vrecord_block(const struct vrecording *r);
/* tao.c: the data mode of what mode page 05h describes: 1, 2 or Fh (audio). */
uint8_t vpage_data_mode(const uint8_t *page);
/* tao.c: what a track is that mode page 05h describes. */
void vtrack_take_page(struct vtrack *t, const uint8_t *page);
/* ... and whether its mode is that of its blocks. */
bool vtao_good_page(const uint8_t *page);
/* Round an unfinished track off: padding, run-out, complete. */
bool vtrack_complete(struct vdrive *d, struct vtrack *t);
/* Write a medium that has changed, or take the change back. */
bool vmedium_commit(struct vdrive *d, const struct vmedium *before);
/* ... and wait until the file itself is where a loss of power leaves it. */
bool vmedium_seal(struct vdrive *d, const struct vmedium *before);

#endif
