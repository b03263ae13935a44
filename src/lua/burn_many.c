/* burn_many.c: how a burn by many recorders goes and ends. */
#include "../burn/many.h"
#include "burn.h"

/* A list of results; it is in the failure too, so that it is always there. */
int push_many(lua_State *L, struct job *j) {
  const struct many *m = (const struct many *)j;
  int n = 1;
  luaL_checkstack(L, LUA_MINSTACK, "too many results");
  if (!j->ok)
    n = push_failure(L, &j->failure);
  lua_createtable(L, (int)m->count, 0);
  for (unsigned i = 0; i < m->count; i++) {
    push_burn_result(L, m->members[i].burn, &m->members[i].failure);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  if (j->ok)
    return 1;
  lua_setfield(L, -n, "results"); /* nil, failure, code, results */
  return n;
}

static void push_member_progress(lua_State *L, const struct many_member *m) {
  bool ended = m->burn == NULL || job_is_done(&m->burn->job);
  if (m->burn != NULL)
    push_progress(L, &m->burn->job);
  else
    lua_createtable(L, 0, 1);
  set_boolean(L, "ended", ended);
}

/* That of the burn that is furthest behind, and each one's in 'recorders'. */
void push_many_progress(lua_State *L, struct job *j) {
  const struct many *m = (const struct many *)j;
  struct burn *slowest = many_slowest(m);
  push_progress(L, slowest != NULL ? &slowest->job : j);
  lua_createtable(L, (int)m->count, 0);
  for (unsigned i = 0; i < m->count; i++) {
    push_member_progress(L, &m->members[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, "recorders");
}
