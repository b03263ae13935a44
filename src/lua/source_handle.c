/* source_handle.c: the userdata of a source, apart from what can be done with
   it: every module that makes sources links this, discrecorder.core alone
   registers the type. */
#include "source_handle.h"

struct source **new_source(lua_State *L) {
  struct source_handle *h = lua_newuserdatauv(L, sizeof *h, 0);
  h->source = NULL;
  h->reading = false;
  luaL_setmetatable(L, SOURCE_TYPE);
  return &h->source;
}

struct source_handle *check_source_handle(lua_State *L, int arg) {
  struct source_handle *h = luaL_checkudata(L, arg, SOURCE_TYPE);
  luaL_argcheck(L, h->source != NULL, arg, "source is closed");
  return h;
}

struct source *check_source(lua_State *L, int arg) {
  return check_source_handle(L, arg)->source;
}
