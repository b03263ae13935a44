/* mode_2.c: see mode_2.h. */
#include "mode_2.h"

#include <string.h>

#include "cue.h"
#include "read.h"

#define AT_ONCE 16u
#define SUBHEADER VSECTOR_DATA /* in a sector of mode 2 */

const struct vmode_2_sent *vmode_2_block_type(unsigned block_type) {
  static const struct vmode_2_sent with_subheader = {2056, 0, SUBHEADER},
                                   form_2 = {2324, 0, VSECTOR_XA_DATA},
                                   mixed = {2332, 0, SUBHEADER};
  switch (block_type) {
    case VBLOCK_TYPE_FORM_1_SUBHEADER:
      return &with_subheader;
    case VBLOCK_TYPE_FORM_2:
      return &form_2;
    case VBLOCK_TYPE_MIXED:
      return &mixed;
    default:
      return NULL;
  }
}

const struct vmode_2_sent *vmode_2_form(unsigned form) {
  static const struct vmode_2_sent sector = {2336, 0, SUBHEADER},
                                   whole = {VSECTOR_RAW, 16, SUBHEADER};
  return form == VCUE_XA ? &sector : form == VCUE_XA_RAW ? &whole : NULL;
}

bool vmode_2_write(struct vdrive *d,
                   int32_t lba,
                   const uint8_t *data,
                   uint32_t n,
                   const struct vmode_2_sent *sent,
                   const uint8_t subheader[4]) {
  uint8_t raw[VSECTOR_RAW] = {0};
  for (uint32_t i = 0; i < n; i++, data += sent->bytes) {
    for (unsigned copy = 0; sent->at != SUBHEADER && copy < 2; copy++) {
      memcpy(raw + SUBHEADER + 4 * copy, subheader, 4);
      raw[SUBHEADER + 4 * copy + 2] |= VSUBMODE_FORM_2;
    }
    memcpy(raw + sent->at, data + sent->skip, sent->bytes - sent->skip);
    if (!vdisc_write_in(&d->disc, VREGION_RAW, lba + (int32_t)i, raw, 1))
      return false;
  }
  return true;
}

static bool is_form_2(const uint8_t *raw) {
  return (raw[VSECTOR_SUBMODE] & VSUBMODE_FORM_2) != 0;
}

uint32_t vmode_2_fetch(
  struct vdrive *d, int32_t lba, uint32_t n, uint8_t *raw, struct vsense *why) {
  uint32_t got = vread_fetch_raw(d, lba, n, raw, why);
  for (uint32_t i = 0; i < got; i++)
    vsector_complete_mode_2(raw + (size_t)i * VSECTOR_RAW, lba + (int32_t)i);
  return got;
}

uint32_t
vmode_2_alike(struct vdrive *d, int32_t lba, uint32_t n, bool *form_2) {
  uint8_t raw[AT_ONCE * VSECTOR_RAW] = {0};
  uint32_t have, same = 1;
  if (n > AT_ONCE)
    n = AT_ONCE;
  have = vdisc_read_in(&d->disc, VREGION_RAW, lba, raw, n);
  *form_2 = is_form_2(raw);
  while (same < have && is_form_2(raw + (size_t)same * VSECTOR_RAW) == *form_2)
    same++;
  return same;
}
