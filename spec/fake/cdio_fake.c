/* cdio_fake.c: what cdio.c uses of libcdio, answered by Lua:

       open_cdio = function(path, mode) return true end,
       mode = function() return the mode it is in, else the one asked for end,
       command = function(question) return rc, answer end,

   answer: {data =, sense =, errno =}. There is one at a time, so what has no
   context finds it in a variable. */
#include "cdio_fake.h"

#include <errno.h>
#include <lauxlib.h>
#include <stdlib.h>
#include <string.h>

static struct {
  lua_State *L;
  int table;
  char mode[32];
  uint8_t sense[64];
  int sense_len;
} fake;

static CdIo_t *
fake_open_am(const char *path, driver_id_t driver, const char *mode) {
  lua_State *L = fake.L;
  bool opened = true;
  (void)driver;
  strncpy(fake.mode, mode, sizeof fake.mode - 1);
  if (lua_getfield(L, fake.table, "open_cdio") != LUA_TNIL) {
    lua_pushstring(L, path);
    lua_pushstring(L, mode);
    lua_call(L, 2, 1);
    opened = lua_toboolean(L, -1);
  }
  lua_pop(L, 1);
  return opened ? (CdIo_t *)&fake : NULL;
}

static void fake_destroy(CdIo_t *cdio) {
  lua_State *L = fake.L;
  (void)cdio;
  if (lua_getfield(L, fake.table, "close_cdio") != LUA_TNIL)
    lua_call(L, 0, 0);
  else
    lua_pop(L, 1);
}

static const char *fake_get_arg(const CdIo_t *cdio, const char key[]) {
  lua_State *L = fake.L;
  (void)cdio;
  if (strcmp(key, "access-mode") != 0)
    return NULL;
  if (lua_getfield(L, fake.table, "mode") != LUA_TNIL) {
    lua_pushstring(L, fake.mode);
    lua_call(L, 1, 1);
    if (lua_isstring(L, -1))
      strncpy(fake.mode, lua_tostring(L, -1), sizeof fake.mode - 1);
  }
  lua_pop(L, 1);
  return fake.mode;
}

static void question(lua_State *L,
                     unsigned timeout,
                     const mmc_cdb_t *cdb,
                     unsigned cdb_len,
                     cdio_mmc_direction_t direction,
                     unsigned len,
                     const void *buf) {
  lua_createtable(L, 0, 5);
  lua_pushlstring(L, (const char *)cdb->field, cdb_len);
  lua_setfield(L, -2, "cdb");
  lua_pushinteger(L, timeout);
  lua_setfield(L, -2, "timeout");
  lua_pushinteger(L, direction);
  lua_setfield(L, -2, "direction");
  lua_pushinteger(L, len);
  lua_setfield(L, -2, "len");
  if (direction == SCSI_MMC_DATA_WRITE) {
    lua_pushlstring(L, buf, len);
    lua_setfield(L, -2, "data");
  }
}

/* The bytes of a field of the answer on the top; 0: it has none. */
static size_t bytes(lua_State *L, const char *name, void *to, size_t room) {
  size_t len = 0;
  const char *s;
  if (lua_getfield(L, -1, name) != LUA_TNIL) {
    s = luaL_checklstring(L, -1, &len);
    len = len < room ? len : room;
    memcpy(to, s, len);
  }
  lua_pop(L, 1);
  return len;
}

static driver_return_code_t fake_run(const CdIo_t *cdio,
                                     unsigned timeout,
                                     const mmc_cdb_t *cdb,
                                     unsigned cdb_len,
                                     cdio_mmc_direction_t direction,
                                     unsigned len,
                                     void *buf) {
  lua_State *L = fake.L;
  int rc, err = 0;
  (void)cdio;
  fake.sense_len = 0;
  if (lua_getfield(L, fake.table, "command") == LUA_TNIL) {
    lua_pop(L, 1);
    return DRIVER_OP_SUCCESS;
  }
  question(L, timeout, cdb, cdb_len, direction, len, buf);
  lua_call(L, 1, 2);
  rc = (int)luaL_optinteger(L, -2, 0);
  if (lua_istable(L, -1)) {
    if (direction == SCSI_MMC_DATA_READ)
      bytes(L, "data", buf, len);
    fake.sense_len = (int)bytes(L, "sense", fake.sense, sizeof fake.sense);
    lua_getfield(L, -1, "errno");
    err = (int)luaL_optinteger(L, -1, 0);
    lua_pop(L, 1);
  }
  lua_pop(L, 2);
  errno = err;
  return (driver_return_code_t)rc;
}

static int fake_last_sense(const CdIo_t *cdio,
                           cdio_mmc_request_sense_t **sense) {
  (void)cdio;
  *sense = NULL;
  if (fake.sense_len == 0)
    return 0;
  *sense = calloc(1, sizeof fake.sense);
  memcpy(*sense, fake.sense, (size_t)fake.sense_len);
  return fake.sense_len;
}

const struct cdio_library *cdio_fake(lua_State *L, int table) {
  static const struct cdio_library library = {
    .open_am = fake_open_am,
    .destroy = fake_destroy,
    .get_arg = fake_get_arg,
    .run = fake_run,
    .last_sense = fake_last_sense,
  };
  fake.L = L;
  fake.table = table;
  return &library;
}
