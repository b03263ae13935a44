/* fields.c: see fields.h. */
#include "fields.h"

#include <stdint.h>

static const struct {
  lua_Integer least, most;
} ranges[] = {
  [NUMBER8] = {0, UINT8_MAX},
  [NUMBER16] = {0, UINT16_MAX},
  [NUMBER32] = {0, UINT32_MAX},
  [BLOCKS] = {0, INT32_MAX},
  [ADDRESS] = {-150, INT32_MAX},
};

void push_fields(lua_State *L, const struct field *field, const void *from) {
  for (; field->name != NULL; field++) {
    const void *p = (const char *)from + field->at;
    switch (field->kind) {
      case FACT:
        if (*(const bool *)p)
          set_boolean(L, field->name, true);
        break;
      case FLAG:
        set_boolean(L, field->name, *(const bool *)p);
        break;
      case NUMBER8:
        set_integer(L, field->name, *(const uint8_t *)p);
        break;
      case NUMBER16:
        set_integer(L, field->name, *(const uint16_t *)p);
        break;
      case NUMBER32:
      case BLOCKS:
        set_integer(L, field->name, *(const uint32_t *)p);
        break;
      case ADDRESS:
        set_integer(L, field->name, *(const int32_t *)p);
        break;
    }
  }
}

lua_Integer to_integer(lua_State *L,
                       int arg,
                       const char *what,
                       const char *name,
                       enum field_kind kind) {
  lua_Integer value = 0;
  if (lua_getfield(L, arg, name) != LUA_TNIL) {
    value = luaL_checkinteger(L, -1);
    if (value < ranges[kind].least || value > ranges[kind].most)
      luaL_error(L, "%s: %s is out of range", what, name);
  }
  lua_pop(L, 1);
  return value;
}

bool to_flag(lua_State *L, int arg, const char *name) {
  bool value;
  lua_getfield(L, arg, name);
  value = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return value;
}

void to_fields(lua_State *L,
               int arg,
               const char *what,
               const struct field *field,
               void *into) {
  for (; field->name != NULL; field++) {
    void *p = (char *)into + field->at;
    lua_Integer value = field->kind == FACT || field->kind == FLAG
                          ? to_flag(L, arg, field->name)
                          : to_integer(L, arg, what, field->name, field->kind);
    switch (field->kind) {
      case FACT:
      case FLAG:
        *(bool *)p = value != 0;
        break;
      case NUMBER8:
        *(uint8_t *)p = (uint8_t)value;
        break;
      case NUMBER16:
        *(uint16_t *)p = (uint16_t)value;
        break;
      case NUMBER32:
      case BLOCKS:
        *(uint32_t *)p = (uint32_t)value;
        break;
      case ADDRESS:
        *(int32_t *)p = (int32_t)value;
        break;
    }
  }
}
