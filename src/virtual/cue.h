/* cue.h: a session that is to be recorded at once, as SEND CUE SHEET laid it
   out (MMC-6 6.33). */
#ifndef DISCRECORDER_VIRTUAL_CUE_H
#define DISCRECORDER_VIRTUAL_CUE_H

#include "medium.h"

#define VCUE_MAX 1024u     /* entries of a sheet */
#define VCUE_LEADOUT 0xAAu /* "track" of the last part */

/* Data forms: what the host sends for each block. */
enum vcue_form {
  VCUE_AUDIO = 0x00,
  VCUE_AUDIO_PAUSE = 0x01, /* nothing: silence */
  VCUE_MODE_1 = 0x10,
  VCUE_MODE_1_RAW = 0x11,   /* 2352 bytes, of which the data counts */
  VCUE_MODE_1_PAUSE = 0x14, /* nothing: zeros */
  VCUE_XA = 0x20,           /* subheader, data, EDC, ECC: 2336 bytes */
  VCUE_XA_RAW = 0x21,       /* 2352 of them, sync and header in front */
  VCUE_XA_PAUSE = 0x24,     /* nothing: zeros, form 1 */
  VCUE_TEXT = 0x41          /* lead-in: 96 bytes, R to W */
};

/* Blocks from 'start' to the next part. Track 0 is the lead-in. */
struct vcue_part {
  int32_t start;
  uint8_t track, index;
  uint8_t form; /* enum vcue_form */
  uint8_t control;
  bool copied;
};

struct vcue {
  unsigned nparts; /* with the lead-out; 0: there is no sheet */
  bool begun;      /* it is being recorded, or was */
  struct vcue_part parts[VCUE_MAX + 1];
  char mcn[VMCN_LEN + 1];
  char isrc[VTRACKS + 1][VISRC_LEN + 1];
};

/* What the blocks of a form are: audio, mode 1, or mode 2 of the XA forms. */
static inline unsigned vcue_kind(uint8_t form) {
  return form & 0x30u;
}

/* Bytes that the host sends for a block; 0: the drive makes it. */
uint32_t vcue_block(const struct vcue_part *part);

#endif
