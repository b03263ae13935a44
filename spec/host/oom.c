/* oom.c: a host for the C modules in which allocations fail: the first, the
   second, and so on, Lua's or the library's own, one alone or all from there
   on. Each try must end with an ordinary Lua error or with a failure no_memory,
   or have done without; nothing may be left, the drive must be free for the
   next, and the disc as it is told to be.

       oom-host [--sample N] [--seed S] [--jobs J] [NAME [MODE [FIRST [LAST]]]]

   NAME is a part of the names of those scenarios (oom.lua) that are tried, or
   "open", MODE one of the modes below, FIRST and LAST bound the number of the
   allocation. --sample tries N of each scenario in each mode, drawn by the
   seed.

   A scenario is gone through twice here, with everything granted; then each try
   is a child with a copy of this process and of its disc, so that it costs what
   its scenario costs and nothing before it. */
#include "try.h"
#include "wanted.h"

#include <lauxlib.h>
#include <fcntl.h>
#include <lualib.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define SCRIPT "spec/host/oom.lua"
#define TOLD_MOST 5 /* failures of a scenario in a mode that are told */

/* Lua tries again when it was refused memory and has collected what it can: it
   must be refused twice. */
static const struct mode modes[] = {
  {"lua-from", true, LONG_MAX},
  {"lua-once", true, 1},
  {"lua-collect", true, 0},
  {"library-from", false, LONG_MAX},
  {"library-once", false, 0},
};
#define MODES (sizeof modes / sizeof *modes)

/* === children === */

static char folder[] = "/tmp/oom.XXXXXX";
static char in_memory[] = "/dev/shm/oom.XXXXXX";
static const char *base; /* one of them */
static char template[FOLDER_PATH];

/* A place for a child, and the child that is in it. */
struct job {
  pid_t pid; /* 0: none */
  struct try t;
  char log[FOLDER_PATH];
  struct result *result; /* shared with it */
};

static struct job jobs[JOBS_MOST];

static struct tally { long passed, failed, went_on; } all, here;

static void make_jobs(void) {
  struct result *results = mmap(NULL,
                                sizeof *results * JOBS_MOST,
                                PROT_READ | PROT_WRITE,
                                MAP_SHARED | MAP_ANONYMOUS,
                                -1,
                                0);
  for (long i = 0; i < wanted.jobs; i++) {
    struct job *j = &jobs[i];
    snprintf(j->t.folder, sizeof j->t.folder, "%s/work%ld", base, i);
    snprintf(j->log, sizeof j->log, "%s/log%ld", base, i);
    j->result = &results[i];
    folder_make(j->t.folder);
  }
}

static void tell_log(const struct job *j) {
  char line[512];
  FILE *log = fopen(j->log, "r");
  for (int i = 0; i < 40 && log != NULL && fgets(line, sizeof line, log); i++)
    printf("    %s", line);
  if (log != NULL)
    fclose(log);
}

static void end_of(struct job *j, const char *name, int status) {
  bool good = WIFEXITED(status) && WEXITSTATUS(status) == 0 &&
              j->result->outcome != TRY_DIED;
  j->pid = 0;
  here.passed += good;
  here.failed += !good;
  here.went_on += good && j->result->outcome == TRY_WENT_ON;
  if (good || here.failed > TOLD_MOST)
    return;
  printf(
    "FAILED: %s, %s, allocation %ld: ", name, j->t.mode->name, j->t.number);
  if (WIFSIGNALED(status))
    printf("signal %d\n", WTERMSIG(status));
  else
    printf("status %d\n", WEXITSTATUS(status));
  tell_log(j);
  fflush(stdout);
}

static void wait_one(const char *name) {
  int status;
  pid_t pid = wait(&status);
  for (long i = 0; i < wanted.jobs; i++)
    if (pid > 0 && jobs[i].pid == pid)
      end_of(&jobs[i], name, status);
}

static bool any_running(void) {
  for (long i = 0; i < wanted.jobs; i++)
    if (jobs[i].pid != 0)
      return true;
  return false;
}

static struct job *free_job(const char *name) {
  for (;;) {
    for (long i = 0; i < wanted.jobs; i++)
      if (jobs[i].pid == 0)
        return &jobs[i];
    wait_one(name);
  }
}

static void start(struct job *j, bool opening) {
  int log;
  fflush(NULL);
  *j->result = (struct result){0};
  folder_empty(j->t.folder);
  folder_copy(template, j->t.folder);
  j->pid = fork();
  if (j->pid < 0) {
    perror("fork");
    exit(2);
  }
  if (j->pid != 0)
    return;
  log = open(j->log, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  if (log < 0 || dup2(log, STDERR_FILENO) < 0 || close(log) != 0)
    _exit(2);
  if (opening)
    try_open_in_child(&j->t, j->result);
  try_in_child(&j->t, j->result);
}

/* === a scenario === */

struct scenario {
  const char *name;
  int number;        /* 0: that the modules open */
  long library, lua; /* allocations, with everything granted */
};

static void try_one(const struct scenario *s,
                    const struct try *base_try,
                    const struct mode *mode,
                    long number) {
  struct job *j = free_job(s->name);
  j->t.L = base_try->L;
  j->t.memory = base_try->memory;
  j->t.scenario = s->number;
  j->t.mode = mode;
  j->t.number = number;
  start(j, s->number == 0);
}

/* All of them, or as many as are asked for. */
static void try_mode(const struct scenario *s,
                     const struct try *t,
                     const struct mode *mode) {
  long count = mode->lua ? s->lua : s->library;
  here = (struct tally){0};
  for (long i = 0, n; (n = wanted_number(i, count)) >= 0; i++)
    try_one(s, t, mode, n);
  while (any_running())
    wait_one(s->name);
  printf(" %s %ld", mode->name, here.passed + here.failed);
  if (here.passed + here.failed < count)
    printf(" of %ld", count);
  printf(" (%ld went on)%s", here.went_on, here.failed > 0 ? " FAILED" : "");
  fflush(stdout);
  all.passed += here.passed;
  all.failed += here.failed;
}

static double seconds(void) {
  struct timespec now;
  clock_gettime(CLOCK_MONOTONIC, &now);
  return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void try_modes(const struct scenario *s, const struct try *t) {
  double began = seconds();
  printf("%s:", s->name);
  fflush(stdout);
  for (size_t i = 0; i < MODES; i++)
    if (wanted.mode == NULL || strcmp(wanted.mode, modes[i].name) == 0)
      try_mode(s, t, &modes[i]);
  printf(", %.1f s\n", seconds() - began);
}

static bool go_through(struct scenario *s, struct try *t) {
  folder_empty(t->folder);
  folder_copy(template, t->folder);
  return try_scenario(t, &s->library, &s->lua) == NULL;
}

/* Make its discs, and go through it twice: libraries make things that stay, and
   what is loaded when it is needed is there the second time. Else what went
   wrong is on top of the stack. */
static bool warm_up(struct scenario *s, struct try *t) {
  folder_empty(template);
  snprintf(t->folder, sizeof t->folder, "%s", template);
  lua_getfield(t->L, 1, "prepare");
  lua_pushinteger(t->L, s->number);
  lua_pushstring(t->L, t->folder);
  if (lua_pcall(t->L, 2, 0, 0) != LUA_OK)
    return false;
  strcpy(t->folder, jobs[0].t.folder);
  t->scenario = s->number;
  return go_through(s, t) && go_through(s, t);
}

static void try_named(struct scenario *s, struct try *t) {
  if (wanted.name != NULL && strstr(s->name, wanted.name) == NULL)
    return;
  if (warm_up(s, t)) {
    try_modes(s, t);
    return;
  }
  all.failed++;
  printf("FAILED: %s: %s\n", s->name, luaL_tolstring(t->L, -1, NULL));
}

static void try_opening(void) {
  struct scenario s = {.name = "open", .library = 1 << 20, .lua = 1 << 20};
  struct try t = {0};
  if (wanted.name != NULL && strcmp(wanted.name, "open") != 0)
    return;
  for (size_t i = 0; i < MODES; i++) {
    struct job *j = &jobs[0];
    int status;
    j->t.mode = &modes[i];
    j->t.number = REFUSE_NONE;
    start(j, true);
    waitpid(j->pid, &status, 0);
    j->pid = 0;
    if (modes[i].lua)
      s.lua = j->result->asked;
    else
      s.library = j->result->asked;
  }
  try_modes(&s, &t);
}

static int try_all(lua_State *L) {
  struct try t = {.mode = &modes[0], .number = REFUSE_NONE, .L = L};
  lua_Integer count;
  t.memory = lua_touserdata(L, 1);
  luaL_openlibs(L);
  preload_modules(L);
  if (luaL_loadfile(L, SCRIPT) != LUA_OK)
    return lua_error(L);
  lua_pushstring(L, base);
  lua_call(L, 1, 1);
  lua_replace(L, 1);
  lua_getfield(L, 1, "names");
  count = luaL_len(L, -1);
  for (lua_Integer i = 1; i <= count; i++) {
    struct scenario s = {.number = (int)i};
    lua_geti(L, 2, i);
    s.name = lua_tostring(L, -1);
    try_named(&s, &t);
    lua_settop(L, 2);
  }
  lua_getfield(L, 1, "finish");
  lua_call(L, 0, 0);
  return 0;
}

int main(int argc, char **argv) {
  struct lua_memory memory = {0};
  lua_State *L = lua_newstate(lua_memory_alloc, &memory);
  int status;
  take_arguments(argc, argv);
  base = mkdtemp(in_memory);
  if (base == NULL && (base = mkdtemp(folder)) == NULL) {
    perror(folder);
    return 2;
  }
  snprintf(template, sizeof template, "%s/template", base);
  folder_make(template);
  make_jobs();
  printf("seed %llu\n", wanted.seed);
  try_opening();
  lua_pushcfunction(L, try_all);
  lua_pushlightuserdata(L, &memory);
  status = lua_pcall(L, 1, 0, 0);
  if (status != LUA_OK)
    printf("ERROR: %s\n", luaL_tolstring(L, -1, NULL));
  lua_close(L);
  folder_empty(base);
  rmdir(base);
  printf("%ld passed, %ld failed, 0 skipped\n",
         all.passed,
         all.failed + (status != LUA_OK));
  return all.failed > 0 || status != LUA_OK;
}
