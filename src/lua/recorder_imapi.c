/***
The methods that IDiscRecorder has.
@submodule Recorder
*/
/* recorder_imapi.c: the methods that IDiscRecorder has, by its names
   (reference: imapi.h; which needs open_exclusive: its documentation). */
#include "../recorder/media_query.h"
#include "recorder.h"

#include <string.h>

static int push_true_or(lua_State *L, bool ok, const struct failure *f) {
  if (!ok)
    return push_failure(L, f);
  lua_pushboolean(L, 1);
  return 1;
}

/***
The recorder's identity as a UUID (version 5, made of vendor, product and serial
number), stable across boots. IDiscRecorder::GetRecorderGUID.
@function recorder:get_recorder_guid
@treturn string UUID
*/
static int get_recorder_guid(lua_State *L) {
  lua_pushstring(L, check_recorder(L, 1)->id.guid);
  return 1;
}

/***
What the drive can write: `"cdr"`, or `"cdrw"` for any drive that also erases.
IDiscRecorder::GetRecorderType.
@function recorder:get_recorder_type
@treturn string
*/
static int get_recorder_type(lua_State *L) {
  lua_pushstring(L, check_recorder(L, 1)->id.rewritable ? "cdrw" : "cdr");
  return 1;
}

/***
Vendor, product and revision, as INQUIRY gives them.
IDiscRecorder::GetDisplayNames.
@function recorder:get_display_names
@treturn string vendor
@treturn string product
@treturn string revision
*/
static int get_display_names(lua_State *L) {
  const struct identity *id = &check_recorder(L, 1)->id;
  lua_pushstring(L, id->vendor);
  lua_pushstring(L, id->product);
  lua_pushstring(L, id->revision);
  return 3;
}

/***
One identifier of the model: equal for equal models.
IDiscRecorder::GetBasePnPID.
@function recorder:get_base_pnp_id
@treturn string
*/
static int get_base_pnp_id(lua_State *L) {
  const struct identity *id = &check_recorder(L, 1)->id;
  lua_pushfstring(L, "%s %s %s", id->vendor, id->product, id->revision);
  return 1;
}

/***
The address, made absolute. IDiscRecorder::GetPath.
@function recorder:get_path
@treturn string
*/
static int get_path(lua_State *L) {
  lua_pushstring(L, check_recorder(L, 1)->id.address);
  return 1;
}

/***
What this object does: `"idle"`, `"opened"` or `"burning"`. Sends no packet.
IDiscRecorder::GetRecorderState.
@function recorder:get_recorder_state
@treturn[1] string
@return[2] nil
@treturn[2] table failure
@treturn[2] string code: device_not_present
*/
static int get_recorder_state(lua_State *L) {
  struct recorder *r = check_recorder(L, 1);
  struct failure f;
  if (!recorder_check_present(r, &f))
    return push_failure(L, &f);
  if (atomic_load_explicit(&r->burning, memory_order_acquire))
    lua_pushliteral(L, "burning");
  else if (atomic_load_explicit(&r->opened, memory_order_acquire))
    lua_pushliteral(L, "opened");
  else
    lua_pushliteral(L, "idle");
  return 1;
}

/***
The properties that IMAPI knows. IDiscRecorder::GetRecorderProperties.
@function recorder:get_recorder_properties
@treturn[1] table `write_speed` and `max_write_speed` in kB/s (1000 bytes),
`audio_gap_size` in blocks (between tracks of audio that are written track at
once, where the drive obeys), `buffer_underrun_free_capable`,
`enable_buffer_underrun_free`
@return[2] nil
@treturn[2] table failure
@treturn[2] string code: device_not_present
*/
static int get_recorder_properties(lua_State *L) {
  struct recorder *r = check_recorder(L, 1);
  const struct properties *p = &r->properties;
  struct failure f;
  uint32_t speed;
  if (!recorder_refresh_properties(r, &f))
    return push_failure(L, &f);
  /* The disc may be a slower one than when the speed was set. */
  speed = p->write_speed;
  if (speed == 0 || speed > p->max_write_speed)
    speed = p->max_write_speed;
  lua_createtable(L, 0, 5);
  set_integer(L, "write_speed", speed);
  set_integer(L, "max_write_speed", p->max_write_speed);
  set_integer(L, "audio_gap_size", p->audio_gap_size);
  set_boolean(L, "buffer_underrun_free_capable", r->id.underrun_free);
  set_boolean(L, "enable_buffer_underrun_free", p->enable_underrun_free);
  return 1;
}

static void set_write_speed(lua_State *L, struct properties *p) {
  lua_Integer speed = luaL_checkinteger(L, -1);
  luaL_argcheck(
    L, speed >= 1 && speed <= 0xFFFF, 2, "write_speed is 1 to 65535 kB/s");
  p->write_speed = speed >= p->max_write_speed ? 0 : (uint32_t)speed;
}

static void set_audio_gap_size(lua_State *L, struct properties *p) {
  lua_Integer gap = luaL_checkinteger(L, -1);
  luaL_argcheck(
    L, gap >= 0 && gap <= 225, 2, "audio_gap_size is 0 to 225 blocks");
  p->audio_gap_size = (unsigned)gap;
}

static void set_underrun_free(lua_State *L, struct properties *p) {
  luaL_checktype(L, -1, LUA_TBOOLEAN);
  p->enable_underrun_free = lua_toboolean(L, -1);
}

static const struct {
  const char *name;
  void (*set)(lua_State *L, struct properties *p);
} settable[] = {
  {"audio_gap_size", set_audio_gap_size},
  {"enable_buffer_underrun_free", set_underrun_free},
  {"write_speed", set_write_speed},
};

/* Sets the value on the top; false: not one that can be set. */
static bool set_property(lua_State *L, struct properties *p) {
  const char *name;
  if (lua_type(L, -2) != LUA_TSTRING)
    return false;
  name = lua_tostring(L, -2);
  for (size_t i = 0; i < sizeof settable / sizeof *settable; i++) {
    if (strcmp(settable[i].name, name) != 0)
      continue;
    settable[i].set(L, p);
    return true;
  }
  return false;
}

/***
Set properties; a sparse table is fine. Unknown and read-only names are ignored
and returned (IMAPI_S_PROPERTIESIGNORED). IDiscRecorder::SetRecorderProperties.
@function recorder:set_recorder_properties
@tparam table t name to value
@treturn[1] boolean true
@treturn[1] {string,...} the names that were ignored, sorted
@return[2] nil
@treturn[2] table failure
@treturn[2] string code: device_not_present
*/
static int set_recorder_properties(lua_State *L) {
  struct recorder *r = check_recorder(L, 1);
  struct properties changed;
  struct failure f;
  lua_Integer ignored = 0;
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_settop(L, 2);
  if (!recorder_refresh_properties(r, &f))
    return push_failure(L, &f);
  changed = r->properties;
  lua_newtable(L);
  lua_pushnil(L);
  while (lua_next(L, 2) != 0) {
    if (!set_property(L, &changed)) {
      luaL_tolstring(L, -2, NULL);
      lua_rawseti(L, 3, ++ignored);
    }
    lua_pop(L, 1);
  }
  r->properties = changed;
  lua_getglobal(L, "table");
  lua_getfield(L, -1, "sort");
  lua_pushvalue(L, 3);
  lua_call(L, 1, 0);
  lua_settop(L, 3);
  lua_pushboolean(L, 1);
  lua_insert(L, 3);
  return 2;
}

/***
Take the drive for this object alone. IDiscRecorder::OpenExclusive.
@function recorder:open_exclusive
@treturn[1] boolean true
@return[2] nil
@treturn[2] table failure
@treturn[2] string code: device_not_accessible (held by somebody, this object
included), device_not_present
*/
static int open_exclusive(lua_State *L) {
  struct failure f;
  bool ok = recorder_open_exclusive(check_recorder(L, 1), &f);
  return push_true_or(L, ok, &f);
}

/***
Give the drive back. IDiscRecorder::Close.
@function recorder:close
@treturn[1] boolean true
@return[2] nil
@treturn[2] table failure
@treturn[2] string code: not_opened, device_not_present
*/
static int close_(lua_State *L) {
  struct failure f;
  bool ok = recorder_close(check_recorder(L, 1), &f);
  return push_true_or(L, ok, &f);
}

/***
What kind of disc is in the drive. An empty drive is no failure.
IDiscRecorder::QueryMediaType.
@function recorder:query_media_type
@treturn[1] string `"none"`, `"cdda_cdrom"`, `"cd_rom_xa"`, `"cd_i"`,
`"cd_extra"`, `"cd_other"`, `"special"` (DVD, BD)
@treturn[1] table flags: blank, rw, writable, unusable
@return[2] nil
@treturn[2] table failure
@treturn[2] string code: not_opened, device_not_present, disc_info
*/
static int query_media_type(lua_State *L) {
  struct recorder *r = check_recorder(L, 1);
  struct medium m;
  struct media_type type;
  struct failure f;
  if (!recorder_check_opened(r, "query_media_type", &f) ||
      !medium_read(r, &m, &f))
    return push_failure(L, &f);
  media_type_of(&m, &type);
  lua_pushstring(L, type.name);
  lua_createtable(L, 0, 4);
  set_boolean(L, "blank", type.blank);
  set_boolean(L, "rw", type.rw);
  set_boolean(L, "writable", type.writable);
  set_boolean(L, "unusable", type.unusable);
  return 2;
}

/***
How far the disc is written. IDiscRecorder::QueryMediaInfo.
@function recorder:query_media_info
@treturn[1] table sessions (closed ones), last_track (of the last closed
session), start_address (of that track), next_writable, free_blocks
@return[2] nil
@treturn[2] table failure
@treturn[2] string code: not_opened, medium_not_present, device_not_present,
disc_info
*/
static int query_media_info(lua_State *L) {
  struct recorder *r = check_recorder(L, 1);
  struct medium m;
  struct media_info info;
  struct failure f;
  if (!recorder_check_opened(r, "query_media_info", &f) ||
      !medium_read(r, &m, &f) || !media_info_of(&m, &info, &f))
    return push_failure(L, &f);
  lua_createtable(L, 0, 5);
  set_integer(L, "sessions", info.sessions);
  set_integer(L, "last_track", info.last_track);
  set_integer(L, "start_address", info.start_address);
  set_integer(L, "next_writable", info.next_writable);
  set_integer(L, "free_blocks", info.free_blocks);
  return 1;
}

/***
Eject the disc: unlocks the tray first, keeps open_exclusive.
IDiscRecorder::Eject, as a Job.
@function recorder:eject_start
@treturn[1] Job its result is true
@return[2] nil
@treturn[2] table failure
@treturn[2] string code: not_opened, device_not_present
*/
static int eject_start(lua_State *L) {
  struct recorder *r = check_recorder(L, 1);
  struct failure f;
  if (!recorder_check_opened(r, "eject", &f))
    return push_failure(L, &f);
  return start_chore(L, r, "eject", (struct chore_how){0});
}

/***
Erase a CD-RW or DVD-RW, as a Job. IDiscRecorder::Erase; MMC BLANK. DVD+RW,
DVD-RAM and BD-RE are never blank (medium_invalid_type): format them, or burn
with `as_needed`.
@function recorder:erase_start
@bool[opt=false] full all of the disc, instead of what makes it blank
@treturn[1] Job its result is true
@return[2] nil
@treturn[2] table failure
@treturn[2] string code: not_opened, device_not_present; from the Job also
medium_not_present, medium_invalid_type, device_invalid_type, generic
*/
static int erase_start(lua_State *L) {
  struct recorder *r = check_recorder(L, 1);
  struct failure f;
  if (!lua_isnoneornil(L, 2))
    luaL_checktype(L, 2, LUA_TBOOLEAN);
  if (!recorder_check_opened(r, "erase", &f))
    return push_failure(L, &f);
  return start_chore(
    L, r, "erase", (struct chore_how){.full = lua_toboolean(L, 2)});
}

const luaL_Reg recorder_imapi_methods[] = {
  {"close", close_},
  {"eject_start", eject_start},
  {"erase_start", erase_start},
  {"get_base_pnp_id", get_base_pnp_id},
  {"get_display_names", get_display_names},
  {"get_path", get_path},
  {"get_recorder_guid", get_recorder_guid},
  {"get_recorder_properties", get_recorder_properties},
  {"get_recorder_state", get_recorder_state},
  {"get_recorder_type", get_recorder_type},
  {"open_exclusive", open_exclusive},
  {"query_media_info", query_media_info},
  {"query_media_type", query_media_type},
  {"set_recorder_properties", set_recorder_properties},
  {NULL, NULL},
};
