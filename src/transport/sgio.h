/* sgio.h: real drives on Linux: SG_IO on an sr node or its sg twin. Which node,
   who holds it, how an answer is judged: a file each. */
#ifndef DISCRECORDER_SGIO_H
#define DISCRECORDER_SGIO_H

#include "sgio_system.h"
#include "transport.h"

/* A transport to the drive at a device node, identified and not yet held. NULL:
   the failure says why; nothing was sent to anything that is no optical drive,
   nor to a drive that another program holds. */
struct transport *sgio_open(const char *path, struct failure *f);
struct transport *sgio_open_with(const struct sgio_system *system,
                                 const char *path,
                                 struct failure *f);

#endif
