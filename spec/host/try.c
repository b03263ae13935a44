/* try.c: one try: begin, run while allocations are refused, look what became of
   it; and what must not be left. */
#include "try.h"

#include <lauxlib.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#ifdef __SANITIZE_ADDRESS__
#include <sanitizer/lsan_interface.h>
#define LEAKS() __lsan_do_recoverable_leak_check()
#else
#define LEAKS() 0
#endif

#define HANG_SECONDS 120

int luaopen_discrecorder_core(lua_State *L);
int luaopen_discrecorder_tree(lua_State *L);
int luaopen_discrecorder_audio(lua_State *L);
int luaopen_discrecorder_iscsi(lua_State *L);

static const luaL_Reg modules[] = {
  {"discrecorder.core", luaopen_discrecorder_core},
  {"discrecorder.tree", luaopen_discrecorder_tree},
#ifdef WITH_AUDIO
  {"discrecorder.audio", luaopen_discrecorder_audio},
#endif
#ifdef WITH_ISCSI
  {"discrecorder.iscsi", luaopen_discrecorder_iscsi},
#endif
  {NULL, NULL},
};

void preload_modules(lua_State *L) {
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  luaL_setfuncs(L, modules, 0);
  lua_pop(L, 1);
}

/* === what must not be left === */

static void wrong(const char *what, const char *more) {
  fprintf(stderr, "%s%s%s\n", what, more != NULL ? ": " : "", more ? more : "");
  _exit(1);
}

/* A job's thread ends a moment after the job. */
static void check_threads(void) {
  const struct timespec moment = {.tv_nsec = 200000};
  for (int i = 0; i < 25000; i++) {
    if (folder_entries("/proc/self/task") == 3) /* ".", "..", and this one */
      return;
    nanosleep(&moment, NULL);
  }
  wrong("a thread is left", NULL);
}

struct before {
  long descriptors, blocks;
};

static struct before look(void) {
  return (struct before){folder_entries("/proc/self/fd"), refuse_blocks()};
}

/* After the state was closed. */
static void check_left(const struct try *t, struct before before) {
  if (t->memory->bytes != 0)
    wrong("bytes of Lua's are left", NULL);
  check_threads();
  if (folder_entries("/proc/self/fd") > before.descriptors)
    wrong("a descriptor is left", NULL);
  if (refuse_knows_all() && refuse_blocks() > before.blocks)
    wrong("a block is left", NULL);
  if (LEAKS() != 0)
    wrong("a leak", NULL);
}

/* === the parts of a try === */

static bool is_no_memory(lua_State *L) {
  bool result;
  if (lua_type(L, -1) == LUA_TSTRING)
    return strstr(lua_tostring(L, -1), "not enough memory") != NULL;
  if (lua_type(L, -1) != LUA_TTABLE)
    return false;
  lua_getfield(L, -1, "code");
  result = lua_type(L, -1) == LUA_TSTRING &&
           strcmp(lua_tostring(L, -1), "no_memory") == 0;
  lua_pop(L, 1);
  return result;
}

/* Takes the error, if there is one, from the stack. */
static enum outcome judge(lua_State *L, int status) {
  if (status == LUA_OK)
    return TRY_WENT_ON;
  if (!is_no_memory(L))
    wrong("another failure", luaL_tolstring(L, -1, NULL));
  lua_pop(L, 1);
  return TRY_NO_MEMORY;
}

/* A function of oom.lua's, called for the scenario in the try's folder. */
static int call(const struct try *t, const char *name) {
  lua_getfield(t->L, 1, name);
  lua_pushinteger(t->L, t->scenario);
  lua_pushstring(t->L, t->folder);
  return lua_pcall(t->L, 2, 0, 0);
}

static void must(const struct try *t, const char *name) {
  if (call(t, name) != LUA_OK)
    wrong(name, luaL_tolstring(t->L, -1, NULL));
}

static void begin_refusing(struct try *t) {
  struct refusal how = {t->number, t->number};
  if (t->number != REFUSE_NONE && t->mode->more > 0)
    how.last = t->mode->more == LONG_MAX ? LONG_MAX : t->number + t->mode->more;
  t->memory->asked = 0;
  t->memory->how = (struct refusal){REFUSE_NONE, REFUSE_NONE};
  if (t->mode->lua)
    t->memory->how = how;
  t->memory->counting = true;
  refuse_begin(t->mode->lua ? t->memory->how : how);
}

static void end_refusing(struct try *t, long *library, long *lua) {
  t->memory->counting = false;
  *lua = t->memory->asked;
  *library = refuse_end();
}

/* === a try === */

const char *try_scenario(struct try *t, long *library, long *lua) {
  bool good = call(t, "begin") == LUA_OK;
  if (good) {
    begin_refusing(t);
    good = call(t, "run") == LUA_OK;
    end_refusing(t, library, lua);
  }
  if (!good || call(t, "again") != LUA_OK)
    return luaL_tolstring(t->L, -1, NULL);
  lua_gc(t->L, LUA_GCCOLLECT);
  check_threads();
  return NULL;
}

#ifdef WITH_COVERAGE
/* A child ends without what exit() would do. */
void __gcov_dump(void);
#define TELL_COVERAGE() __gcov_dump()
#else
#define TELL_COVERAGE() (void)0
#endif

_Noreturn static void leave(struct try *t,
                            struct before before,
                            struct result *result,
                            enum outcome outcome,
                            long library,
                            long lua) {
  lua_close(t->L);
  check_left(t, before);
  result->asked = t->mode->lua ? lua : library;
  result->outcome = outcome;
  TELL_COVERAGE();
  _exit(0);
}

void try_in_child(struct try *t, struct result *result) {
  struct before before = look();
  long library, lua;
  enum outcome outcome;
  int status;
  alarm(HANG_SECONDS);
  /* A finalizer that Lua cannot call for want of memory is never called again,
     so that what it would have freed stays: Lua's affair, and not looked for.
     Finalizers run when nothing is refused any more. */
  lua_gc(t->L, LUA_GCSTOP);
  must(t, "begin");
  begin_refusing(t);
  status = call(t, "run");
  end_refusing(t, &library, &lua);
  outcome = judge(t->L, status);
  lua_gc(t->L, LUA_GCCOLLECT);
  must(t, "again");
  leave(t, before, result, outcome, library, lua);
}

static int open_modules(lua_State *L) {
  luaL_requiref(L, LUA_LOADLIBNAME, luaopen_package, 1);
  for (const luaL_Reg *m = modules; m->name != NULL; m++)
    luaL_requiref(L, m->name, m->func, 0);
  return 0;
}

void try_open_in_child(struct try *t, struct result *result) {
  struct before before = look();
  struct lua_memory memory = {0};
  long library, lua;
  int status;
  alarm(HANG_SECONDS);
  t->memory = &memory;
  t->L = lua_newstate(lua_memory_alloc, &memory);
  lua_gc(t->L, LUA_GCSTOP);
  lua_pushcfunction(t->L, open_modules);
  begin_refusing(t);
  status = lua_pcall(t->L, 0, 0, 0);
  end_refusing(t, &library, &lua);
  leave(t, before, result, judge(t->L, status), library, lua);
}
