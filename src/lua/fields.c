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

static lua_Integer
read_field(lua_State *L, int arg, const char *what, const struct field *field) {
  if (field->kind == FACT || field->kind == FLAG)
    return flag_field(L, arg, field->name);
  return integer_field(L,
                       arg,
                       what,
                       field->name,
                       ranges[field->kind].least,
                       ranges[field->kind].most,
                       0);
}

void to_fields(lua_State *L,
               int arg,
               const char *what,
               const struct field *field,
               void *into) {
  for (; field->name != NULL; field++) {
    void *p = (char *)into + field->at;
    lua_Integer value = read_field(L, arg, what, field);
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
