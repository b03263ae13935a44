/* rzone.h: DVD-R and DVD-RW recorded in sequence (MMC-6 4.3.6, 4.3.7; ECMA-359,
   ECMA-338, ECMA-382): what the parts of their family share. */
#ifndef DISCRECORDER_VIRTUAL_RZONE_H
#define DISCRECORDER_VIRTUAL_RZONE_H

#include "drive.h"

/* As mode page 05h says now. */
unsigned vrzone_write_type(const struct vdrive *d);

enum { VRZONE_INCREMENTAL = 0, VRZONE_DISC_AT_ONCE = 2 };

/* Reserve all that disc-at-once recording will write (dao.c). */
void vdao_reserve(struct vdrive *d, struct packet *p, uint32_t size);
/* A disc whose data ends there: what its lead-in and lead-out take. */
double vrzone_finalise_seconds(const struct vdrive *d, int32_t end);

#endif
