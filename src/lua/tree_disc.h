/* tree_disc.h: see tree_disc.c. */
#ifndef DISCRECORDER_TREE_DISC_H
#define DISCRECORDER_TREE_DISC_H

#include "binding.h"

extern const luaL_Reg tree_disc_functions[];
void register_tree_disc(lua_State *L);

#endif
