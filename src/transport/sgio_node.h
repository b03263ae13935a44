/* sgio_node.h: what a device node is, found out without asking the device. */
#ifndef DISCRECORDER_SGIO_NODE_H
#define DISCRECORDER_SGIO_NODE_H

#include "../failure.h"
#include "sgio_system.h"

#include <stdbool.h>
#include <stdint.h>

struct sgio_node {
  char path[512];        /* as the user named it */
  bool generic;          /* an sg node; else sr */
  char name[32];         /* the kernel's: "sr0", "sg1" */
  char twin[48];         /* "/dev/sr0" of an sg node; "" where there is none */
  char other[48];        /* "/dev/sg1" of an sr node, or "" */
  unsigned major, minor; /* of the sr device, for mounts; 0, 0: none is known */
  uint32_t max_bytes;    /* in one packet; 0: not known */
  char port[256]; /* where it is plugged in, the same at each boot; or "" */
  bool alike;     /* another drive has the same names and serial number */
};

/* Only stat and what /sys and /dev/disk say; no packet is sent. */
bool sgio_node_find(const struct sgio_system *s,
                    const char *path,
                    struct sgio_node *node,
                    struct failure *f);

/* Say why a node could not be opened, with its group where that is why. */
bool sgio_node_denied(const struct sgio_system *s,
                      const char *path,
                      int err,
                      struct failure *f);

/* The first line of a file below the root, without its end; false: none. */
bool sgio_read_line(const struct sgio_system *s,
                    char *out,
                    size_t size,
                    const char *format,
                    ...) __attribute__((format(printf, 4, 5)));

#endif
