/* leftover.c: what servers that were killed have left in configfs. Ours are
   known by their names; dead ones by their uio device, which nobody has open.
   The caller holds config_lock, so that none is half set up meanwhile. */
#include "configfs.h"
#include "uio.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define CORE CONFIGFS_TARGET "/core"
#define LOOPBACK CONFIGFS_TARGET "/loopback"

static bool begins(const char *name, const char *with) {
  return strncmp(name, with, strlen(with)) == 0;
}

/* Does nobody serve it? One that has no device was never switched on. */
static bool is_dead(const char *hba, const char *name) {
  unsigned number = 0, hash = 0;
  char id[64], node[SERVE_PATH_MAX];
  int fd;
  if (sscanf(hba, "user_%u", &number) != 1 ||
      sscanf(name, SERVE_NAME "%8x", &hash) != 1)
    return false;
  snprintf(id, sizeof id, SERVE_ID, number, hash);
  if (!uio_find(id, node, sizeof node))
    return true;
  fd = uio_open_node(node);
  if (fd < 0)
    return errno != EBUSY;
  close(fd);
  return true;
}

/* The backstore behind a host of ours; false: there is none. */
static bool backstore_of(const char *lun, char *target) {
  char link[SERVE_PATH_MAX];
  ssize_t len;
  if (!config_join(link, lun, "discrecorder"))
    return false;
  len = readlink(link, target, SERVE_PATH_MAX - 1);
  if (len <= 0)
    return false;
  target[len] = '\0';
  return true;
}

/* The last folder of a path is cut off; NULL: there is none. */
static const char *cut_last(char *path) {
  char *slash = strrchr(path, '/');
  if (slash == NULL)
    return NULL;
  *slash = '\0';
  return slash + 1;
}

/* A host without a backstore was never finished. What still waits for an answer
   of a dead one is ended. */
static bool host_is_dead(const char *lun) {
  char target[SERVE_PATH_MAX];
  const char *name, *hba;
  struct config c;
  if (!backstore_of(lun, target))
    return true;
  name = cut_last(target);
  hba = cut_last(target);
  if (name == NULL || hba == NULL)
    return true;
  if (!is_dead(hba, name))
    return false;
  memset(&c, 0, sizeof c);
  if (config_join(c.hba, CORE, hba) && config_join(c.backstore, c.hba, name))
    config_give_up(&c);
  return true;
}

static bool
remove_host(const char *name, unsigned *removed, struct failure *f) {
  struct config c;
  memset(&c, 0, sizeof c);
  if (!config_join(c.naa, LOOPBACK, name) ||
      !config_join(c.tpg, c.naa, "tpgt_1") ||
      !config_join(c.lun, c.tpg, "lun/lun_0") ||
      !config_join(c.link, c.lun, "discrecorder"))
    return true;
  if (!host_is_dead(c.lun))
    return true;
  ++*removed;
  return config_remove_host(&c, f);
}

static bool remove_backstore(const char *hba,
                             const char *name,
                             unsigned *removed,
                             struct failure *f) {
  struct config c;
  memset(&c, 0, sizeof c);
  if (!is_dead(hba, name) || !config_join(c.hba, CORE, hba) ||
      !config_join(c.backstore, c.hba, name))
    return true;
  ++*removed;
  return config_remove_backstore(&c, f);
}

/* Call 'what' for each entry of a folder that begins so; stop at a failure. */
static bool each(const char *folder,
                 const char *prefix,
                 bool (*what)(const char *folder,
                              const char *name,
                              unsigned *removed,
                              struct failure *f),
                 unsigned *removed,
                 struct failure *f) {
  DIR *d = opendir(folder);
  struct dirent *e;
  bool ok = true;
  while (d != NULL && ok && (e = readdir(d)) != NULL)
    if (begins(e->d_name, prefix))
      ok = what(folder, e->d_name, removed, f);
  if (d != NULL)
    closedir(d);
  return ok;
}

static bool visit_host(const char *folder,
                       const char *name,
                       unsigned *removed,
                       struct failure *f) {
  (void)folder;
  return remove_host(name, removed, f);
}

static bool visit_backstore(const char *folder,
                            const char *name,
                            unsigned *removed,
                            struct failure *f) {
  return remove_backstore(strrchr(folder, '/') + 1, name, removed, f);
}

static bool visit_hba(const char *folder,
                      const char *name,
                      unsigned *removed,
                      struct failure *f) {
  char hba[SERVE_PATH_MAX];
  return !config_join(hba, folder, name) ||
         each(hba, SERVE_NAME, visit_backstore, removed, f);
}

bool config_remove_left_overs(unsigned *removed, struct failure *f) {
  unsigned parts = 0;
  *removed = 0;
  if (!each(LOOPBACK, SERVE_NAA, visit_host, &parts, f) ||
      !each(CORE, "user_", visit_hba, removed, f))
    return false;
  if (*removed < parts)
    *removed = parts;
  return true;
}
