/* read.h: what READ and READ CD have in common. */
#ifndef DISCRECORDER_VIRTUAL_READ_H
#define DISCRECORDER_VIRTUAL_READ_H

#include "drive.h"

/* The data of n blocks; fewer than n when the medium fails. 'force': not the
 * buffer's. */
uint32_t vread_fetch(struct vdrive *d,
                     int32_t lba,
                     uint32_t n,
                     uint8_t *data,
                     bool force,
                     struct vsense *why);
/* The same of VREGION_RAW: 2352 bytes each, as they are kept. */
uint32_t vread_fetch_raw(
  struct vdrive *d, int32_t lba, uint32_t n, uint8_t *data, struct vsense *why);
/* Let the time pass that reading takes. */
void vread_pace(struct vdrive *d, uint32_t blocks);
/* False, and the packet refused: no LBA can be like that. */
bool vread_span(struct packet *p, int32_t lba, uint32_t n);

#endif
