/* features.h: what GET CONFIGURATION's descriptors say: each fills in its data
   and returns the length. */
#ifndef DISCRECORDER_VIRTUAL_FEATURES_H
#define DISCRECORDER_VIRTUAL_FEATURES_H

#include "family.h"

/* Can the disc be formatted, as it is now? Can any block be written? */
bool vdrive_formattable(const struct vdrive *d);
bool vdrive_overwritable(const struct vdrive *d);

/* feature_data.c */
#define VFEATURE(name)                                                         \
  unsigned vfeature_##name(const struct vdrive *d, uint8_t *p)

VFEATURE(profiles);
VFEATURE(core);
VFEATURE(morphing);
VFEATURE(removable);
VFEATURE(write_protect);
VFEATURE(random_readable);
VFEATURE(cd_read);
VFEATURE(dvd_read);
VFEATURE(random_writable);
VFEATURE(incremental);
VFEATURE(formattable);
VFEATURE(defect_management);
VFEATURE(plus_r);
VFEATURE(restricted);
VFEATURE(pseudo_overwrite);
VFEATURE(track_at_once);
VFEATURE(mastering);
VFEATURE(minus);
VFEATURE(cd_rw_write);
VFEATURE(bd_read);
VFEATURE(bd_write);
VFEATURE(timeout);
VFEATURE(streaming);
VFEATURE(serial_number);

#undef VFEATURE

#endif
