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

bool vtrack_complete(struct vdrive *d, struct vtrack *t) {
  uint32_t wanted = t->reserved > VTRACK_MIN ? t->reserved : VTRACK_MIN;
  struct vtrack before = *t;
  /* A track shorter than four seconds or than its reservation is padded
     (MMC-6 6.3, CLOSE TRACK). */
  if (t->blocks < wanted) {
    int32_t from = t->start + (int32_t)t->blocks;
    t->damaged = true;
    if (!d->lost.on && !vdisc_zero(&d->disc, from, wanted - t->blocks))
      return false;
    t->blocks = wanted;
  }
  t->state = VTRACK_COMPLETE;
  t->damaged = false;
  t->runout = VRUNOUT;
  if (vdrive_store(d))
    return true;
  *t = before;
  t->damaged = true;
  return false;
}
