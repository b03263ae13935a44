/* tree_reader.h: a Lua function as the block_reader of an import. */
#ifndef DISCRECORDER_TREE_READER_H
#define DISCRECORDER_TREE_READER_H

#include "../source/tree_import.h"
#include "binding.h"

/* The function gives 2048 bytes, or nil and a failure; what it fails with (or
   raises) is kept at the other index, which is nil before. */
struct lua_reader {
  struct block_reader reader; /* first */
  lua_State *L;
  int function, failure;
};

void lua_reader_init(struct lua_reader *r,
                     lua_State *L,
                     int function,
                     int failure);
/* After an import that failed: nil, failure, code; the reader's own failure
   where it had one, else 'f'. Raises what the reader raised. */
int lua_reader_push_failure(const struct lua_reader *r,
                            const struct failure *f);

#endif
