/* refuse.h: allocations that are granted or refused, for oom.c. */
#ifndef DISCRECORDER_REFUSE_H
#define DISCRECORDER_REFUSE_H

#include <stdbool.h>
#include <stddef.h>

/* Which allocation after refuse_begin is the first that is refused, and whether
   it is the only one. */
struct refusal {
  long after;
  bool once;
};

/* Lua's allocator. 'ud' is a struct lua_memory. */
struct lua_memory {
  bool refusing;
  struct refusal how;
  long asked;
  size_t bytes;
};
void *lua_memory_alloc(void *ud, void *at, size_t old, size_t size);

/* The allocations of discrecorder's own objects, of any thread: what the linker
   wraps. Those of the libraries beneath are left alone. */
void refuse_begin(struct refusal how);
/* Grant everything again; how many were asked for since refuse_begin. */
long refuse_end(void);
/* Blocks that are there. */
long refuse_blocks(void);

#endif
