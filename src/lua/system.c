/* system.c: the few facts about files and users that enumeration and `doctor`
   need and that plain Lua cannot find out. Nothing is changed, and no device is
   opened. */
#include "recorder.h"

#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <limits.h>
#include <pwd.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

static int no_file(lua_State *L) {
  int err = errno;
  luaL_pushfail(L);
  lua_pushstring(L, strerror(err));
  lua_pushinteger(L, err);
  return 3;
}

static const char *kind_of(mode_t mode) {
  if (S_ISBLK(mode))
    return "block";
  if (S_ISCHR(mode))
    return "char";
  if (S_ISDIR(mode))
    return "folder";
  if (S_ISFIFO(mode))
    return "pipe";
  return S_ISREG(mode) ? "file" : "other";
}

/* core.stat(path): {kind, mode, uid, gid, major, minor}, links followed. */
static int core_stat(lua_State *L) {
  struct stat st;
  if (stat(luaL_checkstring(L, 1), &st) != 0)
    return no_file(L);
  lua_createtable(L, 0, 6);
  lua_pushstring(L, kind_of(st.st_mode));
  lua_setfield(L, -2, "kind");
  set_integer(L, "mode", st.st_mode & 07777);
  set_integer(L, "uid", st.st_uid);
  set_integer(L, "gid", st.st_gid);
  set_integer(L, "major", major(st.st_rdev));
  set_integer(L, "minor", minor(st.st_rdev));
  return 1;
}

/* core.readlink(path): where a link leads, as it is written. */
static int core_readlink(lua_State *L) {
  char target[PATH_MAX];
  ssize_t len = readlink(luaL_checkstring(L, 1), target, sizeof target);
  if (len < 0)
    return no_file(L);
  lua_pushlstring(L, target, (size_t)len);
  return 1;
}

/* core.realpath(path): without links, "." and "..". */
static int core_realpath(lua_State *L) {
  char resolved[PATH_MAX];
  if (realpath(luaL_checkstring(L, 1), resolved) == NULL)
    return no_file(L);
  lua_pushstring(L, resolved);
  return 1;
}

#define FOLDER_TYPE "discrecorder.Folder"

static int folder_gc(lua_State *L) {
  DIR **folder = luaL_checkudata(L, 1, FOLDER_TYPE);
  if (*folder != NULL)
    closedir(*folder);
  *folder = NULL;
  return 0;
}

/* core.folder(path): the names in a folder, in no order. The open folder is in
   a userdata, since what is pushed meanwhile may raise. */
static int core_folder(lua_State *L) {
  static const luaL_Reg metamethods[] = {{"__gc", folder_gc}, {NULL, NULL}};
  const char *path = luaL_checkstring(L, 1);
  DIR **folder = lua_newuserdatauv(L, sizeof *folder, 0);
  struct dirent *entry;
  lua_Integer n = 0;
  *folder = NULL;
  if (luaL_newmetatable(L, FOLDER_TYPE))
    luaL_setfuncs(L, metamethods, 0);
  lua_setmetatable(L, -2);
  *folder = opendir(path);
  if (*folder == NULL)
    return no_file(L);
  lua_newtable(L);
  while ((entry = readdir(*folder)) != NULL) {
    if (strcmp(entry->d_name, ".") == 0 || strcmp(entry->d_name, "..") == 0)
      continue;
    lua_pushstring(L, entry->d_name);
    lua_rawseti(L, -2, ++n);
  }
  closedir(*folder);
  *folder = NULL;
  return 1;
}

/* core.group_name(gid), core.user_name(uid): nil when there is none. */
static int core_group_name(lua_State *L) {
  char room[8192];
  struct group entry, *found = NULL;
  getgrgid_r((gid_t)luaL_checkinteger(L, 1), &entry, room, sizeof room, &found);
  lua_pushstring(L, found != NULL ? found->gr_name : NULL);
  return 1;
}

static int core_user_name(lua_State *L) {
  char room[8192];
  struct passwd entry, *found = NULL;
  getpwuid_r((uid_t)luaL_checkinteger(L, 1), &entry, room, sizeof room, &found);
  lua_pushstring(L, found != NULL ? found->pw_name : NULL);
  return 1;
}

/* core.user(): {uid, groups = {gid, ...} that count now, account = {gid, ...}
   that count after the next log-in, or nil}. */
static int core_user(lua_State *L) {
  gid_t *gids;
  char room[8192];
  struct passwd entry, *found = NULL;
  int n = getgroups(0, NULL), most = 1024;
  n = n > 0 ? n : 0;
  gids = lua_newuserdatauv(L, (size_t)(n + most) * sizeof *gids, 0);
  n = n > 0 ? getgroups(n, gids) : 0;
  lua_createtable(L, 0, 3);
  set_integer(L, "uid", geteuid());
  lua_newtable(L);
  lua_pushinteger(L, getegid());
  lua_rawseti(L, -2, 1);
  for (int i = 0; i < n; i++) {
    lua_pushinteger(L, gids[i]);
    lua_rawseti(L, -2, i + 2);
  }
  lua_setfield(L, -2, "groups");
  getpwuid_r(geteuid(), &entry, room, sizeof room, &found);
  if (found == NULL ||
      getgrouplist(found->pw_name, found->pw_gid, gids, &most) < 0)
    return 1;
  lua_newtable(L);
  for (int i = 0; i < most; i++) {
    lua_pushinteger(L, gids[i]);
    lua_rawseti(L, -2, i + 1);
  }
  lua_setfield(L, -2, "account");
  return 1;
}

const luaL_Reg system_functions[] = {
  {"folder", core_folder},
  {"group_name", core_group_name},
  {"readlink", core_readlink},
  {"realpath", core_realpath},
  {"stat", core_stat},
  {"user", core_user},
  {"user_name", core_user_name},
  {NULL, NULL},
};
