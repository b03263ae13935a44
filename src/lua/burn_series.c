/* burn_series.c: burns of one disc, one after the other: started, followed,
   told of. */
#include "../burn/series.h"
#include "burn.h"

/* Those that ran, as a list; it is in the failure too, so that it is always
   there. */
static int push_series(lua_State *L, struct job *j) {
  const struct series *s = (const struct series *)j;
  unsigned ran = atomic_load(&s->now) + 1;
  int n = 1;
  luaL_checkstack(L, LUA_MINSTACK, "too many results");
  if (!j->ok)
    n = push_failure(L, &j->failure);
  lua_createtable(L, (int)ran, 0);
  for (unsigned i = 0; i < ran; i++) {
    push_burn_result(L, s->burns[i], NULL);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  if (j->ok)
    return 1;
  lua_setfield(L, -n, "results"); /* nil, failure, code, results */
  return n;
}

/* That of the burn that runs, and which of how many it is. */
static void push_series_progress(lua_State *L, struct job *j) {
  const struct series *s = (const struct series *)j;
  unsigned now = atomic_load(&s->now);
  push_progress(L, &s->burns[now]->job);
  set_integer(L, "session", (lua_Integer)now + 1);
  set_integer(L, "sessions", s->count);
}

/* The jobs of the list at arg, in a userdata that it leaves on the stack with
   what keeps their sources; how many. */
static unsigned to_jobs(lua_State *L, int arg, struct burn_spec **out) {
  lua_Unsigned count;
  luaL_checktype(L, arg, LUA_TTABLE);
  count = lua_rawlen(L, arg);
  luaL_argcheck(L, count >= 1, arg, "no session");
  luaL_argcheck(L, count <= SERIES_MOST, arg, "too many sessions");
  luaL_checkstack(L, 2 * (int)count + LUA_MINSTACK, "too many sessions");
  *out = lua_newuserdatauv(L, (size_t)count * sizeof **out, 0);
  for (lua_Unsigned i = 0; i < count; i++) {
    lua_rawgeti(L, arg, (lua_Integer)i + 1);
    to_work(L, lua_gettop(L), &(*out)[i]);
  }
  return (unsigned)count;
}

/* Takes over the source references of all the specs, also when it fails. */
static struct series *make(struct recorder *r,
                           const struct burn_spec *specs,
                           unsigned count,
                           struct failure *f) {
  struct series *s = series_new(r, f);
  bool ok = s != NULL;
  for (unsigned i = 0; i < count; i++)
    if (ok)
      ok = series_add(s, &specs[i], f);
    else
      let_go_of_sources(&specs[i]);
  if (ok)
    return s;
  if (s != NULL)
    job_unref(&s->job);
  return NULL;
}

/* core.burn_series_start(recorder, jobs): the engine alone, as burn_start. */
static int core_burn_series_start(lua_State *L) {
  struct recorder *r = check_recorder(L, 1);
  struct burn_spec *specs;
  unsigned count = to_jobs(L, 2, &specs);
  struct lua_job *lj = new_job(L);
  struct series *s;
  struct failure f;
  lj->push = push_series;
  lj->progress = push_series_progress;
  for (unsigned i = 0; i < count; i++)
    count_sources(&specs[i]);
  s = make(r, specs, count, &f);
  if (s != NULL)
    lj->job = &s->job;
  return start_job(L, lj, &f);
}

const luaL_Reg burn_series_functions[] = {
  {"burn_series_start", core_burn_series_start},
  {NULL, NULL},
};
