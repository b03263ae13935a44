/* lua.c: one Lua function under libFuzzer. SCRIPT, which the Makefile names,
   returns it; it takes an input as a string, and whatever it raises is a
   finding. So is a run of too many lines or of too much memory.

   libFuzzer sees the C library's own coverage. Of Lua it is told by a hook:
   each line after another one is an edge, counted where libFuzzer looks for
   counters of other kinds. */
#include <fcntl.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EDGES 8192u
#define LINES_MOST 3000000
#define INSTRUCTIONS_MOST (8 * LINES_MOST) /* where lines are not counted */
#define MEMORY_MOST ((size_t)64 << 20)
#define COLLECT_EVERY 64
#define FIRST 2000

int luaopen_discrecorder_core(lua_State *L);
int LLVMFuzzerInitialize(int *argc, char ***argv);
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* Not to be counted itself. */
#define UNSEEN __attribute__((no_sanitize("coverage")))

__attribute__((
  section("__libfuzzer_extra_counters"))) static uint8_t edges[EDGES];

static lua_State *L;
static size_t memory; /* bytes that the state has */
static long lines;    /* of this input */
static uint32_t before;
static unsigned guided = 1; /* one in so many inputs has its lines counted */

static void die(const char *what) {
  fprintf(stderr, "fuzz: " SCRIPT ": %s\n", what);
  abort();
}

static void *allocate(void *context, void *at, size_t old, size_t new) {
  void *block;
  (void)context;
  if (at == NULL)
    old = 0; /* it is a kind of object there */
  if (new == 0) {
    free(at);
    memory -= old;
    return NULL;
  }
  if (memory - old + new > MEMORY_MOST)
    return NULL;
  block = realloc(at, new);
  if (block != NULL)
    memory += new - old;
  return block;
}

/* {=== Lines */

/* A number for a chunk, the same in each process: its name's hash. Chunks are
   few, and their names stay where they are. */
UNSEEN static uint32_t chunk_number(const char *source) {
  static struct {
    const char *source;
    uint32_t number;
  } known[256];
  size_t at = (uintptr_t)source >> 4 & 255;
  if (known[at].source != source) {
    uint32_t hash = 2166136261u;
    for (const char *c = source; *c != '\0'; c++)
      hash = (hash ^ (uint8_t)*c) * 16777619u;
    known[at].source = source;
    known[at].number = hash;
  }
  return known[at].number;
}

UNSEEN static void count_line(lua_State *state, lua_Debug *ar) {
  uint32_t line;
  if (ar->event == LUA_HOOKCOUNT)
    luaL_error(state, "more than %d instructions were run",
               INSTRUCTIONS_MOST);
  lua_getinfo(state, "S", ar);
  line = (chunk_number(ar->source) ^ (uint32_t)ar->currentline) * 2654435761u;
  edges[((line >> 16) ^ before) % EDGES]++;
  before = line >> 17;
  if (++lines > LINES_MOST)
    luaL_error(state, "more than %d lines were run", LINES_MOST);
}

/* ===} */

/* {=== What scripts may call */

static int close_file(lua_State *state) {
  luaL_Stream *s = luaL_checkudata(state, 1, LUA_FILEHANDLE);
  fclose(s->f);
  return 0;
}

/* as_file(bytes): a file that is open to read them. */
static int as_file(lua_State *state) {
  size_t size;
  const char *bytes = luaL_checklstring(state, 1, &size);
  luaL_Stream *s = lua_newuserdatauv(state, sizeof *s, 1);
  s->closef = NULL;
  luaL_setmetatable(state, LUA_FILEHANDLE);
  lua_pushvalue(state, 1);
  lua_setiuservalue(state, -2, 1);
  s->f = fmemopen((void *)(uintptr_t)bytes, size > 0 ? size : 1, "rb");
  if (s->f == NULL)
    return luaL_error(state, "no file");
  s->closef = close_file;
  return 1;
}

/* nameless(path): the file's name is taken away; another one that leads to it
   as long as the process lives. */
static int nameless(lua_State *state) {
  const char *path = luaL_checkstring(state, 1);
  int fd = open(path, O_RDWR | O_CLOEXEC);
  if (fd < 0 || unlink(path) != 0)
    return luaL_error(state, "%s cannot be opened", path);
  lua_pushfstring(state, "/proc/self/fd/%d", fd);
  return 1;
}

/* ===} */

static int with_trace(lua_State *state) {
  const char *message = luaL_tolstring(state, 1, NULL);
  luaL_traceback(state, state, message, 1);
  return 1;
}

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc;
  (void)argv;
  L = lua_newstate(allocate, NULL);
  if (L == NULL)
    die("no memory");
  setenv("LUA_PATH_5_4", "./lua/?.lua;./lua/?/init.lua;./?.lua;;", 1);
  luaL_openlibs(L);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  lua_pushcfunction(L, luaopen_discrecorder_core);
  lua_setfield(L, -2, "discrecorder.core");
  lua_settop(L, 0);
  lua_register(L, "as_file", as_file);
  lua_register(L, "nameless", nameless);
  lua_pushcfunction(L, with_trace);
  if (luaL_loadfile(L, SCRIPT) != LUA_OK || lua_pcall(L, 0, 1, 1) != LUA_OK)
    die(lua_tostring(L, -1));
  if (getenv("GUIDED") != NULL && atoi(getenv("GUIDED")) > 0)
    guided = (unsigned)atoi(getenv("GUIDED"));
  return 0;
}

/* Counting takes two thirds of the time. Whether it is done depends on the
   input, so that what was kept for its lines shows them again; the first ones
   are those that were given. */
UNSEEN static bool is_guided(const uint8_t *data, size_t size, unsigned runs) {
  uint32_t hash = 2166136261u;
  if (guided == 1 || runs < FIRST)
    return true;
  for (size_t i = 0; i < size; i++)
    hash = (hash ^ data[i]) * 16777619u;
  return (hash >> 8) % guided == 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static unsigned runs;
  bool counts = is_guided(data, size, runs);
  lines = 0;
  before = 0;
  lua_sethook(L, count_line, counts ? LUA_MASKLINE : LUA_MASKCOUNT,
              INSTRUCTIONS_MOST);
  lua_pushvalue(L, 2);
  lua_pushlstring(L, (const char *)data, size);
  if (lua_pcall(L, 1, 0, 1) != LUA_OK)
    die(lua_tostring(L, -1));
  if (++runs % COLLECT_EVERY == 0)
    lua_gc(L, LUA_GCCOLLECT);
  return 0;
}
