/* disc_source.c: parts of a disc become sources. */
#include "../reading/disc_source.h"
#include "../reading/offset.h"
#include "../burn/plan.h"
#include "recorder.h"
#include "source_handle.h"

static const char *const part_keys[] = {
  "audio", "blocks", "sectors", "start", NULL};

static lua_Integer
int_field(lua_State *L, int at, const char *name, lua_Integer least) {
  lua_Integer value;
  int whole;
  lua_getfield(L, at, name);
  value = lua_tointegerx(L, -1, &whole);
  if (!whole || value < least || value > MEDIUM_ADDRESS_MAX)
    luaL_error(L, "copy: a part's %s is out of range", name);
  lua_pop(L, 1);
  return value;
}

/* The part at the top of the stack. */
static void to_part(lua_State *L, struct disc_part *part) {
  int at = lua_gettop(L);
  check_keys(L, at, "copy: part", part_keys);
  part->start = (int32_t)int_field(L, at, "start", -150);
  part->blocks = (uint32_t)int_field(L, at, "blocks", 1);
  lua_getfield(L, at, "audio");
  part->audio = lua_toboolean(L, -1);
  lua_pop(L, 1);
  lua_getfield(L, at, "sectors");
  part->sectors = lua_toboolean(L, -1);
  lua_pop(L, 1);
}

/* core.disc_sources(recorder, parts, offset): a list. The userdata are made
   before what goes into them. */
static int core_disc_sources(lua_State *L) {
  struct recorder *r = check_recorder(L, 1);
  lua_Integer offset = luaL_optinteger(L, 3, 0);
  struct disc_part parts[2 * BURN_TRACKS_MAX];
  struct source *made[2 * BURN_TRACKS_MAX];
  struct source **slots[2 * BURN_TRACKS_MAX];
  struct failure f;
  lua_Unsigned count;
  luaL_checktype(L, 2, LUA_TTABLE);
  luaL_argcheck(
    L, offset >= -OFFSET_MOST && offset <= OFFSET_MOST, 3, "out of range");
  count = lua_rawlen(L, 2);
  luaL_argcheck(
    L, count >= 1 && count <= sizeof parts / sizeof *parts, 2, "out of range");
  lua_createtable(L, (int)count, 0);
  for (lua_Unsigned i = 0; i < count; i++) {
    lua_rawgeti(L, 2, (lua_Integer)i + 1);
    to_part(L, &parts[i]);
    lua_pop(L, 1);
    slots[i] = new_source(L);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  if (!disc_sources(
        r, parts, (unsigned)count, (int32_t)offset * IMPRINT_FRAME, made, &f))
    return push_failure(L, &f);
  for (lua_Unsigned i = 0; i < count; i++)
    *slots[i] = made[i];
  return 1;
}

const luaL_Reg disc_source_functions[] = {
  {"disc_sources", core_disc_sources},
  {NULL, NULL},
};
