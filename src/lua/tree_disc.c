/* tree_disc.c: functions of discrecorder.tree that look at trees: what is on a
   disc, what would be put on one, and the MD5 tags between. */
#include <stdint.h> /* libisofs.h wants it first */

#include "../source/tree_import.h"
#include "../source/tree_nodes.h"
#include "source_handle.h"
#include "tree_disc.h"
#include "tree_reader.h"

#include <libisofs/libisofs.h>
#include <stdlib.h>
#include <string.h>

/* === what is on a disc === */

#define LISTING_TYPE "discrecorder.tree.Listing"

/* What libisofs gave for the time of a listing. It stands in a userdata, since
   pushing names may raise. */
struct listing {
  struct Iso_Image *image;
  IsoDirIter *iter;
  struct iso_file_section *sections;
};

static void end_sections(struct listing *l) {
  free(l->sections);
  l->sections = NULL;
}

static void end_iter(struct listing *l) {
  if (l->iter != NULL)
    iso_dir_iter_free(l->iter);
  l->iter = NULL;
}

static int listing_gc(lua_State *L) {
  struct listing *l = luaL_checkudata(L, 1, LISTING_TYPE);
  end_sections(l);
  end_iter(l);
  tree_import_free(l->image);
  l->image = NULL;
  return 0;
}

static void push_sections(lua_State *L, struct listing *l, IsoFile *file) {
  int count = 0;
  if (iso_file_get_old_image_sections(file, &count, &l->sections, 0) != 1)
    count = 0;
  lua_createtable(L, count, 0);
  for (int i = 0; i < count; i++) {
    lua_createtable(L, 0, 2);
    set_integer(L, "start", l->sections[i].block);
    set_integer(L, "bytes", l->sections[i].size);
    lua_rawseti(L, -2, i + 1);
  }
  end_sections(l);
}

/* A table for the node; the path is at the top, and stays. */
static void push_found(lua_State *L, struct listing *l, IsoNode *node) {
  static const char *const kinds[] = {
    [LIBISO_DIR] = "dir",
    [LIBISO_FILE] = "file",
    [LIBISO_SYMLINK] = "link",
    [LIBISO_SPECIAL] = "special",
    [LIBISO_BOOT] = "boot",
  };
  enum IsoNodeType type = iso_node_get_type(node);
  lua_createtable(L, 0, 4);
  lua_pushvalue(L, -2);
  lua_setfield(L, -2, "path");
  set_string(L, "kind", kinds[type]);
  if (type == LIBISO_FILE) {
    set_integer(L, "size", iso_file_get_size((IsoFile *)node));
    push_sections(L, l, (IsoFile *)node);
    lua_setfield(L, -2, "sections");
  } else if (type == LIBISO_SYMLINK) {
    set_string(L, "target", iso_symlink_get_dest((IsoSymlink *)node));
  }
}

/*
** Everything below a folder into the list at 'list'; folders found on the way
** wait in the table at 'work', as pairs of path and pointer: a deep tree takes
** no deep stack.
*/
static void list_folder(lua_State *L,
                        struct listing *l,
                        int list,
                        int work,
                        IsoDir *dir,
                        const char *path) {
  IsoNode *node;
  if (iso_dir_get_children(dir, &l->iter) != 1) {
    l->iter = NULL;
    return;
  }
  while (iso_dir_iter_next(l->iter, &node) == 1) {
    lua_pushfstring(L, "%s/%s", path, iso_node_get_name(node));
    push_found(L, l, node);
    lua_rawseti(L, list, (lua_Integer)lua_rawlen(L, list) + 1);
    if (iso_node_get_type(node) == LIBISO_DIR) {
      lua_rawseti(L, work, (lua_Integer)lua_rawlen(L, work) + 1);
      lua_pushlightuserdata(L, node);
      lua_rawseti(L, work, (lua_Integer)lua_rawlen(L, work) + 1);
    } else {
      lua_pop(L, 1);
    }
  }
  end_iter(l);
}

static int list_image(lua_State *L, struct listing *l) {
  int list, work;
  lua_newtable(L);
  list = lua_gettop(L);
  lua_newtable(L);
  work = lua_gettop(L);
  list_folder(L, l, list, work, iso_image_get_root(l->image), "");
  for (lua_Integer n = (lua_Integer)lua_rawlen(L, work); n > 0;
       n = (lua_Integer)lua_rawlen(L, work)) {
    IsoDir *dir;
    lua_rawgeti(L, work, n - 1);
    lua_rawgeti(L, work, n);
    dir = lua_touserdata(L, -1);
    lua_pushnil(L);
    lua_rawseti(L, work, n);
    lua_pushnil(L);
    lua_rawseti(L, work, n - 1);
    list_folder(L, l, list, work, dir, lua_tostring(L, -2));
    lua_pop(L, 2);
  }
  lua_settop(L, list);
  return 1;
}

/* import(read, start): read(block) gives 2048 bytes, or nil and a failure. */
static int tree_disc_import(lua_State *L) {
  struct lua_reader reader;
  struct listing *l;
  lua_Integer start = luaL_checkinteger(L, 2);
  struct failure f;
  luaL_checktype(L, 1, LUA_TFUNCTION);
  luaL_argcheck(L, start >= 0 && start <= INT32_MAX, 2, "out of range");
  lua_settop(L, 2);
  l = lua_newuserdatauv(L, sizeof *l, 0);
  memset(l, 0, sizeof *l);
  luaL_setmetatable(L, LISTING_TYPE);
  lua_pushnil(L); /* index 4: why a read failed */
  luaL_checkstack(L, 20, NULL);
  lua_reader_init(&reader, L, 1, 4);
  l->image = tree_import(&reader.reader, (uint32_t)start, &f);
  /* libisofs goes on without a folder that cannot be read: then files would
     seem not to be there. */
  if (l->image != NULL && lua_isnil(L, 4))
    return list_image(L, l);
  return lua_reader_push_failure(&reader, &f);
}

static struct tree_source *check_tree(lua_State *L, int arg) {
  struct source *s = check_source(L, arg);
  luaL_argcheck(L, strcmp(s->ops->kind, "tree") == 0, arg, "no tree");
  return (struct tree_source *)s;
}

/* shown(source): the same of the tree that the disc will show. */
static int tree_disc_shown(lua_State *L) {
  struct tree_source *t = check_tree(L, 1);
  struct listing *l;
  luaL_argcheck(L, !atomic_load(&t->base.in_use), 1, "it is being read");
  lua_settop(L, 1);
  l = lua_newuserdatauv(L, sizeof *l, 0);
  memset(l, 0, sizeof *l);
  luaL_setmetatable(L, LISTING_TYPE);
  luaL_checkstack(L, 20, NULL);
  l->image = t->image;
  iso_image_ref(l->image);
  return list_image(L, l);
}

/* md5_tag(block): what a tag says, or nil when it is none. */
static int tree_disc_md5_tag(lua_State *L) {
  size_t len;
  const char *block = luaL_checklstring(L, 1, &len);
  struct md5_tag tag;
  luaL_argcheck(L, len == SOURCE_BLOCK, 1, "2048 bytes expected");
  if (!md5_tag_decode((const uint8_t *)block, &tag)) {
    luaL_pushfail(L);
    return 1;
  }
  lua_createtable(L, 0, 6);
  set_integer(L, "type", tag.type);
  set_integer(L, "position", tag.position);
  set_integer(L, "start", tag.range_start);
  set_integer(L, "blocks", tag.range_size);
  set_integer(L, "next", tag.next);
  push_hex(L, tag.md5, sizeof tag.md5);
  lua_setfield(L, -2, "md5");
  return 1;
}

/* === what would be put on one === */

static const char *kind_of(const struct tree_node *n) {
  switch (n->mode & S_IFMT) {
    case S_IFDIR:
      return "dir";
    case S_IFREG:
      return "file";
    case S_IFLNK:
      return "link";
    default:
      return "special";
  }
}

/* Folders above a mapped name, and the manifest, are on no machine. */
static bool is_on_host(const struct tree_source *t, const struct tree_node *n) {
  if (n == t->manifest)
    return false;
  while (n != NULL && n->host == NULL)
    n = n->parent;
  return n != NULL;
}

/* list(source): {path =, kind =, size =, kept =, host =, target =} of all in a
   tree. */
static int tree_disc_list(lua_State *L) {
  struct tree_source *t = check_tree(L, 1);
  char path[2 * PATH_MAX], host[PATH_MAX];
  lua_Integer count = 0;
  lua_newtable(L);
  for (struct tree_node *n = tree_next(t->root); n != NULL; n = tree_next(n)) {
    struct failure ignored;
    lua_createtable(L, 0, 6);
    set_string(L, "path", tree_disc_path(n, path, sizeof path));
    set_string(L, "kind", kind_of(n));
    if (is_on_host(t, n) && tree_host_path(n, host, &ignored))
      set_string(L, "host", host);
    if (S_ISREG(n->mode)) {
      set_integer(L, "size", n->measure.size);
      set_boolean(L, "kept", n->kept);
    } else if (S_ISLNK(n->mode)) {
      set_string(L, "target", n->target);
    }
    lua_rawseti(L, -2, ++count);
  }
  return 1;
}

/* has(source, path): is there something with this path, "/a/b", in a tree? */
static int tree_disc_has(lua_State *L) {
  struct tree_node *n = check_tree(L, 1)->root;
  const char *path = luaL_checkstring(L, 2);
  char name[NAME_MAX + 1];
  luaL_argcheck(L, *path == '/', 2, "does not begin with /");
  while (n != NULL && *path != '\0') {
    size_t len = strcspn(++path, "/");
    luaL_argcheck(L, len < sizeof name, 2, "a name is too long");
    memcpy(name, path, len);
    name[len] = '\0';
    n = S_ISDIR(n->mode) ? tree_find_child(n, name) : NULL;
    path += len;
  }
  lua_pushboolean(L, n != NULL);
  return 1;
}

const luaL_Reg tree_disc_functions[] = {
  {"has", tree_disc_has},
  {"import", tree_disc_import},
  {"list", tree_disc_list},
  {"md5_tag", tree_disc_md5_tag},
  {"shown", tree_disc_shown},
  {NULL, NULL},
};

void register_tree_disc(lua_State *L) {
  static const luaL_Reg metamethods[] = {
    {"__gc", listing_gc},
    {NULL, NULL},
  };
  new_type(L, LISTING_TYPE, metamethods, NULL);
}
