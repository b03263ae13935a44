/* registry.h: all drives of the process. */
#ifndef DISCRECORDER_VIRTUAL_REGISTRY_H
#define DISCRECORDER_VIRTUAL_REGISTRY_H

#include "drive.h"

void vregistry_lock(void);
void vregistry_unlock(void);

/* With the registry locked, and no drive. */
struct vdrive *vregistry_by_file(dev_t dev, ino_t ino);
struct vdrive *vregistry_by_path(const char *path);
/* The drive that this disc is in now, or NULL. */
struct vdrive *vregistry_holding(dev_t dev, ino_t ino);
void vregistry_add(struct vdrive *d);
void vregistry_remove(struct vdrive *d);

/* lifetime.c: a drive from nothing, and back. 'model' NULL: the one for the
   disc. 'make' opens options->path unless the tray is to be empty; 'canonical'
   names the drive. */
struct vdrive *vdrive_make(const struct virtual_options *options,
                           const struct vmodel *model,
                           const char *canonical,
                           struct failure *f);
void vdrive_free(struct vdrive *d);

#endif
