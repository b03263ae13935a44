/* tree_reader.c: see tree_reader.h. */
#include "tree_reader.h"

#include "../source/source.h"
#include <string.h>

static bool read_block(void *context, uint32_t block, uint8_t *out) {
  struct lua_reader *r = context;
  lua_State *L = r->L;
  size_t len;
  const char *data;
  bool ok;
  lua_pushvalue(L, r->function);
  lua_pushinteger(L, block);
  if (lua_pcall(L, 1, 2, 0) != LUA_OK) {
    lua_replace(L, r->failure);
    return false;
  }
  data = lua_type(L, -2) == LUA_TSTRING ? lua_tolstring(L, -2, &len) : NULL;
  ok = data != NULL && len == SOURCE_BLOCK;
  if (ok)
    memcpy(out, data, len);
  else
    lua_copy(L, -1, r->failure);
  lua_pop(L, 2);
  return ok;
}

void lua_reader_init(struct lua_reader *r,
                     lua_State *L,
                     int function,
                     int failure) {
  *r = (struct lua_reader){{read_block, r}, L, function, failure};
}

int lua_reader_push_failure(const struct lua_reader *r,
                            const struct failure *f) {
  lua_State *L = r->L;
  if (lua_isnil(L, r->failure))
    return push_failure(L, f);
  if (!lua_istable(L, r->failure)) {
    lua_pushvalue(L, r->failure);
    return lua_error(L); /* the reader raised */
  }
  luaL_pushfail(L);
  lua_pushvalue(L, r->failure);
  lua_getfield(L, -1, "code");
  return 3;
}
