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
  set_integer(L, "key", f->key);
  set_integer(L, "asc", f->asc);
  set_integer(L, "ascq", f->ascq);
  set_string(L, "text", sense_text(f->key, f->asc, f->ascq));
}

void push_failure_table(lua_State *L, const struct failure *f) {
  lua_createtable(L, 0, 8);
  set_string(L, "message", f->message);
  set_string(L, "code", failure_kinds[f->code].name);
  set_string(L, "culprit", culprit_names[f->culprit]);
  set_string(L, "advice", f->advice);
  set_boolean(L, "retryable", f->retryable);
  if (f->command != NULL) {
    set_string(L, "command", f->command);
  }
  if (f->has_lba) {
    set_integer(L, "lba", f->lba);
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
