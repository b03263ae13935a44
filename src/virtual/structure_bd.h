/* structure_bd.h: disc structures of BDs, for the table in structure.c. Each
   fills in what stands behind the head. */
#ifndef DISCRECORDER_VIRTUAL_STRUCTURE_BD_H
#define DISCRECORDER_VIRTUAL_STRUCTURE_BD_H

#include "drive.h"

void vbd_information(const struct vdrive *d, uint8_t *p);
void vbd_definition(const struct vdrive *d, uint8_t *p);
void vbd_cartridge(const struct vdrive *d, uint8_t *p);
void vbd_spare(const struct vdrive *d, uint8_t *p);

#endif
