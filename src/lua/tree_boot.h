/* tree_boot.h: the field `boot` of a tree's options. */
#ifndef DISCRECORDER_LUA_TREE_BOOT_H
#define DISCRECORDER_LUA_TREE_BOOT_H

#include "../source/tree.h"
#include "binding.h"

/* From the table at 1; what it leaves on the stack keeps the list. */
void read_boot(lua_State *L, struct tree_options *o);

#endif
