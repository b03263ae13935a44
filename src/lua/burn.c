/* burn.c: a job becomes a plan, a burn, or one for many recorders. */
#include "burn.h"

#include "../burn/many.h"

#define RECORDERS_MAX 256
#define STALL_MOST 86400.0 /* seconds */

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
    if (t->pregap > 0)
      set_integer(L, "pregap", t->pregap);
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
  to_burn_spec(L, 1, &spec);
  to_medium(L, 2, &medium);
  if (!plan_make(&spec, &medium, &plan, &f))
    return push_failure(L, &f);
  push_plan(L, &plan);
  return 1;
}

/* === starting === */

void to_work(lua_State *L, int arg, struct burn_spec *spec) {
  to_burn_spec(L, arg, spec);
  for (unsigned i = 0; i < spec->track_count; i++)
    if (spec->tracks[i].source == NULL)
      luaL_error(L, "burn: track %d has no source", (int)i + 1);
}

void count_sources(const struct burn_spec *spec) {
  for (unsigned i = 0; i < spec->track_count; i++) {
    source_ref(spec->tracks[i].source);
    if (spec->tracks[i].pregap_source != NULL)
      source_ref(spec->tracks[i].pregap_source);
  }
}

void let_go_of_sources(const struct burn_spec *spec) {
  for (unsigned i = 0; i < spec->track_count; i++) {
    source_unref(spec->tracks[i].source);
    source_unref(spec->tracks[i].pregap_source);
  }
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
