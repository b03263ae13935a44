/* uio.c: finding a backstore's device among all of them, and its memory. */
#include "uio.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "node.h"

#define CLASS "/sys/class/uio"

bool uio_find(const char *id, char *node, size_t size) {
  DIR *class = opendir(CLASS);
  char folder[SERVE_PATH_MAX], name[SERVE_PATH_MAX];
  struct dirent *e;
  bool found = false;
  if (class == NULL)
    return false;
  while (!found && (e = readdir(class)) != NULL) {
    if (strncmp(e->d_name, "uio", 3) != 0 ||
        !config_join(folder, CLASS, e->d_name) ||
        !config_read(folder, "name", name, sizeof name) ||
        strncmp(name, "tcm-user/", 9) != 0)
      continue;
    /* tcm-user/HBA/BACKSTORE/CONFIGURATION, and the last two are ours */
    found = strlen(name) > strlen(id) &&
            strcmp(name + strlen(name) - strlen(id), id) == 0;
    if (found)
      snprintf(node, size, "%.200s", e->d_name);
  }
  closedir(class);
  return found;
}

int uio_open_node(const char *node) {
  char folder[SERVE_PATH_MAX], path[SERVE_PATH_MAX];
  if (!config_join(path, "/dev", node) || !config_join(folder, CLASS, node) ||
      !node_make(folder, path, S_IFCHR | 0600))
    return -1;
  return open(path, O_RDWR | O_CLOEXEC | O_NONBLOCK);
}

static size_t map_size(const char *node) {
  char folder[SERVE_PATH_MAX], text[32];
  snprintf(folder, sizeof folder, CLASS "/%.100s/maps/map0", node);
  if (!config_read(folder, "size", text, sizeof text))
    return 0;
  return (size_t)strtoull(text, NULL, 0);
}

bool uio_open(struct uio *u, const char *id, struct failure *f) {
  char node[SERVE_PATH_MAX];
  void *map;
  u->fd = -1;
  u->map = NULL;
  if (!uio_find(id, node, sizeof node))
    return fail(f, FAIL_GENERIC, "serve: no uio device appeared for %s", id);
  u->size = map_size(node);
  u->fd = uio_open_node(node);
  if (u->fd < 0)
    return fail_errno(f, errno, FAIL_GENERIC, "serve: /dev/%.60s", node);
  map = u->size == 0
          ? MAP_FAILED
          : mmap(NULL, u->size, PROT_READ | PROT_WRITE, MAP_SHARED, u->fd, 0);
  if (map == MAP_FAILED) {
    fail_errno(f, errno, FAIL_GENERIC, "serve: memory of /dev/%.60s", node);
    uio_close(u);
    return false;
  }
  u->map = map;
  return true;
}

void uio_close(struct uio *u) {
  if (u->map != NULL)
    munmap(u->map, u->size);
  if (u->fd >= 0)
    close(u->fd);
  u->map = NULL;
  u->fd = -1;
}
