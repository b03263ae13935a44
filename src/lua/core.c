/* core.c: discrecorder.core, the C half of the library. Users require
   "discrecorder"; the Lua modules above require this. */
#include "recorder.h"
#include "version.h"

#include <cdio/cdio.h>
#include <cdio/logging.h>
#include <openssl/crypto.h>
#include <string.h>

/* libcdio's own handler prints to stdout and calls exit. */
static void discard(cdio_log_level_t level, const char message[]) {
  (void)level;
  (void)message;
}

/* The drives' names, each with a newline after it; those that fit. */
static void list_devices(char *list, size_t room) {
  char **devices = cdio_get_devices(DRIVER_DEVICE);
  size_t used = 0;
  for (char **d = devices; d != NULL && *d != NULL; d++) {
    size_t len = strlen(*d);
    if (len + 2 > room - used)
      continue;
    memcpy(list + used, *d, len);
    list[used + len] = '\n';
    used += len + 1;
  }
  list[used] = '\0';
  cdio_free_device_list(devices);
}

/* core.devices(): the optical drives that libcdio finds, as device nodes. */
static int core_devices(lua_State *L) {
  char list[8192]; /* libcdio's own must be freed before anything can raise */
  lua_Integer n = 0;
  list_devices(list, sizeof list);
  lua_newtable(L);
  for (const char *at = list; *at != '\0';) {
    const char *end = strchr(at, '\n');
    lua_pushlstring(L, at, (size_t)(end - at));
    lua_rawseti(L, -2, ++n);
    at = end + 1;
  }
  return 1;
}

/* core.failure(code, message[, fields]): nil, failure, code, for Lua modules.
 */
static int core_failure(lua_State *L) {
  const char *name = luaL_checkstring(L, 1);
  const char *message = luaL_checkstring(L, 2);
  struct failure f;
  int n;
  for (int i = 0; i < FAIL_COUNT; i++) {
    if (strcmp(failure_kinds[i].name, name) != 0)
      continue;
    fail(&f, (enum failure_code)i, "%s", message);
    n = push_failure(L, &f);
    lua_pushstring(L, message); /* whole: the struct's room is bounded */
    lua_setfield(L, -3, "message");
    if (lua_istable(L, 3)) {
      lua_pushnil(L);
      while (lua_next(L, 3) != 0) {
        lua_pushvalue(L, -2);
        lua_insert(L, -2);
        lua_settable(L, -5);
      }
    }
    return n;
  }
  return luaL_error(L, "no failure has the code '%s'", name);
}

static const luaL_Reg core_functions[] = {
  {"devices", core_devices},
  {"failure", core_failure},
  {NULL, NULL},
};

static char anchor; /* an address in this module */

int luaopen_discrecorder_core(lua_State *L);

__attribute__((visibility("default"))) int
luaopen_discrecorder_core(lua_State *L) {
  luaL_checkversion(L);
  pin_module(&anchor);
  /* Threads may still be hashing when the process leaves. */
  OPENSSL_init_crypto(OPENSSL_INIT_NO_ATEXIT, NULL);
  cdio_log_set_handler(discard);
  register_failure(L);
  register_source(L);
  register_job(L);
  register_recorder(L);
  register_operator(L);
  register_signals(L);
  register_transport(L);
  register_served(L);
  register_inhibitor(L);
  lua_newtable(L);
  luaL_setfuncs(L, core_functions, 0);
  luaL_setfuncs(L, recorder_functions, 0);
  luaL_setfuncs(L, source_functions, 0);
  luaL_setfuncs(L, source_type_functions, 0);
  luaL_setfuncs(L, job_functions, 0);
  luaL_setfuncs(L, burn_functions, 0);
  luaL_setfuncs(L, burn_series_functions, 0);
  luaL_setfuncs(L, scan_functions, 0);
  luaL_setfuncs(L, rescue_functions, 0);
  luaL_setfuncs(L, disc_source_functions, 0);
  luaL_setfuncs(L, signal_functions, 0);
  luaL_setfuncs(L, transport_functions, 0);
  luaL_setfuncs(L, serve_functions, 0);
  luaL_setfuncs(L, system_functions, 0);
  luaL_setfuncs(L, output_functions, 0);
  luaL_setfuncs(L, inhibitor_functions, 0);
  lua_pushliteral(L, VERSION);
  lua_setfield(L, -2, "version");
  return 1;
}
