/* subchannel.h: what the Q sub-channel says at a block (IEC 60908, 17.5). */
#ifndef DISCRECORDER_VIRTUAL_SUBCHANNEL_H
#define DISCRECORDER_VIRTUAL_SUBCHANNEL_H

#include "program.h"

#define VQ_LEN 16u /* formatted Q, as READ CD sends it */

/* CRC-16 of Q and of CD-TEXT packs, as it stands on the disc. */
uint16_t vsubchannel_crc(const uint8_t *p, unsigned len);

/* Twelve bytes of Q in BCD with CRC, then padding and P. */
void vsubchannel_q(const struct vmedium *m,
                   const struct vtrack *t,
                   int32_t lba,
                   uint8_t q[VQ_LEN]);
/* P to W, bit 7 to 0 of each byte; nothing in R to W. */
void vsubchannel_raw(const uint8_t q[VQ_LEN], uint8_t raw[VBLOCK_SUBCHANNEL]);

#endif
