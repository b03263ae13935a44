/* remote.h: the transport to a drive in another machine. */
#ifndef DISCRECORDER_ISCSI_REMOTE_H
#define DISCRECORDER_ISCSI_REMOTE_H

#include "../transport/registry.h"

/* As registry.h says. */
struct transport *remote_open(const char *address, struct failure *f);
bool remote_absolute(const char *address,
                     char *out,
                     size_t size,
                     struct failure *f);

#endif
