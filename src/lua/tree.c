/* tree.c: discrecorder.tree, a module of its own so that the rest does without
   libisofs. Used through discrecorder.source, which checks and arranges what
   the caller gave. */
#include "source_handle.h"
#include "tree_boot.h"
#include "tree_disc.h"
#include "tree_reader.h"

#include "../source/tree.h"

/* The list of strings in a field of the table at 1, as an array that is left on
   the stack. False stands for NULL where there may be none. */
static const char **
read_list(lua_State *L, const char *field, bool gaps, size_t *count) {
  const char **list;
  luaL_argcheck(
    L, lua_getfield(L, 1, field) == LUA_TTABLE, 1, "lists of strings expected");
  *count = lua_rawlen(L, -1);
  list = lua_newuserdatauv(L, (*count + 1) * sizeof *list, 0);
  for (size_t i = 0; i < *count; i++) {
    int type = lua_rawgeti(L, -2, (lua_Integer)i + 1);
    list[i] = gaps && type == LUA_TBOOLEAN ? NULL : check_text(L, -1);
    lua_pop(L, 1); /* the table keeps it */
  }
  return list;
}

static const char *read_text(lua_State *L, const char *field) {
  return lua_getfield(L, 1, field) == LUA_TNIL ? NULL : check_text(L, -1);
}

static void read_paths(lua_State *L, struct tree_options *o) {
  size_t hosts, discs;
  const char **host = read_list(L, "hosts", false, &hosts);
  const char **disc = read_list(L, "discs", true, &discs);
  struct tree_path *paths;
  luaL_argcheck(L, hosts == discs, 1, "hosts and discs differ in length");
  paths = lua_newuserdatauv(L, (hosts + 1) * sizeof *paths, 0);
  for (size_t i = 0; i < hosts; i++) {
    paths[i].host = host[i];
    paths[i].disc = disc[i];
  }
  o->paths = paths;
  o->path_count = hosts;
}

static uint32_t read_block_number(lua_State *L, const char *field) {
  lua_Integer value;
  lua_getfield(L, 1, field);
  value = luaL_optinteger(L, -1, 0);
  luaL_argcheck(L, value >= 0 && value <= INT32_MAX, 1, "block out of range");
  lua_pop(L, 1);
  return (uint32_t)value;
}

static const uint8_t *read_head(lua_State *L) {
  size_t len;
  const char *head;
  if (lua_getfield(L, 1, "head") == LUA_TNIL) {
    lua_pop(L, 1);
    return NULL;
  }
  head = luaL_checklstring(L, -1, &len);
  luaL_argcheck(L, len == TREE_HEAD, 1, "a head has 65536 bytes");
  lua_pop(L, 1); /* the table keeps it */
  return (const uint8_t *)head;
}

/* The disc beneath: at =, import = a function, start =, ... Leaves the function
   and a place for its failure on the stack, which the reader names. */
static void
read_base(lua_State *L, struct tree_base *base, struct lua_reader *reader) {
  base->at = read_block_number(L, "at");
  base->start = read_block_number(L, "start");
  base->head = read_head(L);
  base->replace = flag_field(L, 1, "replace");
  base->only_changed = flag_field(L, 1, "only_changed");
  base->remove_missing = flag_field(L, 1, "remove_missing");
  if (lua_getfield(L, 1, "import") == LUA_TFUNCTION)
    base->reader = &reader->reader;
  lua_pushnil(L);
  lua_reader_init(reader, L, lua_gettop(L) - 1, lua_gettop(L));
}

/* new{hosts =, discs =, exclude =, md5 =, ...} */
static int tree_new(lua_State *L) {
  static const char *const md5_names[] = {"none", "session", "files", NULL};
  struct tree_options o = {0};
  struct lua_reader reader;
  struct source **slot;
  struct failure f;
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  slot = new_source(L);
  read_paths(L, &o);
  o.exclude = read_list(L, "exclude", false, &o.exclude_count);
  o.volume_id = read_text(L, "volume_id");
  o.manifest = read_text(L, "manifest");
  o.md5 = (enum tree_md5)word_field(
    L, 1, "tree", "md5", md5_names, TREE_MD5_SESSION);
  o.follow_links = flag_field(L, 1, "follow_links");
  o.keep_links = flag_field(L, 1, "keep_links");
  o.allow_invalid_utf8 = flag_field(L, 1, "allow_invalid_utf8");
  if (lua_getfield(L, 1, "date") != LUA_TNIL) {
    o.has_date = true;
    o.date = luaL_checkinteger(L, -1);
    luaL_argcheck(
      L, o.date >= 0 && o.date <= TREE_LAST_DATE, 1, "date out of range");
  }
  read_boot(L, &o);
  read_base(L, &o.base, &reader);
  luaL_checkstack(L, 20, NULL);
  *slot = source_tree(&o, &f);
  if (*slot == NULL)
    return lua_reader_push_failure(&reader, &f);
  lua_settop(L, 2);
  return 1;
}

/* head(source): what is to be written at the start of the disc, behind which
   the tree was put; nil: nothing. */
static int tree_head(lua_State *L) {
  struct source *s = check_source(L, 1);
  const uint8_t *head;
  luaL_argcheck(L, strcmp(s->ops->kind, "tree") == 0, 1, "no tree");
  head = source_tree_head(s);
  if (head == NULL)
    luaL_pushfail(L);
  else
    lua_pushlstring(L, (const char *)head, TREE_HEAD);
  return 1;
}

static const luaL_Reg functions[] = {
  {"head", tree_head},
  {"new", tree_new},
  {NULL, NULL},
};

__attribute__((visibility("default"))) int
luaopen_discrecorder_tree(lua_State *L);
int luaopen_discrecorder_tree(lua_State *L) {
  /* Its threads may outlive this state, and libisofs is never finished. */
  pin_module((void *)(intptr_t)luaopen_discrecorder_tree);
  lua_getglobal(L, "require"); /* the type of what is made here */
  lua_pushliteral(L, "discrecorder.core");
  lua_call(L, 1, 0);
  register_tree_disc(L);
  luaL_newlib(L, functions);
  luaL_setfuncs(L, tree_disc_functions, 0);
  return 1;
}
