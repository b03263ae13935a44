/* registry.h: transports that live in modules of their own, so that the core is
   not linked with their libraries: such a module is loaded by Lua and says
   which scheme it carries ("iscsi"). */
#ifndef DISCRECORDER_REGISTRY_H
#define DISCRECORDER_REGISTRY_H

#include "transport.h"

/*
** What a module provides. The object lives as long as the process: the module
** is pinned. The version comes first and never moves: a module of another
** version is refused, for it may have other ideas of a packet.
*/
struct transport_scheme {
  const char *version; /* of the library that the module belongs to */
  const char *scheme;  /* "iscsi", without the colon */
  /* NULL: the failure says why. */
  struct transport *(*open)(const char *address, struct failure *f);
  /* The address in one spelling and without a password. */
  bool (*absolute)(const char *address,
                   char *out,
                   size_t size,
                   struct failure *f);
};

/* Repeating it is harmless. False: no room, or another version. */
bool transport_register(const struct transport_scheme *s, const char *version);
/* NULL: no module has registered it. From any thread. */
const struct transport_scheme *transport_scheme(const char *name);

#endif
