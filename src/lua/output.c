/* output.c: opening files to write to, for the Lua half: never through a link
   that somebody else has put there (docs/security.md). */
#include "recorder.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

static const struct {
  const char *mode;
  int flags;
} ways[] = {
  {"wb", O_WRONLY | O_CREAT | O_EXCL},
  {"wb", O_WRONLY | O_CREAT | O_TRUNC},
  {"ab", O_WRONLY | O_CREAT | O_APPEND},
  {"r+b", O_RDWR},
};

static const char *const way_names[] = {
  "new", "replace", "append", "within", NULL};

/* A link of one's own, or of root (/dev/stdout), was put there on purpose. Who
   else may put links into a sticky folder cannot replace such a one. */
static bool is_trusted_link(const char *path) {
  struct stat st;
  return lstat(path, &st) == 0 && S_ISLNK(st.st_mode) &&
         (st.st_uid == geteuid() || st.st_uid == 0);
}

static int open_output(const char *path, int way) {
  const int flags = ways[way].flags | O_CLOEXEC | O_NOCTTY;
  int fd = open(path, flags | O_NOFOLLOW, 0666);
  if (fd >= 0 || errno != ELOOP)
    return fd;
  if (is_trusted_link(path))
    return open(path, flags, 0666);
  errno = ELOOP;
  return -1;
}

static int close_output(lua_State *L) {
  luaL_Stream *out = luaL_checkudata(L, 1, LUA_FILEHANDLE);
  return luaL_fileresult(L, fclose(out->f) == 0, NULL);
}

/* core.output(path, way): a file of Lua's, or nil, message, errno. "new": it
   must not be there; "replace", "append"; "within": it must be there, and is
   changed. */
static int core_output(lua_State *L) {
  const char *path = check_text(L, 1);
  int way = luaL_checkoption(L, 2, NULL, way_names), fd;
  luaL_Stream *out = lua_newuserdatauv(L, sizeof *out, 0);
  out->closef = NULL; /* closed, as long as nothing is open */
  luaL_setmetatable(L, LUA_FILEHANDLE);
  fd = open_output(path, way);
  if (fd < 0)
    return luaL_fileresult(L, 0, path);
  out->f = fdopen(fd, ways[way].mode);
  if (out->f == NULL) {
    int err = errno;
    close(fd);
    errno = err;
    return luaL_fileresult(L, 0, path);
  }
  out->closef = close_output;
  return 1;
}

/* core.is_terminal(fd) */
static int core_is_terminal(lua_State *L) {
  lua_pushboolean(L, isatty((int)luaL_checkinteger(L, 1)));
  return 1;
}

const luaL_Reg output_functions[] = {
  {"is_terminal", core_is_terminal},
  {"output", core_output},
  {NULL, NULL},
};
