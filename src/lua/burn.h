/* burn.h: what becomes of a burn that is done, as Lua sees it. */
#ifndef DISCRECORDER_LUA_BURN_H
#define DISCRECORDER_LUA_BURN_H

#include "../recorder/burn.h"
#include "recorder.h"

/* The report, or nil, failure, code, report. */
int push_burn(lua_State *L, struct job *j);

/* burn_many.c: the results of all; how far all are. */
int push_many(lua_State *L, struct job *j);
void push_many_progress(lua_State *L, struct job *j);

#endif
