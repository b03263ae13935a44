/***
Methods beyond IMAPI v1.
@submodule Recorder
*/
/* recorder_more.c: the methods beyond IMAPI v1: medium, read, raw commands, the
   tray. */
#include "../recorder/chore.h"
#include "../recorder/medium.h"
#include "../transport/opcodes.h"
#include "../virtual/virtual.h"
#include "recorder.h"

#include <string.h>

#define READ_MOST 16384   /* blocks: 32 MiB in one string */
#define READ_AT_ONCE 32   /* blocks in one packet */
#define COMMAND_MOST (16 * 1024 * 1024)

/* === the medium === */

/***
What is in the drive: one state and the facts behind it (docs/design.md 5; MMC-6
READ DISC INFORMATION, READ TRACK INFORMATION).
@function recorder:medium
@treturn[1] table `state` ("none", "blank", "appendable", "complete",
"overwritable", "unformatted", "damaged", "unsupported"); unless it is "none"
also `profile`, `erasable`, `capacity_blocks`, `free_blocks`, `next_writable`,
`sessions` (closed ones), `session_open`, `tracks` ({number, session, kind,
start, blocks}), `media_id`, `speeds` (kB/s), `write`
@return[2] nil
@treturn[2] table failure
@treturn[2] string code: device_not_accessible, device_not_present, disc_info,
busy
*/
static int recorder_medium(lua_State *L) {
  struct recorder *r = check_recorder(L, 1);
  struct medium m;
  struct failure f;
  bool took, ok;
  if (!recorder_begin(r, &took, &f))
    return push_failure(L, &f);
  ok = medium_read(r, &m, &f);
  recorder_end(r, took);
  if (!ok)
    return push_failure(L, &f);
  push_medium(L, &m);
  return 1;
}

/***
The speeds at which the drive writes this disc (GET PERFORMANCE, mode page 2Ah).
@function recorder:speeds
@treturn[1] {integer,...} kB/s (1000 bytes), the highest first
@return[2] nil
@treturn[2] table failure
@treturn[2] string code
*/
static int recorder_speeds(lua_State *L) {
  struct recorder *r = check_recorder(L, 1);
  struct mmc_speeds speeds;
  struct failure f;
  bool took, ok;
  if (!recorder_begin(r, &took, &f))
    return push_failure(L, &f);
  ok = mmc_speeds(recorder_link(r), &speeds, &f);
  recorder_end(r, took);
  if (!ok)
    return push_failure(L, &f);
  lua_createtable(L, (int)speeds.count, 0);
  for (unsigned i = 0; i < speeds.count; i++) {
    lua_pushinteger(L, speeds.write[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  return 1;
}

/***
What the drive can do (GET CONFIGURATION, mode page 2Ah).
@function recorder:capabilities
@treturn[1] table profiles (names), current (a name or nil), can_load, can_eject,
can_lock, test_write, underrun_free, buffer (bytes)
@return[2] nil
@treturn[2] table failure
@treturn[2] string code
*/
static int recorder_capabilities(lua_State *L) {
  struct recorder *r = check_recorder(L, 1);
  struct mmc_configuration c;
  struct mmc_capabilities page;
  struct failure f;
  bool took, ok;
  lua_Integer count = 0;
  if (!recorder_begin(r, &took, &f))
    return push_failure(L, &f);
  ok = mmc_configuration(recorder_link(r), &c, &f) &&
       mmc_capabilities(recorder_link(r), &page, &f);
  recorder_end(r, took);
  if (!ok)
    return push_failure(L, &f);
  lua_createtable(L, 0, 8);
  lua_newtable(L);
  for (unsigned i = 0; i < c.profile_count; i++) {
    if (profile_name(c.profiles[i]) == NULL)
      continue;
    lua_pushstring(L, profile_name(c.profiles[i]));
    lua_rawseti(L, -2, ++count);
  }
  lua_setfield(L, -2, "profiles");
  set_string(L, "current", profile_name(c.profile)); /* NULL pushes nil */
  set_boolean(L, "can_load", c.can_load);
  set_boolean(L, "can_eject", c.can_eject);
  set_boolean(L, "can_lock", c.can_lock);
  set_boolean(L, "test_write", page.test_write);
  set_boolean(L, "underrun_free", page.underrun_free);
  set_integer(L, "buffer", (lua_Integer)page.buffer_kib * 1024);
  return 1;
}

/* === reading === */

static bool read_piece(struct recorder *r,
                       int32_t lba,
                       unsigned count,
                       bool raw,
                       uint8_t *out,
                       struct failure *f) {
  struct transport *link = recorder_link(r);
  return raw ? mmc_read_raw(link, lba, count, out, f)
             : mmc_read(link, lba, count, out, false, f);
}

/* Drives need not say which block of a piece they cannot read: ask for each. */
static bool read_singly(struct recorder *r,
                        int32_t lba,
                        unsigned count,
                        bool raw,
                        uint8_t *out,
                        struct failure *f) {
  size_t size = raw ? MMC_RAW_BLOCK : MMC_BLOCK;
  for (unsigned i = 0; i < count; i++)
    if (!read_piece(r, lba + (int32_t)i, 1, raw, out + i * size, f))
      return false;
  return true;
}

static bool read_blocks(struct recorder *r,
                        int32_t lba,
                        unsigned count,
                        bool raw,
                        uint8_t *out,
                        struct failure *f) {
  size_t size = raw ? MMC_RAW_BLOCK : MMC_BLOCK;
  while (count > 0) {
    unsigned n = count < READ_AT_ONCE ? count : READ_AT_ONCE;
    if (!read_piece(r, lba, n, raw, out, f) &&
        (!f->has_sense || n == 1 || !read_singly(r, lba, n, raw, out, f)))
      return false;
    lba += (int32_t)n;
    out += n * size;
    count -= n;
  }
  return true;
}

/***
Read blocks.
@function recorder:read
@int lba the first one
@int count how many: 1 to 16384
@bool[opt=false] raw whole CD sectors of 2352 bytes (READ CD) instead of 2048
bytes of user data (READ(10))
@treturn[1] string
@return[2] nil
@treturn[2] table failure, with `lba`
@treturn[2] string code: generic (cannot be read), unsupported (run-out, or a
track of another kind), medium_not_present, ...
*/
static int recorder_read(lua_State *L) {
  struct recorder *r = check_recorder(L, 1);
  lua_Integer lba = luaL_checkinteger(L, 2);
  lua_Integer count = luaL_checkinteger(L, 3);
  bool raw, took, ok;
  luaL_Buffer b;
  size_t size;
  uint8_t *room;
  struct failure f;
  if (!lua_isnoneornil(L, 4))
    luaL_checktype(L, 4, LUA_TBOOLEAN);
  raw = lua_toboolean(L, 4);
  luaL_argcheck(L, lba >= INT32_MIN && lba <= INT32_MAX, 2, "out of range");
  luaL_argcheck(L,
                count >= 1 && count <= READ_MOST && lba + count - 1 <= INT32_MAX,
                3,
                "out of range");
  size = (size_t)count * (raw ? MMC_RAW_BLOCK : MMC_BLOCK);
  room = (uint8_t *)luaL_buffinitsize(L, &b, size);
  if (!recorder_begin(r, &took, &f))
    return push_failure(L, &f);
  ok = read_blocks(r, (int32_t)lba, (unsigned)count, raw, room, &f);
  recorder_end(r, took);
  if (!ok)
    return push_failure(L, &f);
  luaL_pushresultsize(&b, size);
  return 1;
}

/* === raw commands === */

static const char *const directions[] = {"none", "in", "out", NULL};

struct raw {
  struct packet packet;
  luaL_Buffer reply;
};

static void raw_arguments(lua_State *L, struct raw *raw) {
  size_t len;
  const char *cdb = luaL_checklstring(L, 2, &len);
  lua_Number seconds = luaL_optnumber(L, 5, 60);
  luaL_argcheck(L, len >= 6 && len <= PACKET_CDB_MAX, 2, "6 to 16 bytes");
  luaL_argcheck(L, seconds > 0 && seconds <= 86400, 5, "out of range");
  memset(&raw->packet, 0, sizeof raw->packet);
  memcpy(raw->packet.cdb, cdb, len);
  raw->packet.cdb_len = (uint8_t)len;
  raw->packet.timeout_ms = (uint32_t)(seconds * 1000);
  raw->packet.dir =
    (enum packet_dir)luaL_checkoption(L, 3, "none", directions);
  if (raw->packet.dir == PACKET_OUT) {
    luaL_checktype(L, 4, LUA_TSTRING);
    raw->packet.out = (const uint8_t *)lua_tolstring(L, 4, &len);
    raw->packet.len = len;
  } else if (raw->packet.dir == PACKET_IN) {
    lua_Integer room = luaL_checkinteger(L, 4);
    luaL_argcheck(L, room >= 0 && room <= COMMAND_MOST, 4, "out of range");
    raw->packet.len = (size_t)room;
  }
}

/***
Send a command block of your own (MMC pass-through). One packet, no retries.
Commands that only ask or read need nothing; all others need open_exclusive.
@function recorder:command
@string cdb 6 to 16 bytes
@string[opt="none"] direction "none", "in", "out"
@param data for "in" the number of bytes expected, for "out" a string
@number[opt=60] seconds to wait for the answer
@treturn[1] string|boolean what the drive sent ("in"), else true
@return[2] nil
@treturn[2] table failure, with `sense`
@treturn[2] string code
*/
static int recorder_command(lua_State *L) {
  struct recorder *r = check_recorder(L, 1);
  struct raw raw;
  struct failure f;
  struct packet *p = &raw.packet;
  bool allowed;
  raw_arguments(L, &raw);
  allowed = opcode_only_reads(p->cdb[0])
              ? recorder_free_to_use(r, &f)
              : recorder_check_opened(r, "command", &f);
  if (!allowed)
    return push_failure(L, &f);
  if (p->dir == PACKET_IN) {
    p->in = (uint8_t *)luaL_buffinitsize(L, &raw.reply, p->len);
    memset(p->in, 0, p->len);
  }
  transport_run(r->t, p);
  if (p->status != PACKET_GOOD) {
    mmc_fail(p, &f);
    return push_failure(L, &f);
  }
  if (p->dir != PACKET_IN) {
    lua_pushboolean(L, 1);
    return 1;
  }
  luaL_pushresultsize(&raw.reply, p->moved < p->len ? p->moved : p->len);
  return 1;
}

/* === the tray === */

static int prevent(lua_State *L, bool on) {
  struct recorder *r = check_recorder(L, 1);
  struct failure f;
  if (!recorder_check_opened(r, on ? "lock" : "unlock", &f) ||
      !mmc_prevent_removal(recorder_link(r), on, &f))
    return push_failure(L, &f);
  lua_pushboolean(L, 1);
  return 1;
}

/***
Lock the tray: the drive's button does nothing until unlock or eject.
@function recorder:lock
@treturn[1] boolean true
@return[2] nil
@treturn[2] table failure
@treturn[2] string code: not_opened, ...
*/
static int recorder_lock(lua_State *L) {
  return prevent(L, true);
}

/***
Unlock the tray.
@function recorder:unlock
@treturn[1] boolean true
@return[2] nil
@treturn[2] table failure
@treturn[2] string code: not_opened, ...
*/
static int recorder_unlock(lua_State *L) {
  return prevent(L, false);
}

static int start_simple(lua_State *L, const char *name, double seconds) {
  struct recorder *r = check_recorder(L, 1);
  struct failure f;
  struct lua_job *lj = new_job(L);
  struct chore *c = chore_new(r, name, &f);
  if (c != NULL) {
    c->seconds = seconds;
    lj->job = &c->job;
  }
  return start_job(L, lj, &f);
}

/***
Close the tray and wait until the drive knows what is in it, as a Job.
@function recorder:load_start
@treturn[1] Job its result is true, also when there is no disc
@return[2] nil
@treturn[2] table failure
@treturn[2] string code
*/
static int recorder_load_start(lua_State *L) {
  return start_simple(L, "load", 0);
}

/***
Wait until a disc is in the drive and ready, as a Job.
@function recorder:wait_medium_start
@number seconds at most
@treturn[1] Job its result is true; fails with medium_not_present
@return[2] nil
@treturn[2] table failure
@treturn[2] string code
*/
static int recorder_wait_medium_start(lua_State *L) {
  lua_Number seconds = luaL_checknumber(L, 2);
  luaL_argcheck(L, seconds >= 0, 2, "not negative");
  return start_simple(L, "wait_medium", seconds);
}

/***
End what was left open, as a Job: a track, a session (a next one stays possible),
or the disc (MMC CLOSE TRACK/SESSION).
@function recorder:finish_start
@string[opt="disc"] what "track", "session", "disc"
@treturn[1] Job its result is true
@return[2] nil
@treturn[2] table failure
@treturn[2] string code: not_opened; from the Job also medium_not_present,
medium_invalid_type (blank), unsupported
*/
static int recorder_finish_start(lua_State *L) {
  static const char *const names[] = {"track", "session", "disc", NULL};
  struct recorder *r = check_recorder(L, 1);
  int what = luaL_checkoption(L, 2, "disc", names);
  struct failure f;
  struct lua_job *lj;
  struct chore *c;
  if (!recorder_check_opened(r, "finish", &f))
    return push_failure(L, &f);
  lj = new_job(L);
  c = chore_new(r, "finish", &f);
  if (c != NULL) {
    c->what = (enum finish_what)what;
    lj->job = &c->job;
  }
  return start_job(L, lj, &f);
}

const luaL_Reg recorder_more_methods[] = {
  {"capabilities", recorder_capabilities},
  {"command", recorder_command},
  {"finish_start", recorder_finish_start},
  {"load_start", recorder_load_start},
  {"lock", recorder_lock},
  {"medium", recorder_medium},
  {"operator", recorder_operator},
  {"read", recorder_read},
  {"speeds", recorder_speeds},
  {"unlock", recorder_unlock},
  {"wait_medium_start", recorder_wait_medium_start},
  {NULL, NULL},
};
