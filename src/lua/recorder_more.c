/***
Methods beyond IMAPI v1.
@submodule Recorder
*/
/* recorder_more.c: the methods beyond IMAPI v1: the medium, the tray, and work
   that the drive does by itself. Reading and raw commands: recorder_packets.c.
 */
#include "recorder.h"

/* === the medium === */

/***
What is in the drive: one state and the facts behind it (docs/design.md 5; MMC-6
READ DISC INFORMATION, READ TRACK INFORMATION).
@function recorder:medium
@treturn[1] table `state` ("none", "blank", "appendable", "complete",
"overwritable", "unformatted", "damaged", "unsupported"); unless it is "none"
also `profile`, `erasable`, `capacity_blocks`, `free_blocks`, `next_writable`,
`readable_blocks` (READ CAPACITY), `sessions` (closed ones), `session_open`,
`last_session` ("empty", "incomplete", "damaged", "complete"), `next_track`,
`tracks` ({number, session, kind, state ("open", "complete", "reserved",
"damaged"), incremental, start, blocks, size, last_recorded}; an open one has
`next_writable` and `free_blocks` too; on a CD it has `flags` ({copy, scms,
pre_emphasis, four_channels}, those that are true) and one of data its `mode`),
`media_id`, `book` (of a DVD: {type, version}), `formats` ({type, blocks,
parameter}), `format_capacity` ({state, blocks}), `background_format` (of a
DVD+RW: "none", "suspended", "running", "complete"), `speeds`, `write_speed` and
`read_speed` (kB/s), `write_protected`, `write` (what the drive can do with this
disc now: "tao", "incremental", "dao", "plus_r", "overwrite", "bd_r", and
"test", "underrun_free", "stream", "pseudo_overwrite")
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
  push_speeds(L, &speeds);
  return 1;
}

/***
What the drive can do (GET CONFIGURATION, mode page 2Ah).
@function recorder:capabilities
@treturn[1] table profiles (names), current (a name or nil), can_load,
can_eject, can_lock (nil, and no profiles, from a drive that knows no GET
CONFIGURATION), test_write, underrun_free, buffer (bytes)
@return[2] nil
@treturn[2] table failure
@treturn[2] string code
*/
static int recorder_capabilities(lua_State *L) {
  struct recorder *r = check_recorder(L, 1);
  struct mmc_configuration c;
  struct mmc_capabilities page;
  struct failure f;
  bool took, configured, ok;
  lua_Integer count = 0;
  if (!recorder_begin(r, &took, &f))
    return push_failure(L, &f);
  configured = mmc_configuration(recorder_link(r), &c, &f);
  /* Before MMC-2 the page is all there is. */
  ok = (configured || (f.has_sense && f.key == KEY_ILLEGAL_REQUEST)) &&
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
  if (configured) {
    set_boolean(L, "can_load", c.can_load);
    set_boolean(L, "can_eject", c.can_eject);
    set_boolean(L, "can_lock", c.can_lock);
  }
  set_boolean(L, "test_write", page.test_write);
  set_boolean(L, "underrun_free", page.underrun_free);
  set_integer(L, "buffer", (lua_Integer)page.buffer_kib * 1024);
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

int start_chore(lua_State *L,
                struct recorder *r,
                const char *name,
                struct chore_how how) {
  struct failure f;
  struct lua_job *lj = new_job(L);
  struct chore *c = chore_new(r, name, how, &f);
  if (c != NULL)
    lj->job = &c->job;
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
  return start_chore(L, check_recorder(L, 1), "load", (struct chore_how){0});
}

/***
Wait until a disc is in the drive and ready, as a Job.
@function recorder:wait_medium_start
@number seconds at most, by the drive's clock: a virtual drive's passes at once
when there is nothing to be seen. `math.huge`: until a disc comes
@treturn[1] Job its result is true; fails with medium_not_present, user_abort
@return[2] nil
@treturn[2] table failure
@treturn[2] string code
*/
static int recorder_wait_medium_start(lua_State *L) {
  struct recorder *r = check_recorder(L, 1);
  lua_Number seconds = luaL_checknumber(L, 2);
  luaL_argcheck(L, seconds >= 0, 2, "not negative");
  return start_chore(
    L, r, "wait_medium", (struct chore_how){.seconds = seconds});
}

/***
End what was left open, as a Job: a track, a session (a next one stays
possible), or the disc (MMC CLOSE TRACK/SESSION). What can be overwritten is
never complete: of it a background format or an open border is ended, whatever
is asked for.
@function recorder:finish_start
@string[opt="disc"] what "track", "session", "disc"
@treturn[1] Job its result is true
@return[2] nil
@treturn[2] table failure
@treturn[2] string code: not_opened; from the Job also medium_not_present,
medium_invalid_type (blank), medium_not_formatted, unsupported
*/
static int recorder_finish_start(lua_State *L) {
  static const char *const names[] = {"track", "session", "disc", NULL};
  struct recorder *r = check_recorder(L, 1);
  int what = luaL_checkoption(L, 2, "disc", names);
  struct failure f;
  if (!recorder_check_opened(r, "finish", &f))
    return push_failure(L, &f);
  return start_chore(
    L, r, "finish", (struct chore_how){.what = (enum finish_what)what});
}

/***
Format a disc, as a Job: DVD+RW, DVD-RAM, BD-RE and BD-R before they are
written, DVD-RW to be overwritten (MMC FORMAT UNIT). What is on it is lost.
@function recorder:format_start
@string[opt="default"] kind `"default"`; `"full"`: all of it, or certified;
`"no_spare"`, `"least_spare"`: how much is set aside for blocks that go bad.
docs/drives.md 10 has what each is for which disc
@treturn[1] Job its result is true
@return[2] nil
@treturn[2] table failure
@treturn[2] string code: not_opened; from the Job also medium_not_present,
medium_invalid_type (such a disc has no format of that name), unsupported (the
drive does not offer it), user_abort
*/
static int recorder_format_start(lua_State *L) {
  static const char *const kinds[] = {
    "default", "full", "no_spare", "least_spare", NULL};
  struct recorder *r = check_recorder(L, 1);
  int kind = luaL_checkoption(L, 2, "default", kinds);
  struct failure f;
  if (!recorder_check_opened(r, "format", &f))
    return push_failure(L, &f);
  return start_chore(L, r, "format", (struct chore_how){.kind = kinds[kind]});
}

const luaL_Reg recorder_more_methods[] = {
  {"capabilities", recorder_capabilities},
  {"finish_start", recorder_finish_start},
  {"format_start", recorder_format_start},
  {"load_start", recorder_load_start},
  {"lock", recorder_lock},
  {"medium", recorder_medium},
  {"operator", recorder_operator},
  {"speeds", recorder_speeds},
  {"unlock", recorder_unlock},
  {"wait_medium_start", recorder_wait_medium_start},
  {NULL, NULL},
};
