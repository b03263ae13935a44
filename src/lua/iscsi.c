/* iscsi.c: discrecorder.iscsi, a module of its own so that the rest does
   without libiscsi. Requiring it is all: from then on iscsi: addresses can be
   opened. */
#include "binding.h"
#include "version.h"

#include "../iscsi/remote.h"

static const struct transport_scheme scheme = {
  .version = VERSION,
  .scheme = "iscsi",
  .open = remote_open,
  .absolute = remote_absolute,
};

int luaopen_discrecorder_iscsi(lua_State *L);

__attribute__((visibility("default"))) int
luaopen_discrecorder_iscsi(lua_State *L) {
  const struct transport_scheme **self;
  /* The core keeps a pointer into this module. */
  pin_module((void *)(intptr_t)luaopen_discrecorder_iscsi);
  lua_getglobal(L, "require"); /* the type of what is registered here */
  lua_pushliteral(L, "discrecorder.core");
  lua_call(L, 1, 1);
  lua_getfield(L, -1, "register_transport");
  self = lua_newuserdatauv(L, sizeof *self, 0);
  *self = &scheme;
  luaL_setmetatable(L, TRANSPORT_TYPE);
  lua_call(L, 1, 0);
  lua_newtable(L);
  lua_pushstring(L, scheme.scheme);
  lua_setfield(L, -2, "scheme");
  lua_pushliteral(L, VERSION);
  lua_setfield(L, -2, "version");
  return 1;
}
