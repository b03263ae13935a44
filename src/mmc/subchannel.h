/* subchannel.h: what CDs have besides their sectors: sub-channel Q, the codes
   in it, CD-TEXT. As mmc.h: one command, one function. */
#ifndef DISCRECORDER_MMC_SUBCHANNEL_H
#define DISCRECORDER_MMC_SUBCHANNEL_H

#include "mmc.h"

#pragma GCC visibility push(hidden)

#define MMC_MCN_LENGTH 13
#define MMC_TRACK_LEAD_OUT 0xAA
#define MMC_Q_AT_ONCE 27 /* blocks; 62 KiB with their sectors */

enum mmc_adr {
  MMC_ADR_NONE = 0, /* it made no sense */
  MMC_ADR_POSITION = 1,
  MMC_ADR_MCN = 2,
  MMC_ADR_ISRC = 3
};

/* Q of a block (MMC-6 4.2.3.2). */
struct mmc_q {
  enum mmc_adr adr;
  uint8_t control;
  /* of a position */
  uint8_t track, index; /* index 0: its pregap */
  int32_t relative;     /* blocks: to index 1 in a pregap, else since */
  int32_t absolute;     /* LBA; drives are off by one or two here */
  char code[MMC_MCN_LENGTH + 1]; /* MCN or ISRC */
};

/* READ CD of whole sectors with formatted Q, of at most MMC_Q_AT_ONCE. */
bool mmc_read_q(struct transport *t,
                int32_t lba,
                unsigned blocks,
                struct mmc_q *out,
                struct failure *f);
#pragma GCC visibility pop

#endif
