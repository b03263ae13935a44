/* binding.c: the helpers of binding.h that belong to no type. */
#ifndef _GNU_SOURCE
#define _GNU_SOURCE /* dladdr, RTLD_NODELETE */
#endif
#include "binding.h"

#include <dlfcn.h>
#include <stdio.h>
#include <string.h>

void new_type(lua_State *L,
              const char *name,
              const luaL_Reg *metamethods,
              const luaL_Reg *methods) {
  luaL_newmetatable(L, name);
  luaL_setfuncs(L, metamethods, 0);
  if (methods != NULL) {
    lua_newtable(L);
    luaL_setfuncs(L, methods, 0);
    lua_setfield(L, -2, "__index");
  }
  lua_pop(L, 1);
}

void set_boolean(lua_State *L, const char *name, bool value) {
  lua_pushboolean(L, value);
  lua_setfield(L, -2, name);
}

void set_integer(lua_State *L, const char *name, lua_Integer value) {
  lua_pushinteger(L, value);
  lua_setfield(L, -2, name);
}

void set_number(lua_State *L, const char *name, lua_Number value) {
  lua_pushnumber(L, value);
  lua_setfield(L, -2, name);
}

void set_string(lua_State *L, const char *name, const char *value) {
  lua_pushstring(L, value);
  lua_setfield(L, -2, name);
}

static bool is_one_of(const char *name, const char *const *names) {
  for (; *names != NULL; names++)
    if (strcmp(*names, name) == 0)
      return true;
  return false;
}

void check_keys(lua_State *L,
                int arg,
                const char *what,
                const char *const *names) {
  arg = lua_absindex(L, arg);
  luaL_checktype(L, arg, LUA_TTABLE);
  lua_pushnil(L);
  while (lua_next(L, arg) != 0) {
    lua_pop(L, 1);
    if (lua_type(L, -1) != LUA_TSTRING ||
        !is_one_of(lua_tostring(L, -1), names)) {
      const char *key = luaL_tolstring(L, -1, NULL);
      luaL_error(L, "%s: unknown key '%s'", what, key);
    }
  }
}

const char *check_text(lua_State *L, int arg) {
  size_t len;
  const char *text;
  luaL_checktype(L, arg, LUA_TSTRING);
  text = lua_tolstring(L, arg, &len);
  luaL_argcheck(L, strlen(text) == len, arg, "string contains zeros");
  return text;
}

void pin_module(void *symbol) {
  Dl_info info;
  if (dladdr(symbol, &info) != 0 && info.dli_fname != NULL)
    dlopen(info.dli_fname, RTLD_NOW | RTLD_NODELETE | RTLD_NOLOAD);
}

void push_hex(lua_State *L, const uint8_t *bytes, size_t len) {
  char text[2 * 64 + 1];
  for (size_t i = 0; i < len && i < 64; i++)
    snprintf(text + 2 * i, 3, "%02x", bytes[i]);
  lua_pushlstring(L, text, 2 * len);
}

bool flag_field(lua_State *L, int arg, const char *name) {
  bool value;
  lua_getfield(L, arg, name);
  value = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return value;
}

lua_Integer integer_field(lua_State *L,
                          int arg,
                          const char *what,
                          const char *name,
                          lua_Integer least,
                          lua_Integer most,
                          lua_Integer otherwise) {
  lua_Integer value = otherwise;
  if (lua_getfield(L, arg, name) != LUA_TNIL) {
    int whole;
    value = lua_tointegerx(L, -1, &whole);
    if (!whole || value < least || value > most)
      luaL_error(L, "%s: %s is out of range", what, name);
  }
  lua_pop(L, 1);
  return value;
}

void check_table(lua_State *L, const char *what, const char *name) {
  if (!lua_istable(L, -1))
    luaL_error(L, "%s: %s is a table", what, name);
}

int word_field(lua_State *L,
               int arg,
               const char *what,
               const char *name,
               const char *const *words,
               int otherwise) {
  int type = lua_getfield(L, arg, name), found = 0;
  if (type == LUA_TNIL)
    found = otherwise;
  else if (type != LUA_TSTRING)
    luaL_error(L, "%s: %s is a string", what, name);
  else
    while (strcmp(lua_tostring(L, -1), words[found]) != 0)
      if (words[++found] == NULL)
        luaL_error(
          L, "%s: %s: invalid option '%s'", what, name, lua_tostring(L, -1));
  lua_pop(L, 1);
  return found;
}

void push_warning(lua_State *L,
                  size_t n,
                  const char *code,
                  const char *message) {
  lua_createtable(L, 0, 2);
  set_string(L, "code", code);
  set_string(L, "message", message);
  lua_rawseti(L, -2, (lua_Integer)n);
}
