/* tree_boot.c: what makes a tree bootable, out of the table that
   lua/discrecorder/boot.lua has checked and arranged. */
#include "source_handle.h"
#include "tree_boot.h"

#include <string.h>

static lua_Integer read_number(lua_State *L, const char *field) {
  lua_Integer value;
  lua_getfield(L, -1, field);
  value = luaL_checkinteger(L, -1);
  luaL_argcheck(L, value >= 0 && value <= UINT16_MAX, 1, field);
  lua_pop(L, 1);
  return value;
}

static bool read_bool(lua_State *L, const char *field) {
  bool value;
  lua_getfield(L, -1, field);
  value = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return value;
}

/* The entry at the top; its table keeps the texts. */
static void read_entry(lua_State *L, struct tree_boot *e) {
  size_t len;
  const char *id;
  memset(e, 0, sizeof *e);
  lua_getfield(L, -1, "image");
  e->image = check_text(L, -1);
  lua_pop(L, 1);
  e->platform = (enum tree_platform)read_number(L, "platform");
  e->emulation = (enum tree_emulation)read_number(L, "emulation");
  luaL_argcheck(L, e->emulation <= TREE_EMULATE_HARD_DISK, 1, "emulation");
  e->load_segment = (uint16_t)read_number(L, "load_segment");
  e->load_sectors = (uint16_t)read_number(L, "load_sectors");
  e->info_table = read_bool(L, "info_table");
  e->hidden = read_bool(L, "hidden");
  lua_getfield(L, -1, "id");
  id = luaL_checklstring(L, -1, &len);
  luaL_argcheck(L, len <= sizeof e->id, 1, "id");
  memcpy(e->id, id, len);
  lua_pop(L, 1);
}

void read_boot(lua_State *L, struct tree_options *o) {
  struct tree_boot *list;
  size_t count;
  if (lua_getfield(L, 1, "boot") == LUA_TNIL)
    return;
  luaL_checktype(L, -1, LUA_TTABLE);
  count = lua_rawlen(L, -1);
  luaL_argcheck(L, count <= TREE_BOOT_MOST, 1, "boot");
  list = lua_newuserdatauv(L, (count + 1) * sizeof *list, 0);
  lua_insert(L, -2);
  for (size_t i = 0; i < count; i++) {
    lua_rawgeti(L, -1, (lua_Integer)i + 1);
    read_entry(L, &list[i]);
    lua_pop(L, 1);
  }
  o->boot = list;
  o->boot_count = count;
  if (lua_getfield(L, -1, "catalog") != LUA_TNIL)
    o->boot_catalog = check_text(L, -1);
  lua_pop(L, 1);
}
