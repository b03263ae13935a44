/* atip.h: what is pressed into the groove of a blank disc by its maker. */
#ifndef DISCRECORDER_VIRTUAL_ATIP_H
#define DISCRECORDER_VIRTUAL_ATIP_H

#include "medium.h"

/* Where the lead-in begins: hosts know the maker by it (97:34:2x). */
static inline int32_t vatip_lead_in(enum vkind kind) {
  return kind == VKIND_CD_RW ? -11075 : -11077;
}

#endif
