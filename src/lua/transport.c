/* transport.c: how a module that carries packets makes itself known to the
   core: core.register_transport(userdata). The userdata's type is the core's,
   so that nothing else can be taken for it. */
#include "recorder.h"

#include "../transport/registry.h"
#include "version.h"

static int core_register_transport(lua_State *L) {
  const struct transport_scheme *const *s =
    luaL_checkudata(L, 1, TRANSPORT_TYPE);
  if (!transport_register(*s, VERSION))
    return luaL_error(L,
                      "the module for %s: addresses is of version %s and "
                      "discrecorder of " VERSION ": install equal ones",
                      (*s)->scheme,
                      (*s)->version);
  return 0;
}

void register_transport(lua_State *L) {
  static const luaL_Reg none[] = {{NULL, NULL}};
  new_type(L, TRANSPORT_TYPE, none, NULL);
}

const luaL_Reg transport_functions[] = {
  {"register_transport", core_register_transport},
  {NULL, NULL},
};
