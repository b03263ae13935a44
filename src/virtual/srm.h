/* srm.h: what the files about BD-R know of each other. */
#ifndef DISCRECORDER_VIRTUAL_SRM_H
#define DISCRECORDER_VIRTUAL_SRM_H

#include "medium.h"

/* Format types of FORMAT UNIT. */
enum { VSRM_FULL = 0x00, VSRM_SPARE_AREAS = 0x32 };

/* srm_layout.c: clusters of spare areas, all layers together: what drives make
   unless they are told, what they make at least, and at most. */
struct vsrm_spares {
  uint32_t usual, least, most;
};

const struct vsrm_spares *vsrm_spares(const struct vmedium *m);
uint32_t vsrm_blocks(const struct vmedium *m, uint32_t spare_clusters);
bool vsrm_good_format(const struct vmedium *m);

/* srm.c: tracks that can be written, and how many there may be at a time. */
unsigned vsrm_open_tracks(const struct vmedium *m);
unsigned vsrm_open_tracks_most(void);

#endif
