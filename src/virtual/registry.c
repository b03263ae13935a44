/* registry.c: the drives of the process, so that two transports with one
   address lead to one drive. Its mutex is taken before any drive's. */
#include "registry.h"

#include <string.h>

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct vdrive *drives; /* guarded by 'mutex' */

void vregistry_lock(void) {
  pthread_mutex_lock(&mutex);
}

void vregistry_unlock(void) {
  pthread_mutex_unlock(&mutex);
}

struct vdrive *vregistry_by_file(dev_t dev, ino_t ino) {
  for (struct vdrive *d = drives; d != NULL; d = d->next)
    if (d->key_path == NULL && d->key_dev == dev && d->key_ino == ino)
      return d;
  return NULL;
}

struct vdrive *vregistry_by_path(const char *path) {
  for (struct vdrive *d = drives; d != NULL; d = d->next)
    if (d->key_path != NULL && strcmp(d->key_path, path) == 0)
      return d;
  return NULL;
}

struct vdrive *vregistry_holding(dev_t dev, ino_t ino) {
  for (struct vdrive *d = drives; d != NULL; d = d->next) {
    bool held;
    pthread_mutex_lock(&d->mutex);
    held = d->disc.fd >= 0 && d->disc.dev == dev && d->disc.ino == ino;
    pthread_mutex_unlock(&d->mutex);
    if (held)
      return d;
  }
  return NULL;
}

void vregistry_add(struct vdrive *d) {
  d->next = drives;
  drives = d;
}

void vregistry_remove(struct vdrive *d) {
  struct vdrive **at = &drives;
  while (*at != d)
    at = &(*at)->next;
  *at = d->next;
}
