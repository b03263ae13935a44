/* fields.h: tables whose fields stand in a C struct as they are, by a list of
   them: pushed, and read back. */
#ifndef DISCRECORDER_LUA_FIELDS_H
#define DISCRECORDER_LUA_FIELDS_H

#include "binding.h"
#include <stddef.h>

enum field_kind {
  FLAG,
  FACT,    /* a flag that is there only when it is true */
  NUMBER8, /* uint8_t */
  NUMBER16,
  NUMBER32,
  BLOCKS, /* uint32_t, or unsigned: no more than an address can reach */
  ADDRESS /* int32_t */
};

struct field {
  const char *name; /* NULL: the end */
  enum field_kind kind;
  size_t at;
};

/* Set them in the table at the top. */
void push_fields(lua_State *L, const struct field *fields, const void *from);
/* What is missing is 0, or false. What is out of range raises: 'what' begins
   the message. */
void to_fields(lua_State *L,
               int arg,
               const char *what,
               const struct field *fields,
               void *into);

#endif
