/* sgio_holder.h: who uses a drive, as far as /proc tells. */
#ifndef DISCRECORDER_SGIO_HOLDER_H
#define DISCRECORDER_SGIO_HOLDER_H

#include "sgio_node.h"

/* Where the node's disc is mounted; false: nowhere that can be seen. */
bool sgio_mount_point(const struct sgio_system *s,
                      const struct sgio_node *node,
                      char *out,
                      size_t size);

/* "wodim (process 123)", of the processes that have the node or its twin open
   and may be looked at, this one left out unless it is the only one; "" when
   none is found. */
void sgio_holders(const struct sgio_system *s,
                  const struct sgio_node *node,
                  char *out,
                  size_t size);

#endif
