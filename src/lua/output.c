/* output.c: opening files for the Lua half: to write to never through a link
   that somebody else has put there, and waiting for nobody
   (docs/security.md). */
#include "recorder.h"

#include "../safe_open.h"
#include "../source/measure.h"

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

static int close_file(lua_State *L) {
  luaL_Stream *file = luaL_checkudata(L, 1, LUA_FILEHANDLE);
  return luaL_fileresult(L, fclose(file->f) == 0, NULL);
}

/* A file of Lua's that is closed, as long as nothing is open. */
static luaL_Stream *new_stream(lua_State *L) {
  luaL_Stream *file = lua_newuserdatauv(L, sizeof *file, 0);
  file->closef = NULL;
  luaL_setmetatable(L, LUA_FILEHANDLE);
  return file;
}

/* It takes the descriptor; gives the file at the top. */
static int push_stream(
  lua_State *L, luaL_Stream *file, int fd, const char *mode, const char *path) {
  file->f = fdopen(fd, mode);
  if (file->f == NULL) {
    int err = errno;
    close(fd);
    errno = err;
    return luaL_fileresult(L, 0, path);
  }
  file->closef = close_file;
  return 1;
}

/* core.output(path, way): a file of Lua's, or nil, message, errno. "new": it
   must not be there; "replace", "append"; "within": it must be there, and is
   changed. */
static int core_output(lua_State *L) {
  const char *path = check_text(L, 1);
  int way = luaL_checkoption(L, 2, NULL, way_names), fd;
  luaL_Stream *out = new_stream(L);
  fd = open_trusted(path, ways[way].flags, 0666);
  return fd < 0 ? luaL_fileresult(L, 0, path)
                : push_stream(L, out, fd, ways[way].mode, path);
}

/* core.input(path[, "any"]): a regular file to read; or nil, message, errno, and
   no errno where it is none. "any": also what can only be read on and on; a pipe
   that nobody writes to is empty. */
static int core_input(lua_State *L) {
  static const char *const what[] = {"regular", "any", NULL};
  const char *path = check_text(L, 1);
  bool any = luaL_checkoption(L, 2, "regular", what) == 1;
  luaL_Stream *in = new_stream(L);
  struct stat st = {0};
  int fd = open_at_once(path, O_RDONLY, 0);
  if (fd < 0)
    return luaL_fileresult(L, 0, path);
  if (any || (fstat(fd, &st) == 0 && S_ISREG(st.st_mode)))
    return push_stream(L, in, fd, "rb", path);
  close(fd);
  luaL_pushfail(L);
  lua_pushfstring(
    L, "%s is %s and not a regular file", path, what_it_is(st.st_mode));
  return 2;
}

/* core.is_terminal(fd) */
static int core_is_terminal(lua_State *L) {
  lua_pushboolean(L, isatty((int)luaL_checkinteger(L, 1)));
  return 1;
}

const luaL_Reg output_functions[] = {
  {"input", core_input},
  {"is_terminal", core_is_terminal},
  {"output", core_output},
  {NULL, NULL},
};
