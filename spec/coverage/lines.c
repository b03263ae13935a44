/* lines.c: which lines of lua/ an interpreter runs, by a hook; coroutines have
   it from who makes them. Loaded by LUA_INIT (Makefile, coverage); at the end
   of the process, however it calls exit, a file in $DISCRECORDER_LINES has a
   row for each file: its path and the lines. */
#include <fcntl.h>
#include <lauxlib.h>
#include <lua.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <unistd.h>

#define FILES_MOST 512
#define LINES_MOST 2048
#define WITHIN "/lua/discrecorder"

__attribute__((visibility("default"))) int luaopen_spec_lines(lua_State *L);

struct file {
  const char *source; /* Lua's own string, or one like it: told by its place */
  char *path;         /* NULL: not ours */
  bool seen[LINES_MOST];
};

static struct file *files[FILES_MOST];
static pid_t process; /* a fork that does not exec tells nothing */

static bool is_ours(const char *source) {
  return source[0] == '@' && strstr(source, WITHIN) != NULL &&
         strcmp(source + strlen(source) - 4, ".lua") == 0;
}

/* Strings that are not short may come and go: what is at a place now is
   compared with what was. */
static struct file *find(const char *source) {
  size_t at = (size_t)source / 16 % FILES_MOST;
  for (size_t i = 0; i < FILES_MOST; i++, at = (at + 1) % FILES_MOST) {
    struct file *f = files[at];
    if (f == NULL) {
      f = files[at] = calloc(1, sizeof *f);
      if (f == NULL)
        return NULL;
      f->source = source;
      if (is_ours(source))
        f->path = strdup(strstr(source, WITHIN) + 1);
      return f;
    }
    if (f->source == source && is_ours(source) == (f->path != NULL) &&
        (f->path == NULL || strcmp(strstr(source, WITHIN) + 1, f->path) == 0))
      return f;
  }
  return NULL;
}

static void hook(lua_State *L, lua_Debug *ar) {
  struct file *f;
  lua_getinfo(L, "S", ar);
  f = find(ar->source);
  if (f != NULL && ar->currentline >= 0 && ar->currentline < LINES_MOST)
    f->seen[ar->currentline] = true;
}

static FILE *open_own(void) {
  const char *folder = getenv("DISCRECORDER_LINES");
  unsigned long long number;
  char path[4096];
  if (folder == NULL || getrandom(&number, sizeof number, 0) < 0)
    return NULL;
  snprintf(path, sizeof path, "%s/%016llx", folder, number);
  return fopen(path, "we");
}

__attribute__((destructor)) static void tell(void) {
  FILE *out = process == getpid() ? open_own() : NULL;
  for (size_t i = 0; i < FILES_MOST && out != NULL; i++) {
    if (files[i] == NULL || files[i]->path == NULL)
      continue;
    fputs(files[i]->path, out);
    for (int line = 0; line < LINES_MOST; line++)
      if (files[i]->seen[line])
        fprintf(out, " %d", line);
    putc('\n', out);
  }
  if (out != NULL)
    fclose(out);
}

int luaopen_spec_lines(lua_State *L) {
  process = getpid();
  lua_sethook(L, hook, LUA_MASKLINE, 0);
  return 0;
}
