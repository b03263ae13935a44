/* burn.c: a job's table becomes a burn, or one for many recorders. */
#include "burn.h"

#include "../recorder/many.h"
#include "../recorder/packets.h"

#include <string.h>

/* === the job's table === */

static const char *const spec_keys[] = {"append",
                                        "as_needed",
                                        "buffer",
                                        "expect",
                                        "keep_open",
                                        "mode",
                                        "packet",
                                        "read_speed",
                                        "simulate",
                                        "speed",
                                        "stream",
                                        "tracks",
                                        "underrun_free",
                                        "verify",
                                        NULL};
#define RECORDERS_MAX 256
#define STALL_MOST 86400.0 /* seconds */

static const char *const track_keys[] = {
  "kind", "length", "source", "start", NULL};
static const char *const mode_names[] = {
  "auto", "tao", "sao", "incremental", "dao", "overwrite", NULL};

static bool
bool_field(lua_State *L, int arg, const char *name, bool otherwise) {
  bool value = otherwise;
  if (lua_getfield(L, arg, name) != LUA_TNIL) {
    if (!lua_isboolean(L, -1))
      luaL_error(L, "burn: %s is true or false", name);
    value = lua_toboolean(L, -1);
  }
  lua_pop(L, 1);
  return value;
}

static lua_Integer int_field(lua_State *L,
                             int arg,
                             const char *name,
                             lua_Integer least,
                             lua_Integer most,
                             lua_Integer otherwise) {
  lua_Integer value = otherwise;
  if (lua_getfield(L, arg, name) != LUA_TNIL) {
    int whole;
    value = lua_tointegerx(L, -1, &whole);
    if (!whole || value < least || value > most)
      luaL_error(L, "burn: %s is out of range", name);
  }
  lua_pop(L, 1);
  return value;
}

/*
** The track at the top of the stack. Its source is not counted here, since what
** follows may raise, but put into the table at 'kept': a metatable could hand
** out one that nobody else holds.
*/
static void to_track(lua_State *L, int kept, struct burn_track *t) {
  int at = lua_gettop(L);
  check_keys(L, at, "burn: track", track_keys);
  if (lua_getfield(L, at, "kind") != LUA_TNIL) {
    const char *kind = luaL_checkstring(L, -1);
    if (strcmp(kind, "data") != 0)
      luaL_error(L, "burn: tracks of kind '%s' cannot be written", kind);
  }
  t->start = (int32_t)int_field(L, at, "start", 0, INT32_MAX, -1);
  t->placed = t->start >= 0;
  if (!t->placed)
    t->start = 0;
  t->length = -1;
  if (lua_getfield(L, at, "source") != LUA_TNIL) {
    t->source = check_source(L, -1);
    t->length = t->source->length;
    t->stream = t->source->ops->stream;
    lua_pushvalue(L, -1);
    lua_rawseti(L, kept, (lua_Integer)lua_rawlen(L, kept) + 1);
  } else {
    t->length =
      int_field(L, at, "length", 0, INT64_MAX / 2, -1); /* plans without */
  }
  lua_settop(L, at);
}

/* Leaves a table on the stack that holds the sources. */
static void to_tracks(lua_State *L, int arg, struct burn_spec *spec) {
  size_t count;
  int kept;
  lua_newtable(L);
  kept = lua_gettop(L);
  if (lua_getfield(L, arg, "tracks") != LUA_TTABLE)
    luaL_error(L, "burn: tracks is a list of tracks");
  count = lua_rawlen(L, -1);
  if (count < 1 || count > BURN_TRACKS_MAX)
    luaL_error(L, "burn: 1 to %d tracks", BURN_TRACKS_MAX);
  for (size_t i = 0; i < count; i++) {
    lua_rawgeti(L, -1, (lua_Integer)i + 1);
    to_track(L, kept, &spec->tracks[i]);
    lua_pop(L, 1);
  }
  spec->track_count = (unsigned)count;
  lua_pop(L, 1);
}

/* expect = a medium as medium() gave it; its field 'block', where there is one,
   is {lba =, bytes =}. */
static void to_expect(lua_State *L, int arg, struct burn_expect *e) {
  struct medium medium;
  int top = lua_gettop(L);
  if (lua_getfield(L, arg, "expect") == LUA_TNIL) {
    lua_settop(L, top);
    return;
  }
  e->on = true;
  to_medium(L, top + 1, &medium);
  e->mark = medium_mark(&medium);
  if (lua_getfield(L, top + 1, "block") != LUA_TNIL) {
    size_t len;
    const char *bytes;
    luaL_checktype(L, -1, LUA_TTABLE);
    e->lba = (int32_t)int_field(L, top + 2, "lba", 0, INT32_MAX, 0);
    lua_getfield(L, top + 2, "bytes");
    bytes = luaL_checklstring(L, -1, &len);
    if (len != SOURCE_BLOCK)
      luaL_error(L, "burn: expect: a block has %d bytes", SOURCE_BLOCK);
    memcpy(e->block, bytes, len);
    e->has_block = true;
  }
  lua_settop(L, top);
}

/* The sources live as long as what this leaves on the stack. */
static void to_spec(lua_State *L, int arg, struct burn_spec *spec) {
  memset(spec, 0, sizeof *spec);
  check_keys(L, arg, "burn", spec_keys);
  to_tracks(L, arg, spec);
  lua_getfield(L, arg, "mode");
  if (!lua_isnil(L, -1))
    spec->mode =
      (enum burn_mode)luaL_checkoption(L, lua_gettop(L), NULL, mode_names);
  lua_pop(L, 1);
  spec->append = bool_field(L, arg, "append", false);
  spec->as_needed = bool_field(L, arg, "as_needed", false);
  to_expect(L, arg, &spec->expect);
  spec->keep_open = bool_field(L, arg, "keep_open", false);
  spec->simulate = bool_field(L, arg, "simulate", false);
  spec->stream = bool_field(L, arg, "stream", false);
  spec->verify = bool_field(L, arg, "verify", true);
  spec->underrun_free = bool_field(L, arg, "underrun_free", true);
  spec->speed = (uint32_t)int_field(L, arg, "speed", 1, 0xFFFFFF, 0);
  spec->read_speed = (uint32_t)int_field(L, arg, "read_speed", 1, 0xFFFFFF, 0);
  spec->buffer =
    (size_t)int_field(L, arg, "buffer", 2 * RING_PIECE, INT64_C(1) << 32, 0);
  if (spec->buffer == 0)
    spec->buffer = plan_buffer(spec);
  spec->packet =
    (size_t)int_field(L, arg, "packet", SOURCE_BLOCK, PACKET_MOST, 0);
  if (spec->packet % SOURCE_BLOCK != 0)
    luaL_error(L, "burn: packet is a multiple of %d bytes", SOURCE_BLOCK);
}

/* === plan === */

static void push_plan(lua_State *L, const struct plan *plan) {
  lua_createtable(L, 0, 6);
  set_integer(L, "blocks", plan->blocks);
  set_integer(L, "padding", plan->padding);
  set_integer(L, "used", plan->used);
  set_integer(L, "capacity_after", plan->capacity_after);
  set_boolean(L, "needs_preparation", plan->needs_preparation);
  set_string(L, "mode", plan->mode->name);
  lua_createtable(L, (int)plan->track_count, 0);
  for (unsigned i = 0; i < plan->track_count; i++) {
    const struct plan_track *t = &plan->tracks[i];
    lua_createtable(L, 0, 3);
    set_integer(L, "start", t->start);
    set_integer(L, "blocks", t->blocks);
    set_integer(L, "padding", t->padding);
    if (t->open_ended)
      set_integer(L, "room", t->room);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, "tracks");
  push_warnings(L, &plan->warnings);
  lua_setfield(L, -2, "warnings");
}

/* core.plan(job, medium) */
static int core_plan(lua_State *L) {
  struct burn_spec spec;
  struct medium medium;
  struct plan plan;
  struct failure f;
  to_spec(L, 1, &spec);
  to_medium(L, 2, &medium);
  if (!plan_make(&spec, &medium, &plan, &f))
    return push_failure(L, &f);
  push_plan(L, &plan);
  return 1;
}

/* === starting === */

/* The job of a burn that can run; its sources are counted for whoever takes the
   spec over. Nothing that raises may follow until then. */
static void to_work(lua_State *L, int arg, struct burn_spec *spec) {
  to_spec(L, arg, spec);
  for (unsigned i = 0; i < spec->track_count; i++)
    if (spec->tracks[i].source == NULL)
      luaL_error(L, "burn: track %d has no source", (int)i + 1);
}

static void count_sources(const struct burn_spec *spec) {
  for (unsigned i = 0; i < spec->track_count; i++)
    source_ref(spec->tracks[i].source);
}

/* core.burn_start(recorder, job): the engine alone; the workflow above it
   checks, plans and completes the report. */
static int core_burn_start(lua_State *L) {
  struct recorder *r = check_recorder(L, 1);
  struct burn_spec spec;
  struct failure f;
  struct lua_job *lj;
  struct feed *feed;
  struct burn *b;
  to_work(L, 2, &spec);
  lj = new_job(L);
  lj->push = push_burn;
  count_sources(&spec);
  feed = feed_new(&spec, 1, 0, &f);
  b = feed != NULL ? burn_new(r, &spec, feed, 0, &f) : NULL;
  feed_unref(feed);
  if (b != NULL)
    lj->job = &b->job;
  return start_job(L, lj, &f);
}

/* The recorders in the list at arg, in a userdata that it leaves on the stack;
   how many. The list keeps them. */
static unsigned to_recorders(lua_State *L, int arg, struct recorder ***out) {
  struct recorder **list;
  lua_Unsigned count;
  luaL_checktype(L, arg, LUA_TTABLE);
  count = lua_rawlen(L, arg);
  luaL_argcheck(L, count > 0, arg, "no recorder");
  luaL_argcheck(L, count <= RECORDERS_MAX, arg, "too many recorders");
  list = lua_newuserdatauv(L, (size_t)count * sizeof *list, 0);
  for (lua_Unsigned i = 0; i < count; i++) {
    lua_rawgeti(L, arg, (lua_Integer)i + 1);
    list[i] = check_recorder(L, lua_gettop(L));
    lua_pop(L, 1);
    for (lua_Unsigned k = 0; k < i; k++)
      if (list[k] == list[i])
        luaL_error(
          L, "burn: recorders %d and %d are the same", (int)k + 1, (int)i + 1);
  }
  *out = list;
  return (unsigned)count;
}

static uint64_t to_stall(lua_State *L, int arg) {
  lua_Number seconds =
    luaL_optnumber(L, arg, (lua_Number)MANY_STALL / CLOCK_SECOND);
  luaL_argcheck(
    L, seconds > 0 && seconds <= STALL_MOST, arg, "a number of seconds");
  return (uint64_t)(seconds * (lua_Number)CLOCK_SECOND) + 1;
}

/* core.burn_many_start(job, recorders, stall) */
static int core_burn_many_start(lua_State *L) {
  struct recorder **recorders;
  struct burn_spec spec;
  struct failure f;
  struct lua_job *lj;
  struct many *m;
  uint64_t stall = to_stall(L, 3);
  unsigned count = to_recorders(L, 2, &recorders);
  to_work(L, 1, &spec);
  lj = new_job(L);
  lj->push = push_many;
  lj->progress = push_many_progress;
  count_sources(&spec);
  m = many_new(recorders, count, &spec, stall, &f);
  if (m == NULL || !many_start(m, &f)) {
    if (m != NULL)
      job_unref(&m->job);
    return push_failure(L, &f);
  }
  lj->job = &m->job;
  return 1;
}

const luaL_Reg burn_functions[] = {
  {"burn_many_start", core_burn_many_start},
  {"burn_start", core_burn_start},
  {"plan", core_plan},
  {NULL, NULL},
};
