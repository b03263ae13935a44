/* model.h: the drives that there are. */
#ifndef DISCRECORDER_VIRTUAL_MODEL_H
#define DISCRECORDER_VIRTUAL_MODEL_H

#include <stdbool.h>
#include <stdint.h>

#include "medium.h"

#define VPROFILES_MAX 24

struct vmodel {
  const char *name, *product; /* 'product' is padded to 16 characters */
  uint16_t
    profiles[VPROFILES_MAX]; /* as GET CONFIGURATION lists them, then 0 */
};

const struct vmodel *vmodel_find(const char *name); /* NULL: none */
/* The one for a disc when nobody asks for another; 0: no disc at all. */
const struct vmodel *vmodel_for(enum vkind kind);
bool vmodel_has(const struct vmodel *model, uint16_t profile);
/* Can it read such a disc at all? */
bool vmodel_reads(const struct vmodel *model, enum vkind kind);

#endif
