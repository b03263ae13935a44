/* uio.h: the memory that a backstore shares with its server, and the descriptor
   that wakes either of them. */
#ifndef DISCRECORDER_SERVE_UIO_H
#define DISCRECORDER_SERVE_UIO_H

#include "../failure.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct uio {
  int fd; /* -1: not open */
  uint8_t *map;
  size_t size;
};

/* The device of a backstore: its name in sysfs ends with 'id'. Only one can
   have it open: EBUSY says that somebody serves it. */
bool uio_find(const char *id, char *node, size_t size);
int uio_open_node(const char *node); /* makes the node where there is none */
bool uio_open(struct uio *u, const char *id, struct failure *f);
void uio_close(struct uio *u);

#endif
