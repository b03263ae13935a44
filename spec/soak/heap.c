/* heap.c: spec.heap, a function: how many bytes of the C library's heap are in
   use. With one arena that is all of them. */
#include <lauxlib.h>
#include <lua.h>
#include <malloc.h>

__attribute__((visibility("default"))) int luaopen_spec_heap(lua_State *L);

static int in_use(lua_State *L) {
  struct mallinfo2 info = mallinfo2();
  lua_pushinteger(L, (lua_Integer)(info.uordblks + info.hblkhd));
  return 1;
}

int luaopen_spec_heap(lua_State *L) {
  lua_pushcfunction(L, in_use);
  return 1;
}
