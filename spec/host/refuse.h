/* refuse.h: allocations that are granted or refused, for oom.c. */
#ifndef DISCRECORDER_REFUSE_H
#define DISCRECORDER_REFUSE_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>

/* Which allocations are refused, counted from 0; none where 'first' is
   REFUSE_NONE. */
struct refusal {
  long first, last;
};
#define REFUSE_NONE LONG_MAX

/* Lua's allocator. 'ud' is a struct lua_memory. */
struct lua_memory {
  bool counting;
  struct refusal how;
  long asked; /* while counting */
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
/* Whether that is known of blocks that were given to libraries, too. */
bool refuse_knows_all(void);

#endif
