/* oom.c: a host for both C modules in which allocations fail: the first, the
   second, and so on, Lua's or the library's own, one alone or all from there
   on. Each time oom.lua must end with an ordinary Lua error or with a failure
   no_memory, nothing may be left, and the drive must be free for the next.

       oom [MODE [FIRST [LAST]]]

   MODE is the name of one of the modes below, FIRST and LAST bound the number
   of the allocation that is the first to be refused. */
#include "refuse.h"

#include <dirent.h>
#include <lauxlib.h>
#include <lua.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define SCRIPT "spec/host/oom.lua"
#define BLOCK 2048
#define BLOCKS 320
#define HANG_SECONDS 60

int luaopen_discrecorder_core(lua_State *L);
int luaopen_discrecorder_tree(lua_State *L);

static char folder[] = "/tmp/oom.XXXXXX";
/* In it; 'tree' is a folder with one file. */
static char disc[64], image[64], copy[64], trace[64], tree[64], leaf[64];
static char address[96];

struct mode {
  const char *name;
  bool lua; /* whose allocations */
  bool once;
};

static const struct mode modes[] = {
  {"lua-from", true, false},
  {"lua-once", true, true},
  {"core-from", false, false},
  {"core-once", false, true},
};

struct try {
  const struct mode *mode;
  long number;
  lua_State *L;
  struct lua_memory memory;
  long asked;
};

/* === what must not be left === */

static void remove_all(void) {
  unlink(disc);
  unlink(image);
  unlink(copy);
  unlink(trace);
  unlink(leaf);
  rmdir(tree);
  rmdir(folder);
}

static void wrong(const struct try *t, const char *what, const char *more) {
  fprintf(stderr,
          "oom: %s, allocation %ld: %s%s%s\n",
          t->mode->name,
          t->number,
          what,
          more != NULL ? ": " : "",
          more != NULL ? more : "");
  remove_all();
  exit(1);
}

static long entries(const char *path) {
  DIR *d = opendir(path);
  long n = 0;
  while (readdir(d) != NULL)
    n++;
  closedir(d);
  return n;
}

/* A job's thread ends a moment after the job. */
static long threads(void) {
  const struct timespec moment = {.tv_nsec = 1000000};
  long n = 0;
  for (int i = 0; i < 5000; i++) {
    n = entries("/proc/self/task");
    if (n == 3) /* ".", ".." and this one */
      break;
    nanosleep(&moment, NULL);
  }
  return n - 2;
}

/* === one try === */

static int open_modules(lua_State *L) {
  luaL_requiref(L, LUA_LOADLIBNAME, luaopen_package, 1);
  luaL_requiref(L, "discrecorder.core", luaopen_discrecorder_core, 0);
  luaL_requiref(L, "discrecorder.tree", luaopen_discrecorder_tree, 0);
  return 0;
}

/* The script's two functions, 'run' and 'again', on the stack. */
static int load_script(lua_State *L) {
  luaL_openlibs(L);
  luaL_getsubtable(L, LUA_REGISTRYINDEX, LUA_PRELOAD_TABLE);
  lua_pushcfunction(L, luaopen_discrecorder_core);
  lua_setfield(L, -2, "discrecorder.core");
  lua_pushcfunction(L, luaopen_discrecorder_tree);
  lua_setfield(L, -2, "discrecorder.tree");
  if (luaL_dofile(L, SCRIPT) != LUA_OK)
    return lua_error(L);
  lua_getfield(L, -1, "run");
  lua_getfield(L, -2, "again");
  return 2;
}

/* pcall, while allocations are refused. */
static int call_refusing(struct try *t, int arguments) {
  struct refusal how = {.after = t->number, .once = t->mode->once};
  int status;
  if (t->mode->lua) {
    t->memory.how = how;
    t->memory.asked = 0;
    t->memory.refusing = true;
  } else {
    refuse_begin(how);
  }
  status = lua_pcall(t->L, arguments, 0, 0);
  t->memory.refusing = false;
  t->asked = t->mode->lua ? t->memory.asked : refuse_end();
  return status;
}

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
static void check_status(struct try *t, int status) {
  if (status == LUA_OK)
    return;
  if (status != LUA_ERRMEM && !(status == LUA_ERRRUN && is_no_memory(t->L)))
    wrong(t, "unexpected", luaL_tolstring(t->L, -1, NULL));
  lua_pop(t->L, 1);
}

static void check_again(struct try *t) {
  lua_gc(t->L, LUA_GCCOLLECT);
  lua_pushvalue(t->L, -1);
  lua_pushstring(t->L, address);
  if (lua_pcall(t->L, 1, 0, 0) != LUA_OK)
    wrong(t, "the drive is lost", luaL_tolstring(t->L, -1, NULL));
}

static void begin(struct try *t) {
  memset(&t->memory, 0, sizeof t->memory);
  t->L = lua_newstate(lua_memory_alloc, &t->memory);
  if (t->L == NULL)
    wrong(t, "no state", NULL);
  /* A finalizer that Lua cannot call for want of memory is never called again,
     so that what it would have freed stays: Lua's affair, and not looked for.
     Finalizers run when the state is closed. */
  lua_gc(t->L, LUA_GCSTOP);
  alarm(HANG_SECONDS);
}

static void end(struct try *t) {
  lua_close(t->L);
  alarm(0);
  if (t->memory.bytes != 0)
    wrong(t, "bytes of Lua's are left", NULL);
  if (threads() != 1)
    wrong(t, "a thread is left", NULL);
}

/* The modules open, or say that there is no memory. */
static void try_open(struct try *t) {
  int status;
  begin(t);
  lua_pushcfunction(t->L, open_modules);
  status = call_refusing(t, 0);
  check_status(t, status);
  end(t);
}

static void try_script(struct try *t) {
  int status;
  begin(t);
  lua_pushcfunction(t->L, load_script);
  if (lua_pcall(t->L, 0, 2, 0) != LUA_OK)
    wrong(t, "the script does not load", lua_tostring(t->L, -1));
  lua_pushvalue(t->L, -2);
  lua_pushstring(t->L, address);
  lua_pushstring(t->L, image);
  lua_pushstring(t->L, copy);
  lua_pushstring(t->L, tree);
  status = call_refusing(t, 4);
  check_status(t, status);
  check_again(t);
  end(t);
}

/* === all tries === */

/* One allocation after the other, until none is left to refuse; how many. */
static long each(const struct mode *mode,
                 void (*try)(struct try *t),
                 long first,
                 long last) {
  struct try t = {.mode = mode, .number = first};
  long descriptors = entries("/proc/self/fd");
  long blocks = refuse_blocks();
  do {
    try(&t);
    if (entries("/proc/self/fd") != descriptors)
      wrong(&t, "a descriptor is left", NULL);
    if (refuse_blocks() != blocks)
      wrong(&t, "a block is left", NULL);
  } while (t.number++ < t.asked && t.number <= last);
  return t.number - first;
}

/* Once with everything granted: libraries make things that stay. */
static void warm_up(void) {
  struct try t = {.mode = &modes[0], .number = 1L << 40};
  try_open(&t);
  try_script(&t);
  if (t.asked < 100)
    wrong(&t, "nothing was asked for", NULL);
}

static void make_file(const char *path) {
  char block[BLOCK];
  FILE *file = fopen(path, "wb");
  for (int i = 0; i < BLOCKS; i++) {
    memset(block, i, sizeof block);
    fwrite(block, sizeof block, 1, file);
  }
  fclose(file);
}

static void make_files(void) {
  if (mkdtemp(folder) == NULL) {
    perror(folder);
    exit(1);
  }
  snprintf(disc, sizeof disc, "%s/disc", folder);
  snprintf(image, sizeof image, "%s/image", folder);
  snprintf(copy, sizeof copy, "%s/copy", folder);
  snprintf(trace, sizeof trace, "%s/copy.trace", folder);
  snprintf(tree, sizeof tree, "%s/tree", folder);
  snprintf(leaf, sizeof leaf, "%s/tree/leaf", folder);
  snprintf(address, sizeof address, "virtual:%s?medium=cd-rw", disc);
  mkdir(tree, 0777);
  make_file(image);
  make_file(leaf);
}

int main(int argc, char **argv) {
  long first = argc > 2 ? atol(argv[2]) : 0;
  long last = argc > 3 ? atol(argv[3]) : 1L << 40;
  make_files();
  warm_up();
  for (size_t i = 0; i < sizeof modes / sizeof *modes; i++) {
    const struct mode *mode = &modes[i];
    if (argc > 1 && strcmp(argv[1], mode->name) != 0)
      continue;
    printf("oom: %s: %ld to open, ", mode->name, each(mode, try_open, 0, last));
    fflush(stdout);
    printf("%ld to run\n", each(mode, try_script, first, last));
  }
  remove_all();
  return 0;
}
