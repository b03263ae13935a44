/* burn.c: a job's table becomes a burn, and its report a table again. */
#include "../recorder/burn.h"
#include "../recorder/packets.h"
#include "../recorder/plan.h"
#include "recorder.h"

#include <string.h>

/* === the job's table === */

static const char *const spec_keys[] = {"buffer",
                                        "keep_open",
                                        "mode",
                                        "packet",
                                        "simulate",
                                        "speed",
                                        "tracks",
                                        "underrun_free",
                                        "verify",
                                        NULL};
static const char *const track_keys[] = {"kind", "length", "source", NULL};
static const char *const mode_names[] = {
  "auto", "tao", "sao", "incremental", "dao", NULL};

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
** follows may raise, but put into the table at 'kept': a track's metatable
*could
** hand out one that nobody else holds.
*/
static void to_track(lua_State *L, int kept, struct burn_track *t) {
  int at = lua_gettop(L);
  check_keys(L, at, "burn: track", track_keys);
  if (lua_getfield(L, at, "kind") != LUA_TNIL) {
    const char *kind = luaL_checkstring(L, -1);
    if (strcmp(kind, "data") != 0)
      luaL_error(L, "burn: tracks of kind '%s' cannot be written", kind);
  }
  t->length = -1;
  if (lua_getfield(L, at, "source") != LUA_TNIL) {
    t->source = check_source(L, -1);
    t->length = t->source->length;
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
  spec->keep_open = bool_field(L, arg, "keep_open", false);
  spec->simulate = bool_field(L, arg, "simulate", false);
  spec->verify = bool_field(L, arg, "verify", true);
  spec->underrun_free = bool_field(L, arg, "underrun_free", true);
  spec->speed = (uint32_t)int_field(L, arg, "speed", 1, 0xFFFFFF, 0);
  spec->buffer =
    (size_t)int_field(L, arg, "buffer", 2 * RING_PIECE, INT64_C(1) << 32, 0);
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
  set_string(L, "mode", plan->mode->name);
  lua_createtable(L, (int)plan->track_count, 0);
  for (unsigned i = 0; i < plan->track_count; i++) {
    const struct plan_track *t = &plan->tracks[i];
    lua_createtable(L, 0, 3);
    set_integer(L, "start", t->start);
    set_integer(L, "blocks", t->blocks);
    set_integer(L, "padding", t->padding);
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

/* === the report === */

/* The SHA-256 is of what was read from the source: a track that the drive did
   not take whole has other bytes. */
static void push_written(lua_State *L, const struct burn *b) {
  const struct burn_report *r = &b->report;
  lua_createtable(L, (int)r->track_count, 0);
  for (unsigned i = 0; i < r->track_count; i++) {
    const struct burn_written *w = &r->tracks[i];
    lua_createtable(L, 0, 4);
    set_integer(L, "start", w->start);
    set_integer(L, "blocks", w->blocks);
    set_integer(L, "padding", w->padding);
    if (w->hashed && w->blocks == b->plan.tracks[i].blocks) {
      push_hex(L, w->sha256, DIGEST_SIZE);
      lua_setfield(L, -2, "sha256");
    }
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, "tracks");
}

static void push_read_track(lua_State *L, const struct burn_readback *rb) {
  lua_createtable(L, 0, 4);
  set_integer(L, "blocks", rb->blocks);
  if (rb->hashed) {
    push_hex(L, rb->sha256, DIGEST_SIZE);
    lua_setfield(L, -2, "sha256");
  }
  if (rb->first_bad >= 0) {
    set_integer(L, "first_bad", rb->first_bad);
    set_integer(L, "bad_range", rb->bad_range);
  }
  if (rb->name[0] != '\0') {
    set_string(L, "file", rb->name);
  }
}

static void push_readback(lua_State *L, const struct burn_report *r) {
  if (r->method == NULL || r->read_count == 0)
    return;
  lua_createtable(L, 0, 3);
  lua_createtable(L, (int)r->read_count, 0);
  for (unsigned i = 0; i < r->read_count; i++) {
    push_read_track(L, &r->readback[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, "tracks");
  set_string(L, "method", r->method);
  set_number(L, "seconds", r->seconds[PHASE_READ]);
  lua_setfield(L, -2, "readback");
}

static void push_recorder(lua_State *L, const struct recorder *r) {
  lua_createtable(L, 0, 6);
  set_string(L, "address", r->id.address);
  set_string(L, "vendor", r->id.vendor);
  set_string(L, "product", r->id.product);
  set_string(L, "revision", r->id.revision);
  set_string(L, "serial", r->id.serial);
  set_string(L, "guid", r->id.guid);
  lua_setfield(L, -2, "recorder");
}

static void push_report(lua_State *L, const struct burn *b) {
  const struct burn_report *r = &b->report;
  lua_createtable(L, 0, 12);
  set_boolean(L, "ok", b->job.ok);
  set_boolean(L, "verified", r->verified);
  set_boolean(L, "simulated", b->spec.simulate);
  set_string(L, "mode", r->mode); /* NULL pushes nil */
  push_written(L, b);
  push_readback(L, r);
  if (r->has_medium) {
    push_medium(L, &r->medium);
    lua_setfield(L, -2, "medium");
  }
  push_recorder(L, b->job.recorder);
  lua_createtable(L, 0, PHASE_COUNT);
  for (int i = 0; i < PHASE_COUNT; i++) {
    set_number(L, burn_phase_names[i], r->seconds[i]);
  }
  lua_setfield(L, -2, "seconds");
  push_warnings(L, &r->warnings);
  lua_setfield(L, -2, "warnings");
}

static int push_burn(lua_State *L, struct job *j) {
  struct burn *b = (struct burn *)j;
  int n;
  if (j->ok) {
    push_report(L, b);
    return 1;
  }
  n = push_failure(L, &j->failure);
  push_report(L, b);
  lua_setfield(L, -n, "report"); /* nil, failure, code, report */
  return n;
}

/* core.burn_start(recorder, job): the engine alone; the workflow above it
   checks, plans and completes the report. */
static int core_burn_start(lua_State *L) {
  struct recorder *r = check_recorder(L, 1);
  struct burn_spec spec;
  struct failure f;
  struct lua_job *lj;
  struct burn *b;
  to_spec(L, 2, &spec);
  for (unsigned i = 0; i < spec.track_count; i++)
    if (spec.tracks[i].source == NULL)
      return luaL_error(L, "burn: track %d has no source", (int)i + 1);
  if (spec.speed == 0)
    spec.speed = r->properties.write_speed;
  if (!r->properties.enable_underrun_free)
    spec.underrun_free = false;
  lj = new_job(L);
  lj->push = push_burn;
  for (unsigned i = 0; i < spec.track_count; i++)
    source_ref(spec.tracks[i].source);
  b = burn_new(r, &spec, &f);
  if (b != NULL)
    lj->job = &b->job;
  return start_job(L, lj, &f);
}

const luaL_Reg burn_functions[] = {
  {"burn_start", core_burn_start},
  {"plan", core_plan},
  {NULL, NULL},
};
