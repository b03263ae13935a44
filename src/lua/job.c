/***
Long work in a thread of its own: what the `..._start` functions return.

Methods besides `wait`: `progress()` (as the first result of `wait` while it
runs), `done()`, `cancel()` (at any moment; the job then fails with
`user_abort`), `fd()` (a descriptor that is readable from news until the next
`wait` or `progress`), `close()`. A job that is dropped or closed is cancelled.
@classmod Job
*/
/* job.c. User values: 1 a list of functions that complete the result in Lua, or
   nil; 2 the results, once they were fetched, with their number in "n". */
#include "recorder.h"

#define COMPLETE 1
#define RESULTS 2

/* For work whose result is just true. */
static int push_true(lua_State *L, struct job *j) {
  if (!j->ok)
    return push_failure(L, &j->failure);
  lua_pushboolean(L, 1);
  return 1;
}

int push_reported(lua_State *L,
                  struct job *j,
                  void (*report)(lua_State *L, struct job *j)) {
  int n;
  if (j->ok) {
    report(L, j);
    return 1;
  }
  n = push_failure(L, &j->failure);
  report(L, j);
  lua_setfield(L, -n, "report"); /* -n was the nil: now it is the failure */
  return n;
}

struct lua_job *new_job(lua_State *L) {
  struct lua_job *lj = lua_newuserdatauv(L, sizeof *lj, 2);
  lj->job = NULL;
  lj->push = push_true;
  lj->progress = push_progress;
  luaL_setmetatable(L, JOB_TYPE);
  return lj;
}

int start_job(lua_State *L, struct lua_job *lj, struct failure *f) {
  if (lj->job == NULL)
    return push_failure(L, f);
  if (job_start(lj->job, f))
    return 1;
  job_unref(lj->job);
  lj->job = NULL;
  return push_failure(L, f);
}

static struct lua_job *check_job(lua_State *L, int arg) {
  struct lua_job *lj = luaL_checkudata(L, arg, JOB_TYPE);
  luaL_argcheck(L, lj->job != NULL, arg, "the job is closed");
  return lj;
}

void push_progress(lua_State *L, struct job *j) {
  struct job_state now;
  job_look(j, &now);
  lua_createtable(L, 0, 8);
  set_string(L, "phase", now.phase);
  set_integer(L, "done", (lua_Integer)now.done);
  set_integer(L, "total", (lua_Integer)now.total);
  if (now.total > 0)
    set_number(L, "fraction", (double)now.done / (double)now.total);
  set_number(L, "buffer", now.buffer_percent / 100.0);
  if (now.rate == 0)
    return;
  set_number(L, "speed", (double)now.rate / 1000);
  set_integer(L, "block", (lua_Integer)now.unit);
  if (now.total >= now.done)
    set_number(L,
               "remaining",
               (double)(now.total - now.done) * (double)now.unit /
                 (double)now.rate);
}

/* What was kept; the table that keeps it is on top of the stack. */
static int push_kept(lua_State *L) {
  int kept = lua_gettop(L), n;
  lua_getfield(L, kept, "n");
  n = (int)lua_tointeger(L, -1);
  luaL_checkstack(L, n, "too many results");
  lua_pop(L, 1);
  for (int i = 1; i <= n; i++)
    lua_rawgeti(L, kept, i);
  return n;
}

/* Each takes what the one before it gave: what is above 'top'. */
static void complete(lua_State *L, int top) {
  lua_Integer count = 0;
  if (lua_getiuservalue(L, 1, COMPLETE) == LUA_TTABLE)
    count = (lua_Integer)lua_rawlen(L, -1);
  lua_insert(L, top + 1);
  for (lua_Integer i = 1; i <= count; i++) {
    lua_rawgeti(L, top + 1, i);
    lua_insert(L, top + 2);
    lua_call(L, lua_gettop(L) - top - 2, LUA_MULTRET);
  }
  lua_remove(L, top + 1);
}

/* Fetch the results once; leave all of them on the stack. */
static int push_results(lua_State *L, struct lua_job *lj) {
  int top = lua_gettop(L), n;
  if (lua_getiuservalue(L, 1, RESULTS) == LUA_TTABLE)
    return push_kept(L);
  lua_pop(L, 1);
  lj->push(L, lj->job);
  complete(L, top);
  n = lua_gettop(L) - top;
  lua_createtable(L, n, 1);
  for (int i = 1; i <= n; i++) {
    lua_pushvalue(L, top + i);
    lua_rawseti(L, -2, i);
  }
  set_integer(L, "n", n);
  lua_setiuservalue(L, 1, RESULTS);
  return n;
}

/***
Wait for the end. While the job runs, progress comes back; at its end its
result.
@function job:wait
@number[opt] seconds at most so long; without it until the end
@treturn[1] table progress: phase, done, total, fraction, speed (kB/s), buffer
(0 to 1), remaining (seconds)
@treturn[1] string "running"
@return[2] the result
@return[3] nil
@treturn[3] table failure
@treturn[3] string code
*/
static int job_wait_(lua_State *L) {
  struct lua_job *lj = check_job(L, 1);
  double seconds = luaL_optnumber(L, 2, -1);
  bool done;
  /* Against itself: what is not a number would be waited for for ever. */
  luaL_argcheck(L, seconds == seconds, 2, "not a number");
  job_wait(lj->job, seconds);
  lua_settop(L, 1);
  job_take_news(lj->job);
  done = job_is_done(lj->job); /* after that: the end's news must not be lost */
  if (done)
    return push_results(L, lj);
  lj->progress(L, lj->job);
  lua_pushliteral(L, "running");
  return 2;
}

static int job_progress_(lua_State *L) {
  struct lua_job *lj = check_job(L, 1);
  job_take_progress_news(lj->job);
  lj->progress(L, lj->job);
  return 1;
}

static int job_cancel_(lua_State *L) {
  job_cancel(check_job(L, 1)->job);
  return 0;
}

static int job_fd(lua_State *L) {
  lua_pushinteger(L, check_job(L, 1)->job->event);
  return 1;
}

static int job_done(lua_State *L) {
  lua_pushboolean(L, job_is_done(check_job(L, 1)->job));
  return 1;
}

/* Safe at any time, any number of times. */
static int job_close(lua_State *L) {
  struct lua_job *lj = luaL_checkudata(L, 1, JOB_TYPE);
  struct job *j = lj->job;
  lj->job = NULL;
  if (j != NULL)
    job_abandon(j);
  return 0;
}

static int job_tostring(lua_State *L) {
  struct lua_job *lj = luaL_checkudata(L, 1, JOB_TYPE);
  if (lj->job == NULL)
    lua_pushliteral(L, "Job (closed)");
  else
    lua_pushfstring(
      L, "Job (%s, %s)", lj->job->ops->name, atomic_load(&lj->job->phase));
  return 1;
}

/* For the workflows: what completes the result, called as f(result...); a
   further one takes what this gives. */
static int job_complete_with(lua_State *L) {
  check_job(L, 1);
  luaL_checktype(L, 2, LUA_TFUNCTION);
  lua_settop(L, 2);
  if (lua_getiuservalue(L, 1, COMPLETE) != LUA_TTABLE) {
    lua_newtable(L);
    lua_copy(L, -1, 3);
    lua_setiuservalue(L, 1, COMPLETE);
  }
  lua_pushvalue(L, 2);
  lua_rawseti(L, 3, (lua_Integer)lua_rawlen(L, 3) + 1);
  lua_settop(L, 1);
  return 1;
}

/* The table of methods, which discrecorder.methods extends. */
static int core_job_methods(lua_State *L) {
  luaL_getmetatable(L, JOB_TYPE);
  lua_getfield(L, -1, "__index");
  return 1;
}

const luaL_Reg job_functions[] = {
  {"job_methods", core_job_methods},
  {NULL, NULL},
};

void register_job(lua_State *L) {
  static const luaL_Reg metamethods[] = {
    {"__close", job_close},
    {"__gc", job_close},
    {"__tostring", job_tostring},
    {NULL, NULL},
  };
  static const luaL_Reg methods[] = {
    {"cancel", job_cancel_},
    {"close", job_close},
    {"complete_with", job_complete_with},
    {"done", job_done},
    {"fd", job_fd},
    {"progress", job_progress_},
    {"wait", job_wait_},
    {NULL, NULL},
  };
  new_type(L, JOB_TYPE, metamethods, methods);
}
