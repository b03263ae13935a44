/* write_mode.c: the ways of recording that mode page 05h chooses from. MODE
   SELECT takes nothing else for the disc, GET CONFIGURATION announces nothing
   else. */
#include "../mmc_names.h"
#include "family.h"
#include "quirk.h"

static const uint8_t *page_05(const struct vdrive *d) {
  return d->pages[VPAGE_WRITE_PARAMETERS];
}

bool vdrive_tests(const struct vdrive *d) {
  return (page_05(d)[2] & 0x10) != 0;
}

bool vdrive_underrun_free(const struct vdrive *d) {
  return (page_05(d)[2] & 0x40) != 0;
}

bool vdrive_next_allowed(const struct vdrive *d) {
  return page_05(d)[3] >> 6 == 3;
}

/* Data block types of a way, bit by bit; some drives want one of their own for
   CD-TEXT. */
static unsigned block_types(const struct vdrive *d,
                            const struct vwrite_mode *mode) {
  bool text = mode == &vwrite_mode_sao && vquirk(d, VQUIRK_TEXT_BLOCK_TYPE);
  return mode->block_types | (text ? 1u << VBLOCK_TYPE_TEXT : 0);
}

const struct vwrite_mode *vwrite_mode_find(const struct vdrive *d,
                                           const uint8_t *page) {
  unsigned type = page[2] & 0x0F, block_type = page[4] & 0x0F;
  const struct vwrite_mode *const *mode = vdrive_family(d)->modes;
  for (; mode != NULL && *mode != NULL; mode++)
    if ((*mode)->write_type == type &&
        block_types(d, *mode) >> block_type & 1 &&
        ((*mode)->good_page == NULL || (*mode)->good_page(page)))
      return *mode;
  return NULL;
}

bool vwrite_mode_among(const struct vfamily *family,
                       const struct vwrite_mode *mode) {
  const struct vwrite_mode *const *m = family->modes;
  while (m != NULL && *m != NULL && *m != mode)
    m++;
  return m != NULL && *m != NULL;
}

uint16_t vwrite_mode_block_types(const struct vwrite_mode *const *modes) {
  uint16_t all = 0;
  for (; *modes != NULL; modes++)
    all |= (*modes)->block_types;
  return all;
}

const struct vwrite_mode *vwrite_mode_current(const struct vdrive *d) {
  return vwrite_mode_find(d, page_05(d));
}
