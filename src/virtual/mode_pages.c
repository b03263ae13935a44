/* mode_pages.c: defaults and changeable bits of the mode pages (MMC-6 7). */
#include "mode_pages.h"

#include <string.h>

#include "../mmc_names.h"
#include "family.h"

#define PAGE_TIMEOUT 0x1D

const struct vpage_row vpage_rows[VPAGE_COUNT] = {
  [VPAGE_ERROR_RECOVERY] =
    {
      .code = PAGE_ERROR_RECOVERY,
      .len = 12,
      .mask = {[2] = 0xFF, 0xFF},
      .defaults = {[3] = 0x20},
    },
  [VPAGE_WRITE_PARAMETERS] =
    {
      .code = PAGE_WRITE_PARAMETERS,
      .len = 52,
      .mask =
        {[2] = 0x7F, 0xFF, 0x0F, 0xFF, [7] = 0x3F,  0xFF, [10] = 0xFF, 0xFF,
         0xFF,       0xFF, 0xFF, 0xFF, [16] = 0xFF, 0xFF, 0xFF,        0xFF,
         0xFF,       0xFF, 0xFF, 0xFF, [24] = 0xFF, 0xFF, 0xFF,        0xFF,
         0xFF,       0xFF, 0xFF, 0xFF, [32] = 0xFF, 0xFF, 0xFF,        0xFF,
         0xFF,       0xFF, 0xFF, 0xFF, [40] = 0xFF, 0xFF, 0xFF,        0xFF,
         0xFF,       0xFF, 0xFF, 0xFF, [48] = 0xFF, 0xFF, 0xFF,        0xFF},
      /* track-at-once; data, mode 1; pauses of 150 */
      .defaults = {[2] = 0x01, 0x04, 0x08, [15] = VPREGAP},
    },
  [VPAGE_CD_DEVICE] =
    {
      .code = PAGE_CD_DEVICE,
      .len = 8,
      .mask = {[3] = 0x0F},
      .defaults = {[3] = 0x08, [5] = 60, [7] = 75},
    },
  [VPAGE_CD_AUDIO] =
    {
      .code = PAGE_CD_AUDIO,
      .len = 16,
      .mask = {[2] = 0x02, [8] = 0x0F, 0xFF, 0x0F, 0xFF},
      .defaults = {[2] = 0x04, [8] = 0x01, 0xFF, 0x02, 0xFF},
    },
  [VPAGE_POWER] =
    {
      .code = PAGE_POWER_CONDITION,
      .len = 12,
      .mask = {[3] = 0x03, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF},
    },
  [VPAGE_TIMEOUT] =
    {
      .code = PAGE_TIMEOUT,
      .len = 10,
      .defaults = {[7] = 60, [9] = 60},
    },
};

void vpage_default(const struct vdrive *d,
                   unsigned i,
                   uint8_t page[VPAGE_MAX]) {
  const uint8_t *page_05 = vdrive_family(d)->page_05;
  memcpy(page, vpage_rows[i].defaults, VPAGE_MAX);
  page[0] = vpage_rows[i].code;
  page[1] = vpage_rows[i].len - 2;
  if (i == VPAGE_WRITE_PARAMETERS && page_05 != NULL)
    memcpy(page + 2, page_05, 12);
}

void vdrive_pages_default(struct vdrive *d) {
  d->page_05_set = false;
  for (unsigned i = 0; i < VPAGE_COUNT; i++)
    vpage_default(d, i, d->pages[i]);
}
