/* sgio_sys.h: reading /sys, /proc and /dev/disk below a root, for the files
   that look at nodes and holders. Paths are formats; the root goes before them.
 */
#ifndef DISCRECORDER_SGIO_SYS_H
#define DISCRECORDER_SGIO_SYS_H

#include "sgio_node.h"

#include <dirent.h>
#include <stddef.h>

/* The root and the path together; false: too long. */
bool sgio_sys_path(const struct sgio_system *s,
                   char *out,
                   size_t size,
                   const char *format,
                   ...) __attribute__((format(printf, 4, 5)));

/* Where a link leads, as it is written; false: no link. */
bool sgio_sys_link(const struct sgio_system *s,
                   char *out,
                   size_t size,
                   const char *format,
                   ...) __attribute__((format(printf, 4, 5)));

/* The first entry of a folder by name; false: none. */
bool sgio_sys_first(const struct sgio_system *s,
                    char *out,
                    size_t size,
                    const char *format,
                    ...) __attribute__((format(printf, 4, 5)));

/* A folder to read, or NULL. */
DIR *sgio_sys_folder(const struct sgio_system *s, const char *path);

/* port and alike of a node whose name and number are known: sgio_place.c */
void sgio_node_place(const struct sgio_system *s, struct sgio_node *node);

#endif
