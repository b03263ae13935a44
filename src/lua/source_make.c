/* source_make.c: the functions of discrecorder.core that make sources. Their
   documentation is in lua/discrecorder/source.lua, where users find them. */
#include "source_handle.h"

#include <stdio.h>
#include <string.h>

#define JOIN_MOST 1000
#define FRAME 4 /* bytes of CD audio */

static int result(lua_State *L, struct source *s, const struct failure *f) {
  return s == NULL ? push_failure(L, f) : 1;
}

static int new_file(lua_State *L) {
  const char *path = check_text(L, 1);
  struct source **slot = new_source(L);
  struct failure f;
  *slot = source_file(path, &f);
  return result(L, *slot, &f);
}

static int new_bytes(lua_State *L) {
  struct source **slot;
  struct failure f;
  size_t length;
  const char *bytes;
  luaL_checktype(L, 1, LUA_TSTRING);
  bytes = lua_tolstring(L, 1, &length);
  luaL_argcheck(L, length > 0, 1, "there is nothing in it");
  slot = new_source(L);
  *slot = source_bytes(bytes, length, &f);
  return result(L, *slot, &f);
}

/* For discrecorder.redbook. */
static int new_gather(lua_State *L) {
  struct source **slot = new_source(L);
  struct failure f;
  *slot = source_gather(&f);
  return result(L, *slot, &f);
}

/* gather_add(source, bytes, length): of its first so many bytes. */
static int gather_add(lua_State *L) {
  struct source *s = check_source(L, 1);
  lua_Integer length = luaL_checkinteger(L, 3);
  struct failure f;
  size_t most;
  const char *bytes = luaL_checklstring(L, 2, &most);
  luaL_argcheck(L, strcmp(s->ops->kind, "gather") == 0, 1, "gather expected");
  luaL_argcheck(
    L, length >= 0 && (size_t)length <= most, 3, "more than there is");
  if (!source_gather_add(s, bytes, (size_t)length, &f))
    return push_failure(L, &f);
  lua_pushboolean(L, 1);
  return 1;
}

/* A path, a descriptor, or a file handle. */
static int new_pipe(lua_State *L) {
  lua_Integer length = luaL_optinteger(L, 2, -1);
  luaL_Stream *stream = luaL_testudata(L, 1, LUA_FILEHANDLE);
  struct source **slot;
  struct failure f;
  lua_Integer fd = -1;
  luaL_argcheck(L,
                lua_isnoneornil(L, 2) || length > 0,
                2,
                "a positive number of bytes expected");
  if (stream != NULL) {
    luaL_argcheck(L, stream->closef != NULL, 1, "file is closed");
    fd = fileno(stream->f);
  } else if (lua_isinteger(L, 1)) {
    fd = lua_tointeger(L, 1);
    luaL_argcheck(L, fd >= 0 && fd <= INT32_MAX, 1, "out of range");
  } else
    check_text(L, 1);
  slot = new_source(L);
  *slot = fd >= 0 ? source_pipe_fd((int)fd, length, &f)
                  : source_pipe(lua_tostring(L, 1), length, &f);
  return result(L, *slot, &f);
}

static int new_push(lua_State *L) {
  lua_Integer length = luaL_optinteger(L, 1, -1);
  lua_Integer room = luaL_optinteger(L, 2, 1 << 20);
  struct source **slot;
  struct failure f;
  luaL_argcheck(L,
                lua_isnoneornil(L, 1) || length > 0,
                1,
                "a positive number of bytes expected");
  luaL_argcheck(L, room > 0 && room <= 1 << 30, 2, "out of range");
  slot = new_source(L);
  *slot = source_push(length, (size_t)room, &f);
  return result(L, *slot, &f);
}

/* source_join{source or number of frames of silence, ...} */
static int new_join(lua_State *L) {
  struct source **slot;
  struct join_part *parts;
  struct failure f;
  lua_Unsigned count;
  luaL_checktype(L, 1, LUA_TTABLE);
  count = lua_rawlen(L, 1);
  luaL_argcheck(L, count > 0 && count <= JOIN_MOST, 1, "1 to 1000 parts");
  parts = lua_newuserdatauv(L, (size_t)count * sizeof *parts, 0);
  for (lua_Unsigned i = 0; i < count; i++) {
    lua_rawgeti(L, 1, (lua_Integer)i + 1);
    if (lua_isinteger(L, -1)) {
      lua_Integer frames = lua_tointeger(L, -1);
      luaL_argcheck(L, frames > 0 && frames <= INT32_MAX, 1, "out of range");
      parts[i] = (struct join_part){NULL, frames * FRAME};
    } else {
      parts[i].source = check_source(L, -1);
      parts[i].length = parts[i].source->length;
      luaL_argcheck(L,
                    parts[i].length > 0 && parts[i].length % FRAME == 0,
                    1,
                    "a part is samples, and has a length");
    }
    lua_pop(L, 1);
  }
  slot = new_source(L);
  *slot = source_join(parts, (unsigned)count, &f);
  return result(L, *slot, &f);
}

/* source_sectors(path, offset, count, size, skip or "whole") */
static int new_sectors(lua_State *L) {
  const char *path = check_text(L, 1);
  lua_Integer offset = luaL_checkinteger(L, 2);
  lua_Integer count = luaL_checkinteger(L, 3);
  lua_Integer size = luaL_checkinteger(L, 4);
  bool whole = lua_type(L, 5) == LUA_TSTRING;
  lua_Integer skip = whole ? 0 : luaL_checkinteger(L, 5);
  struct sector_layout layout;
  struct source **slot;
  struct failure f;
  luaL_argcheck(L, offset >= 0, 2, "out of range");
  luaL_argcheck(L, count > 0 && count <= INT32_MAX, 3, "out of range");
  luaL_argcheck(L,
                whole ? size == 2324 || size == 2336 || size == 2352
                      : size >= SOURCE_BLOCK && size <= 2448,
                4,
                "out of range");
  luaL_argcheck(L, skip >= 0 && skip + SOURCE_BLOCK <= size, 5, "out of range");
  layout = (struct sector_layout){
    offset, count, (uint32_t)size, (uint32_t)skip, whole};
  slot = new_source(L);
  *slot = source_sectors(path, &layout, &f);
  return result(L, *slot, &f);
}

const luaL_Reg source_functions[] = {
  {"gather_add", gather_add},
  {"source_bytes", new_bytes},
  {"source_file", new_file},
  {"source_gather", new_gather},
  {"source_join", new_join},
  {"source_pipe", new_pipe},
  {"source_push", new_push},
  {"source_sectors", new_sectors},
  {NULL, NULL},
};
