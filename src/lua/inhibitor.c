/* inhibitor.c: an inhibition as an object: let go of by release, at the end of
   its block, or when it is collected. */
#include "../inhibitor.h"
#include "../transport/clock.h"
#include "recorder.h"

#define LIMIT_MOST 3600.0 /* seconds */

/* core.inhibit(why, seconds) */
static int core_inhibit(lua_State *L) {
  const char *why = check_text(L, 1);
  lua_Number seconds = luaL_checknumber(L, 2);
  struct inhibitor *i;
  struct failure f;
  luaL_argcheck(L, seconds >= 0 && seconds <= LIMIT_MOST, 2, "out of range");
  i = lua_newuserdatauv(L, sizeof *i, 0);
  *i = INHIBITOR_NONE;
  luaL_setmetatable(L, INHIBITOR_TYPE);
  if (!inhibitor_hold(i, why, (uint64_t)(seconds * (double)CLOCK_SECOND), &f))
    return push_failure(L, &f);
  return 1;
}

static int release(lua_State *L) {
  inhibitor_release(luaL_checkudata(L, 1, INHIBITOR_TYPE));
  return 0;
}

void register_inhibitor(lua_State *L) {
  static const luaL_Reg metamethods[] = {
    {"__close", release},
    {"__gc", release},
    {NULL, NULL},
  };
  static const luaL_Reg methods[] = {
    {"release", release},
    {NULL, NULL},
  };
  new_type(L, INHIBITOR_TYPE, metamethods, methods);
}

const luaL_Reg inhibitor_functions[] = {
  {"inhibit", core_inhibit},
  {NULL, NULL},
};
