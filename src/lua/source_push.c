/***
@submodule Source
*/
/* source_push.c: bytes that a script pushes into a burn. */
#include "source_handle.h"

#include "../transport/clock.h"

#define SLICE_MS 200 /* a script that waits stays open to Ctrl-C */

static struct source *check_push(lua_State *L, int arg) {
  struct source *s = check_source(L, arg);
  luaL_argcheck(
    L, strcmp(s->ops->kind, "push") == 0, arg, "push source expected");
  return s;
}

/* Milliseconds, rounded up so that the last one is waited for too. */
static unsigned time_left(uint64_t deadline) {
  uint64_t now = clock_now(clock_monotonic());
  return now >= deadline ? 0 : (unsigned)((deadline - now) / CLOCK_MS + 1);
}

/* Push until all is taken or time is up; the binding returns what this does. */
static int push_for(lua_State *L,
                    struct source *s,
                    const char *data,
                    size_t len,
                    unsigned timeout,
                    bool needs_reader) {
  uint64_t deadline = clock_now(clock_monotonic()) + timeout * CLOCK_MS;
  struct failure f;
  size_t taken = 0;
  do {
    ptrdiff_t n = source_push_write(
      s, data + taken, len - taken, timeout, needs_reader, &f);
    if (n < 0)
      return push_failure(L, &f);
    taken += (size_t)n;
    timeout = time_left(deadline);
    if (n == 0)
      break;
  } while (taken < len);
  lua_pushinteger(L, (lua_Integer)taken);
  return 1;
}

/***
Push bytes, for a source made by `source.push`. Takes all of them, waiting for
room as long as the burn reads, or what it could take in the time given.
@function write
@tparam string data the bytes
@tparam[opt] number seconds how long to wait at most; 0 not at all
@treturn[1] integer how many bytes were taken, from the start of `data`
@return[2] nil
@treturn[2] failure what went wrong
@treturn[2] string its code: `user_abort` when the burn has ended or was
cancelled, `bad_file` for more than was announced and after `finish`, `busy`
when the buffer is full, no time is given and nothing burns the source yet
*/
/* Without a time: discrecorder.methods, by way of write_slice. */
static int source_write(lua_State *L) {
  struct source *s = check_push(L, 1);
  lua_Number seconds;
  size_t len;
  const char *data;
  luaL_checktype(L, 2, LUA_TSTRING);
  data = lua_tolstring(L, 2, &len);
  seconds = luaL_checknumber(L, 3);
  luaL_argcheck(L, seconds >= 0 && seconds <= 2e6, 3, "out of range");
  return push_for(L, s, data, len, (unsigned)(seconds * 1000), false);
}

/* For discrecorder.methods: write_slice(data, from), for so long that nobody
   minds: what is behind the first 'from' bytes. */
static int source_write_slice(lua_State *L) {
  struct source *s = check_push(L, 1);
  lua_Integer from = luaL_checkinteger(L, 3);
  size_t len;
  const char *data;
  luaL_checktype(L, 2, LUA_TSTRING);
  data = lua_tolstring(L, 2, &len);
  luaL_argcheck(L, from >= 0 && (size_t)from <= len, 3, "out of range");
  return push_for(L, s, data + from, len - (size_t)from, SLICE_MS, true);
}

/***
Say that no more bytes come, for a source made by `source.push`.
@function finish
@treturn[1] boolean true
@return[2] nil
@treturn[2] failure what went wrong
@treturn[2] string its code: `bad_file` when more was announced; the burn fails
*/
static int source_finish(lua_State *L) {
  struct source *s = check_push(L, 1);
  struct failure f;
  if (!source_push_end(s, &f))
    return push_failure(L, &f);
  lua_pushboolean(L, 1);
  return 1;
}

const luaL_Reg source_push_methods[] = {
  {"finish", source_finish},
  {"write", source_write},
  {"write_slice", source_write_slice},
  {NULL, NULL},
};
