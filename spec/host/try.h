/* try.h: one try in which allocations fail, for oom.c. */
#ifndef DISCRECORDER_TRY_H
#define DISCRECORDER_TRY_H

#include "folder.h"
#include "refuse.h"

#include <lua.h>

/* Whose allocations are refused, and which after the first one. */
struct mode {
  const char *name;
  bool lua;  /* Lua's; else the library's */
  long more; /* of them that follow */
};

enum outcome {
  TRY_DIED,      /* it never came to its end */
  TRY_WENT_ON,   /* without what was refused */
  TRY_NO_MEMORY, /* and said so */
};

struct try {
  const struct mode *mode;
  long number; /* of the first allocation that is refused; or REFUSE_NONE */
  /* What is tried: a scenario of oom.lua, whose table is at index 1 of the
     stack; or that the modules open, in a state of its own. */
  lua_State *L;
  struct lua_memory *memory;
  int scenario;
  char folder[FOLDER_PATH];
};

struct result {
  enum outcome outcome;
  long asked; /* allocations of the mode's kind */
};

/* In this process, which goes on; how many were asked for of the library and of
   Lua. NULL, or what went wrong, on top of the stack. */
const char *try_scenario(struct try *t, long *library, long *lua);
/* In a process of its own, which ends. 1: what is wrong was told on stderr. */
_Noreturn void try_in_child(struct try *t, struct result *result);
_Noreturn void try_open_in_child(struct try *t, struct result *result);

/* The library's modules, in package.preload. */
void preload_modules(lua_State *L);

#endif
