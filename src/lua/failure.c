/* failure.c: failures as Lua sees them: a table that reads as its message. */
#include "binding.h"

#include "../mmc/sense.h"

static int failure_tostring(lua_State *L) {
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_getfield(L, 1, "message");
  luaL_tolstring(L, -1, NULL);
  return 1;
}

static int failure_concat(lua_State *L) {
  luaL_tolstring(L, 1, NULL);
  luaL_tolstring(L, 2, NULL);
  lua_concat(L, 2);
  return 1;
}

void register_failure(lua_State *L) {
  static const luaL_Reg metamethods[] = {
    {"__concat", failure_concat},
    {"__tostring", failure_tostring},
    {NULL, NULL},
  };
  luaL_newmetatable(L, FAILURE_TYPE);
  luaL_setfuncs(L, metamethods, 0);
  lua_pop(L, 1);
}

static void push_sense(lua_State *L, const struct failure *f) {
  lua_createtable(L, 0, 4);
  lua_pushinteger(L, f->key);
  lua_setfield(L, -2, "key");
  lua_pushinteger(L, f->asc);
  lua_setfield(L, -2, "asc");
  lua_pushinteger(L, f->ascq);
  lua_setfield(L, -2, "ascq");
  lua_pushstring(L, sense_text(f->key, f->asc, f->ascq));
  lua_setfield(L, -2, "text");
}

void push_failure_table(lua_State *L, const struct failure *f) {
  lua_createtable(L, 0, 8);
  lua_pushstring(L, f->message);
  lua_setfield(L, -2, "message");
  lua_pushstring(L, failure_kinds[f->code].name);
  lua_setfield(L, -2, "code");
  lua_pushstring(L, culprit_names[f->culprit]);
  lua_setfield(L, -2, "culprit");
  lua_pushstring(L, f->advice);
  lua_setfield(L, -2, "advice");
  lua_pushboolean(L, f->retryable);
  lua_setfield(L, -2, "retryable");
  if (f->command != NULL) {
    lua_pushstring(L, f->command);
    lua_setfield(L, -2, "command");
  }
  if (f->has_lba) {
    lua_pushinteger(L, f->lba);
    lua_setfield(L, -2, "lba");
  }
  if (f->has_sense) {
    push_sense(L, f);
    lua_setfield(L, -2, "sense");
  }
  luaL_setmetatable(L, FAILURE_TYPE);
}

int push_failure(lua_State *L, const struct failure *f) {
  luaL_pushfail(L);
  push_failure_table(L, f);
  lua_pushstring(L, failure_kinds[f->code].name);
  return 3;
}
