/***
A recorder that the kernel has: the `handle` of what `serve.start` gives. When
it is collected, the recorder is taken back.
@classmod Served
*/
/* serve.c: the Served type: a recorder that is a device of the kernel as long
   as the object is open. */
#include "../serve/serve.h"
#include "recorder.h"
#include "version.h"

#define WAIT_MOST 3600.0

/* The userdata is one pointer: NULL before it is served and after. */
static struct served *check_served(lua_State *L) {
  struct served **self = luaL_checkudata(L, 1, SERVED_TYPE);
  luaL_argcheck(L, *self != NULL, 1, "it is not served any more");
  return *self;
}

static void to_serve_options(lua_State *L,
                             int arg,
                             struct transport_options *transport,
                             struct serve_options *options) {
  static const char *const keys[] = {"existing", "hurry", "trace", NULL};
  transport->program = "discrecorder " VERSION;
  options->hurry = 1;
  if (lua_isnoneornil(L, arg))
    return;
  check_keys(L, arg, "serve", keys);
  if (lua_getfield(L, arg, "trace") != LUA_TNIL)
    transport->trace = luaL_checkstring(L, -1);
  if (lua_getfield(L, arg, "existing") != LUA_TNIL) {
    luaL_checktype(L, -1, LUA_TBOOLEAN);
    transport->existing = lua_toboolean(L, -1);
  }
  if (lua_getfield(L, arg, "hurry") != LUA_TNIL) {
    options->hurry = luaL_checknumber(L, -1);
    if (!(options->hurry > 0 && options->hurry <= 1e9))
      luaL_error(L, "serve: hurry is a number above 0");
  }
}

/* core.serve(address[, options]): Served, or nil, failure, code. */
static int core_serve(lua_State *L) {
  struct transport_options transport = {0};
  struct serve_options options;
  const char *address = luaL_checkstring(L, 1);
  struct served **self;
  struct failure f;
  lua_settop(L, 2);
  to_serve_options(L, 2, &transport, &options);
  self = lua_newuserdatauv(L, sizeof *self, 0);
  *self = NULL;
  luaL_setmetatable(L, SERVED_TYPE);
  *self = serve_start(address, &transport, &options, &f);
  if (*self == NULL)
    return push_failure(L, &f);
  return 1;
}

/* core.serve_prepare(): how many left-overs were removed, or the failure. */
static int core_serve_prepare(lua_State *L) {
  struct failure f;
  unsigned removed;
  if (!serve_prepare(&removed, &f))
    return push_failure(L, &f);
  lua_pushinteger(L, (lua_Integer)removed);
  return 1;
}

/***
The device nodes.
@function served:nodes
@treturn string /dev/srN
@treturn ?string /dev/sgN, where the kernel has its module
*/
static int served_nodes(lua_State *L) {
  struct served *s = check_served(L);
  lua_pushstring(L, served_sr(s));
  if (served_sg(s)[0] == '\0')
    lua_pushnil(L);
  else
    lua_pushstring(L, served_sg(s));
  return 2;
}

/***
The address that is served, made absolute; no password is in it.
@function served:address
@treturn string
*/
static int served_address_of(lua_State *L) {
  lua_pushstring(L, served_address(check_served(L)));
  return 1;
}

/***
Wait until the serving ends by itself, which it does only when it cannot go on.
A signal ends the wait too.
@function served:wait
@number seconds at most so long
@treturn[1] boolean true: it is still served
@return[2] nil
@treturn[2] table failure
@treturn[2] string code
*/
static int served_wait(lua_State *L) {
  struct served *s = check_served(L);
  double seconds = luaL_checknumber(L, 2);
  struct failure f;
  luaL_argcheck(L, seconds >= 0 && seconds <= WAIT_MOST, 2, "out of range");
  if (served_broke(s, (int)(seconds * 1000), &f))
    return push_failure(L, &f);
  lua_pushboolean(L, 1);
  return 1;
}

/***
Take the recorder back from the kernel; safe at any time, any number of times.
@function served:close
@treturn[1] boolean true
@return[2] nil
@treturn[2] table failure
@treturn[2] string code
*/
static int served_close(lua_State *L) {
  struct served **self = luaL_checkudata(L, 1, SERVED_TYPE);
  struct served *s = *self;
  struct failure f;
  *self = NULL;
  if (s != NULL && !served_end(s, &f))
    return push_failure(L, &f);
  lua_pushboolean(L, 1);
  return 1;
}

static int served_tostring(lua_State *L) {
  struct served **self = luaL_checkudata(L, 1, SERVED_TYPE);
  if (*self == NULL)
    lua_pushliteral(L, "Served (closed)");
  else
    lua_pushfstring(L, "Served (%s)", served_sr(*self));
  return 1;
}

const luaL_Reg serve_functions[] = {
  {"serve", core_serve},
  {"serve_prepare", core_serve_prepare},
  {NULL, NULL},
};

void register_served(lua_State *L) {
  static const luaL_Reg metamethods[] = {
    {"__close", served_close},
    {"__gc", served_close},
    {"__tostring", served_tostring},
    {NULL, NULL},
  };
  static const luaL_Reg methods[] = {
    {"address", served_address_of},
    {"close", served_close},
    {"nodes", served_nodes},
    {"wait", served_wait},
    {NULL, NULL},
  };
  new_type(L, SERVED_TYPE, metamethods, methods);
}
