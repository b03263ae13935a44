/***
The hand at a virtual drive.
@classmod Operator
*/
/* operator.c: the hand at a virtual drive, for trying what people do to real
   ones. */
#include "../recorder/recorder.h"
#include "../virtual/virtual.h"
#include "recorder.h"

/* The userdata is a counted recorder: the hand stays at the drive. */
static struct transport *check_operator(lua_State *L) {
  struct recorder **self = luaL_checkudata(L, 1, OPERATOR_TYPE);
  luaL_argcheck(L, *self != NULL, 1, "gone");
  return transport_inner((*self)->t);
}

static int result(lua_State *L, bool ok, const struct failure *f) {
  if (!ok)
    return push_failure(L, f);
  lua_pushboolean(L, 1);
  return 1;
}

/***
The hand at a virtual drive; it may act at any moment, also during a burn.
Methods: `insert(path)`, `remove()` (by force), `press_eject()`,
`write_protect(on)`, `unplug()`, `plug()`, `power_off()`, `power_on()`; each
returns true or nil, failure, code. `pass(seconds)` lets time pass at the drive,
as when a host stalls or sleeps. And what a look at it tells: `is_locked()`,
whether removal is prevented; `clock()`, its own clock in seconds.
@function recorder:operator
@treturn[1] Operator
@return[2] nil
@treturn[2] table failure
@treturn[2] string code: unsupported (not a virtual recorder)
*/
int recorder_operator(lua_State *L) {
  struct recorder *r = check_recorder(L, 1);
  struct recorder **self;
  struct failure f;
  if (!transport_is_virtual(r->t)) {
    fail(&f, FAIL_UNSUPPORTED, "operator: %s is not virtual", r->id.address);
    return push_failure(L, &f);
  }
  self = lua_newuserdatauv(L, sizeof *self, 0);
  *self = NULL;
  luaL_setmetatable(L, OPERATOR_TYPE);
  recorder_ref(r);
  *self = r;
  return 1;
}

static int operator_gc(lua_State *L) {
  struct recorder **self = luaL_checkudata(L, 1, OPERATOR_TYPE);
  struct recorder *r = *self;
  *self = NULL;
  recorder_unref(r);
  return 0;
}

static int operator_insert(lua_State *L) {
  struct transport *t = check_operator(L);
  struct failure f;
  bool ok = virtual_insert(t, check_text(L, 2), &f);
  return result(L, ok, &f);
}

static int operator_write_protect(lua_State *L) {
  struct transport *t = check_operator(L);
  struct failure f;
  bool ok;
  luaL_checktype(L, 2, LUA_TBOOLEAN);
  ok = virtual_write_protect(t, lua_toboolean(L, 2), &f);
  return result(L, ok, &f);
}

static int operator_is_locked(lua_State *L) {
  lua_pushboolean(L, virtual_is_locked(check_operator(L)));
  return 1;
}

static int operator_clock(lua_State *L) {
  struct transport *t = check_operator(L);
  lua_pushnumber(L, (lua_Number)clock_now(t->clock) / CLOCK_SECOND);
  return 1;
}

/* As long as the host does nothing: a drive's clock is advanced by who sleeps
   on it. */
static int operator_pass(lua_State *L) {
  struct transport *t = check_operator(L);
  lua_Number seconds = luaL_checknumber(L, 2);
  luaL_argcheck(L, seconds >= 0 && seconds <= 1e6, 2, "0 to 1000000 expected");
  clock_sleep(t->clock, (uint64_t)(seconds * CLOCK_SECOND));
  lua_pushboolean(L, 1);
  return 1;
}

#define ACT(name)                                                              \
  static int operator_##name(lua_State *L) {                                   \
    struct transport *t = check_operator(L);                                   \
    struct failure f;                                                          \
    bool ok = virtual_##name(t, &f);                                           \
    return result(L, ok, &f);                                                  \
  }
ACT(remove)
ACT(press_eject)
ACT(unplug)
ACT(plug)
ACT(power_off)
ACT(power_on)
#undef ACT

void register_operator(lua_State *L) {
  static const luaL_Reg metamethods[] = {
    {"__gc", operator_gc},
    {NULL, NULL},
  };
  static const luaL_Reg methods[] = {
    {"clock", operator_clock},
    {"insert", operator_insert},
    {"is_locked", operator_is_locked},
    {"pass", operator_pass},
    {"plug", operator_plug},
    {"power_off", operator_power_off},
    {"power_on", operator_power_on},
    {"press_eject", operator_press_eject},
    {"remove", operator_remove},
    {"unplug", operator_unplug},
    {"write_protect", operator_write_protect},
    {NULL, NULL},
  };
  new_type(L, OPERATOR_TYPE, metamethods, methods);
}
