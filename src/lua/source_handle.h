/* source_handle.h: what a source's userdata holds. */
#ifndef DISCRECORDER_SOURCE_HANDLE_H
#define DISCRECORDER_SOURCE_HANDLE_H

#include "binding.h"
#include <string.h>

/* new_source gives the address of the first field. One reference to 'source'
   is the userdata's; NULL: closed. */
struct source_handle {
  struct source *source;
  bool reading; /* by this userdata's open and read, not by a burn */
};

/* An open source, or an error. */
struct source_handle *check_source_handle(lua_State *L, int arg);

extern const luaL_Reg source_push_methods[]; /* methods of pushed bytes */

#endif
