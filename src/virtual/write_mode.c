/* write_mode.c: the ways of recording that the drive knows. MODE SELECT takes
   nothing else, GET CONFIGURATION announces nothing else. */
#include "../mmc_names.h"
#include "drive.h"

static const struct vwrite_mode *const modes[] = {&vwrite_mode_tao};

#define MODES (sizeof modes / sizeof *modes)

const struct vwrite_mode *vwrite_mode_find(unsigned type, unsigned block_type) {
  for (unsigned i = 0; i < MODES; i++)
    if (modes[i]->write_type == type && modes[i]->block_types >> block_type & 1)
      return modes[i];
  return NULL;
}

uint16_t vwrite_mode_block_types(void) {
  uint16_t all = 0;
  for (unsigned i = 0; i < MODES; i++)
    all |= modes[i]->block_types;
  return all;
}

const struct vwrite_mode *vwrite_mode_current(const struct vdrive *d) {
  const uint8_t *page = d->pages[VPAGE_WRITE_PARAMETERS];
  return vwrite_mode_find(page[2] & 0x0F, page[4] & 0x0F);
}
