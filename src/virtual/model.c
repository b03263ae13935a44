/* model.c: the drives that there are, by what they write and read. */
#include "model.h"

#include <string.h>

#include "../mmc_names.h"
#include "family.h"

#define CDS PROFILE_CD_RW, PROFILE_CD_R, PROFILE_CD_ROM
#define DVDS                                                                   \
  PROFILE_DVD_PLUS_R_DL, PROFILE_DVD_PLUS_R, PROFILE_DVD_PLUS_RW,              \
    PROFILE_DVD_R_DL, PROFILE_DVD_RW, PROFILE_DVD_RW_OVERWRITE,                \
    PROFILE_DVD_RAM, PROFILE_DVD_R, PROFILE_DVD_ROM

static const struct vmodel models[] = {
  {"cd-rw", "CD-RW RECORDER", {CDS}},
  {"cd-r", "CD-R RECORDER", {PROFILE_CD_R, PROFILE_CD_ROM}},
  {"dvd", "DVD RECORDER", {DVDS, CDS}},
  {"bd",
   "BD RECORDER",
   {PROFILE_BD_RE, PROFILE_BD_R, PROFILE_BD_ROM, DVDS, CDS}},
};

#define MODELS (sizeof models / sizeof *models)

const struct vmodel *vmodel_find(const char *name) {
  for (unsigned i = 0; i < MODELS; i++)
    if (strcmp(models[i].name, name) == 0)
      return &models[i];
  return NULL;
}

const struct vmodel *vmodel_for(enum vkind kind) {
  const struct vdisc_kind *k = vdisc_kind(kind);
  for (unsigned i = 0; k != NULL && i < MODELS; i++)
    if (vmodel_has(&models[i], k->profile))
      return &models[i];
  return &models[0];
}

bool vmodel_has(const struct vmodel *model, uint16_t profile) {
  for (unsigned i = 0; model->profiles[i] != 0; i++)
    if (model->profiles[i] == profile)
      return true;
  return false;
}

bool vmodel_reads(const struct vmodel *model, enum vkind kind) {
  const struct vdisc_kind *k = vdisc_kind(kind);
  return k != NULL &&
         (vmodel_has(model, k->profile) || vmodel_has(model, k->rom_profile));
}
