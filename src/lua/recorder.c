/***
One drive. It has the methods of Microsoft's IDiscRecorder in snake_case, and
more. Each `x_start` gives a @{Job}; `x` starts it and waits.

Fields (no packet is sent for them): `address`, `vendor`, `product`, `revision`,
`serial`, `guid`.
@classmod Recorder
*/
/* recorder.c: the type itself: making one, its fields, its end. Its methods
   stand in recorder_imapi.c and recorder_more.c. */
#include "recorder.h"

#include "../recorder/recorder.h"
#include "../transport/fault.h"
#include "version.h"

#include <stdio.h>
#include <string.h>

#define METHODS_KEY "discrecorder.Recorder.methods"

/* The userdata is one pointer: NULL until the recorder was opened. */
struct recorder *check_recorder(lua_State *L, int arg) {
  struct recorder **self = luaL_checkudata(L, arg, RECORDER_TYPE);
  luaL_argcheck(L, *self != NULL, arg, "the recorder was never opened");
  return *self;
}

/* === options === */

/* A fault's value as the text that fault_rule_set takes. */
static const char *fault_value(lua_State *L) {
  static const char *const parts[] = {"key", "asc", "ascq"};
  lua_Integer code[3];
  char text[32];
  if (lua_type(L, -1) != LUA_TTABLE)
    return luaL_tolstring(L, -1, NULL);
  for (int i = 0; i < 3; i++) {
    if (lua_rawgeti(L, -1, i + 1) == LUA_TNIL) {
      lua_pop(L, 1);
      lua_getfield(L, -1, parts[i]);
    }
    code[i] = luaL_checkinteger(L, -1);
    luaL_argcheck(
      L, code[i] >= 0 && code[i] <= 255, 2, "a fault's sense is out of range");
    lua_pop(L, 1);
  }
  snprintf(text,
           sizeof text,
           "%X/%02X/%02X",
           (unsigned)code[0],
           (unsigned)code[1],
           (unsigned)code[2]);
  return lua_pushstring(L, text);
}

/* The rule at the top of the stack; raises when it is none. */
static void to_fault(lua_State *L, struct fault_rule *rule) {
  struct failure f;
  int at = lua_gettop(L);
  check_table(L, "recorder", "a fault");
  memset(rule, 0, sizeof *rule);
  lua_pushnil(L);
  while (lua_next(L, at) != 0) {
    if (lua_type(L, -2) != LUA_TSTRING)
      luaL_error(L, "recorder: a fault's keys are names");
    if (lua_toboolean(L, -1) || !lua_isboolean(L, -1)) {
      const char *value = lua_isboolean(L, -1) ? NULL : fault_value(L);
      if (!fault_rule_set(rule, lua_tostring(L, at + 1), value, &f))
        luaL_error(L, "recorder: %s", f.message);
    }
    lua_settop(L, at + 1);
  }
}

/* The list of rules, as userdata that stays on the stack. */
static struct fault_rule *to_faults(lua_State *L, int arg, size_t *count) {
  struct fault_rule *rules;
  struct failure f;
  luaL_checktype(L, arg, LUA_TTABLE);
  *count = lua_rawlen(L, arg);
  luaL_argcheck(L, *count <= 1000, 2, "too many faults");
  rules = lua_newuserdatauv(L, (*count + 1) * sizeof *rules, 0);
  for (size_t i = 0; i < *count; i++) {
    lua_rawgeti(L, arg, (lua_Integer)i + 1);
    to_fault(L, &rules[i]);
    lua_pop(L, 1);
  }
  if (!fault_check(rules, *count, &f))
    luaL_error(L, "recorder: %s", f.message);
  return rules;
}

static void
to_options(lua_State *L, int arg, struct transport_options *options) {
  static const char *const keys[] = {"existing", "faults", "trace", NULL};
  options->program = "discrecorder " VERSION;
  if (lua_isnoneornil(L, arg))
    return;
  check_keys(L, arg, "recorder", keys);
  if (lua_getfield(L, arg, "trace") != LUA_TNIL)
    options->trace = check_text(L, -1);
  if (lua_getfield(L, arg, "existing") != LUA_TNIL) {
    luaL_checktype(L, -1, LUA_TBOOLEAN);
    options->existing = lua_toboolean(L, -1);
  }
  if (lua_getfield(L, arg, "faults") != LUA_TNIL)
    options->faults = to_faults(L, lua_gettop(L), &options->fault_count);
}

/***
A recorder by its address. IDiscRecorder::Init.
@function discrecorder.recorder
@string address `virtual:PATH[?key=value&...]` (docs/addresses.md), a device
@tparam[opt] table options `trace`: a file to write every packet to
(docs/trace-format.md); `faults`: what is to fail (docs/faults.md); `existing`:
true never to make a disc file
@treturn[1] Recorder
@return[2] nil
@treturn[2] table failure
@treturn[2] string code: device_not_present, device_not_accessible, bad_file,
medium_invalid_type, unsupported
*/
static int core_recorder(lua_State *L) {
  struct transport_options options = {0};
  const char *address = check_text(L, 1);
  struct recorder **self;
  struct failure f;
  lua_settop(L, 2);
  to_options(L, 2, &options);
  self = lua_newuserdatauv(L, sizeof *self, 0);
  *self = NULL;
  luaL_setmetatable(L, RECORDER_TYPE);
  *self = recorder_open(address, &options, &f);
  if (*self == NULL)
    return push_failure(L, &f);
  return 1;
}

/* === fields === */

/* What is known without a packet. Unknown names raise. */
static const struct {
  const char *name;
  size_t offset;
} fields[] = {
  {"address", offsetof(struct identity, address)},
  {"guid", offsetof(struct identity, guid)},
  {"product", offsetof(struct identity, product)},
  {"revision", offsetof(struct identity, revision)},
  {"serial", offsetof(struct identity, serial)},
  {"vendor", offsetof(struct identity, vendor)},
};

/* Upvalue 1: the methods. */
static int recorder_index(lua_State *L) {
  const char *name;
  const struct identity *id;
  lua_settop(L, 2);
  lua_pushvalue(L, 2);
  if (lua_rawget(L, lua_upvalueindex(1)) != LUA_TNIL)
    return 1;
  id = &check_recorder(L, 1)->id;
  name = luaL_checkstring(L, 2);
  for (size_t i = 0; i < sizeof fields / sizeof *fields; i++) {
    if (strcmp(fields[i].name, name) != 0)
      continue;
    lua_pushstring(L, (const char *)id + fields[i].offset);
    return 1;
  }
  return luaL_error(L, "a recorder has no '%s'", name);
}

/* === its end === */

/* A lock that is left goes with the block. */
static int recorder_close_(lua_State *L) {
  struct recorder **self = luaL_checkudata(L, 1, RECORDER_TYPE);
  if (*self != NULL)
    recorder_close_quietly(*self);
  return 0;
}

static int recorder_gc(lua_State *L) {
  struct recorder **self = luaL_checkudata(L, 1, RECORDER_TYPE);
  struct recorder *r = *self;
  *self = NULL;
  if (r == NULL)
    return 0;
  recorder_close_quietly(r);
  recorder_unref(r);
  return 0;
}

static int recorder_tostring(lua_State *L) {
  struct recorder **self = luaL_checkudata(L, 1, RECORDER_TYPE);
  if (*self == NULL)
    lua_pushliteral(L, "Recorder (never opened)");
  else
    lua_pushfstring(L,
                    "Recorder (%s, %s %s)",
                    (*self)->id.address,
                    (*self)->id.vendor,
                    (*self)->id.product);
  return 1;
}

/* The table of methods, which the workflows extend. */
static int core_methods(lua_State *L) {
  lua_getfield(L, LUA_REGISTRYINDEX, METHODS_KEY);
  return 1;
}

void register_recorder(lua_State *L) {
  static const luaL_Reg metamethods[] = {
    {"__close", recorder_close_},
    {"__gc", recorder_gc},
    {"__tostring", recorder_tostring},
    {NULL, NULL},
  };
  luaL_newmetatable(L, RECORDER_TYPE);
  luaL_setfuncs(L, metamethods, 0);
  if (lua_getfield(L, LUA_REGISTRYINDEX, METHODS_KEY) == LUA_TNIL) {
    lua_pop(L, 1);
    lua_newtable(L);
    luaL_setfuncs(L, recorder_imapi_methods, 0);
    luaL_setfuncs(L, recorder_more_methods, 0);
    luaL_setfuncs(L, recorder_packets_methods, 0);
    luaL_setfuncs(L, recorder_cd_methods, 0);
    lua_pushvalue(L, -1);
    lua_setfield(L, LUA_REGISTRYINDEX, METHODS_KEY);
  }
  lua_pushcclosure(L, recorder_index, 1);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
}

const luaL_Reg recorder_functions[] = {
  {"recorder", core_recorder},
  {"recorder_methods", core_methods},
  {NULL, NULL},
};
