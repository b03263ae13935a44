/* cd_text.c: see cd_text.h. Blocks have 96 bytes here: four packs, whose bits
   go six to a byte into the sub-channels R to W (MMC-3 Annex J). */
#include "cd_text.h"

#include "cd.h"
#include <stdlib.h>

#define PACK_RAW 24 /* bytes of a pack, six bits in each */
#define PACKS_PER_BLOCK 4
#define TEXT_BLOCK (PACKS_PER_BLOCK * PACK_RAW)
#define BLOCKS_AT_ONCE 256u

static void spread(const uint8_t *pack, uint8_t *raw) {
  for (size_t i = 0; i < TEXT_PACK; i += 3, pack += 3, raw += 4) {
    raw[0] = pack[0] >> 2;
    raw[1] = (uint8_t)((pack[0] << 4 | pack[1] >> 4) & 0x3F);
    raw[2] = (uint8_t)((pack[1] << 2 | pack[2] >> 6) & 0x3F);
    raw[3] = pack[2] & 0x3F;
  }
}

static bool lead_in_start(struct burn *b, int32_t *start, struct failure *f) {
  struct mmc_atip atip;
  if (!mmc_atip(recorder_link(b->job.recorder), &atip, f))
    return false;
  *start = mmc_lead_in(&atip);
  return (atip.has_lead_in && *start < -CD_PREGAP) ||
         fail(f,
              FAIL_DISC_INFO,
              "CD-TEXT: the drive does not say where the lead-in begins");
}

static bool write_blocks(struct burn *b,
                         int32_t lba,
                         unsigned blocks,
                         uint8_t *room,
                         unsigned *pack,
                         struct failure *f) {
  for (unsigned i = 0; i < blocks * PACKS_PER_BLOCK; i++) {
    spread(b->spec.text + (size_t)*pack * TEXT_PACK,
           room + (size_t)i * PACK_RAW);
    *pack = (*pack + 1) % b->spec.text_packs;
  }
  return job_go_on(&b->job, f) &&
         mmc_write(
           recorder_link(b->job.recorder), lba, blocks, room, TEXT_BLOCK, f);
}

bool cd_text_write(struct burn *b, struct failure *f) {
  uint8_t room[BLOCKS_AT_ONCE * TEXT_BLOCK];
  int32_t lba, end = -CD_PREGAP;
  unsigned pack = 0;
  if (b->spec.text_packs == 0)
    return true;
  if (!lead_in_start(b, &lba, f))
    return false;
  while (lba < end) {
    unsigned blocks = BLOCKS_AT_ONCE;
    if (blocks > (unsigned)(end - lba))
      blocks = (unsigned)(end - lba);
    if (!write_blocks(b, lba, blocks, room, &pack, f))
      return false;
    lba += (int32_t)blocks;
  }
  return true;
}
