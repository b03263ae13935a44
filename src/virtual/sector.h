/* sector.h: a data sector as it lies on a CD (ECMA-130): sync, header, data,
   EDC, ECC, from its 2048 bytes of data and its address. */
#ifndef DISCRECORDER_VIRTUAL_SECTOR_H
#define DISCRECORDER_VIRTUAL_SECTOR_H

#include <stdint.h>

#define VSECTOR_RAW 2352u
#define VSECTOR_DATA 16u /* where the data begins */
#define VSECTOR_EDC 2064u
#define VSECTOR_XA_DATA 24u /* the same in mode 2 form 1 */
#define VSECTOR_XA_EDC 2072u
#define VSECTOR_FORM_2_EDC 2348u
#define VSECTOR_SUBMODE 18u
#define VSUBMODE_FORM_2 0x20

/* A block address as minute, second, frame. Binary, or two digits a byte. */
void vmsf(uint8_t msf[3], int32_t lba);

/* Fill in all of a raw sector around the data that stands in it already. */
void vsector_complete(uint8_t raw[VSECTOR_RAW], int32_t lba);

/* ... of mode 2, with its subheader in it already, which says its form. */
void vsector_complete_mode_2(uint8_t raw[VSECTOR_RAW], int32_t lba);

/* ... of mode 2 form 1 (CD-ROM XA), with its subheader of four bytes, which
   stands there twice. */
void vsector_complete_xa(uint8_t raw[VSECTOR_RAW],
                         int32_t lba,
                         const uint8_t subheader[4]);

#endif
