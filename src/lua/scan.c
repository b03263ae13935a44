/* scan.c: a list of pieces becomes a scan, and what was found a table. */
#include "../reading/scan.h"
#include "recorder.h"

#include <stdlib.h>
#include <string.h>

static const char *const scan_keys[] = {
  "file", "keep_going", "offset", "pieces", "raw", "refresh", "speed", NULL};
static const char *const piece_keys[] = {"against",
                                         "audio",
                                         "blocks",
                                         "bytes",
                                         "md5",
                                         "name",
                                         "offset",
                                         "sectors",
                                         "start",
                                         "store",
                                         NULL};

static lua_Integer
piece_integer(lua_State *L, int at, const char *name, lua_Integer least) {
  return integer_field(L, at, "read: piece", name, least, INT64_C(1) << 42, 0);
}

/* The piece at the top of the stack. 'against' is not counted here. */
static void to_piece(lua_State *L, struct scan_piece *p) {
  int at = lua_gettop(L);
  lua_Integer start, blocks;
  memset(p, 0, sizeof *p);
  check_keys(L, at, "read: piece", piece_keys);
  start = piece_integer(L, at, "start", -150);
  blocks = piece_integer(L, at, "blocks", 0);
  if (start + blocks > INT32_MAX)
    luaL_error(L, "read: a piece's place is out of range");
  p->start = (int32_t)start;
  p->blocks = (uint32_t)blocks;
  p->bytes = (uint64_t)piece_integer(L, at, "bytes", 0);
  p->offset = (uint64_t)piece_integer(L, at, "offset", 0);
  p->audio = flag_field(L, at, "audio");
  p->sectors = flag_field(L, at, "sectors");
  p->md5 = flag_field(L, at, "md5");
  p->store = flag_field(L, at, "store");
  p->first_bad = -1;
  if (lua_getfield(L, at, "against") != LUA_TNIL)
    p->against = check_source(L, -1);
  lua_pop(L, 1);
}

/* In a userdata first, since reading the table may raise; then copied. */
static struct scan_piece *to_pieces(lua_State *L, int arg, unsigned *count) {
  struct scan_piece *held, *pieces;
  size_t n;
  if (lua_getfield(L, arg, "pieces") != LUA_TTABLE)
    luaL_error(L, "read: pieces is a list");
  n = lua_rawlen(L, -1);
  if (n > 10000000)
    luaL_error(L, "read: too many pieces");
  held = lua_newuserdatauv(L, (n + 1) * sizeof *held, 0);
  for (size_t i = 0; i < n; i++) {
    lua_rawgeti(L, -2, (lua_Integer)i + 1);
    to_piece(L, &held[i]);
    lua_pop(L, 1);
  }
  *count = (unsigned)n;
  pieces = malloc((n + 1) * sizeof *pieces);
  if (pieces == NULL)
    return NULL;
  memcpy(pieces, held, n * sizeof *pieces);
  for (size_t i = 0; i < n; i++)
    if (pieces[i].against != NULL)
      source_ref(pieces[i].against);
  return pieces;
}

/* === what was found === */

static void push_piece(lua_State *L, const struct scan_piece *p) {
  lua_createtable(L, 0, 5);
  set_boolean(L, "ok", p->ok);
  set_integer(L, "read_bytes", (lua_Integer)p->read_bytes);
  if (p->ok && p->blocks > 0) {
    push_hex(L, p->sha256, sizeof p->sha256);
    lua_setfield(L, -2, "sha256");
    if (p->md5) {
      push_hex(L, p->md5_sum, sizeof p->md5_sum);
      lua_setfield(L, -2, "md5");
    }
  }
  if (p->audio && p->unread > 0) {
    set_integer(L, "unread", p->unread);
  }
  if (p->first_bad >= 0) {
    set_integer(L, "first_bad", p->first_bad);
  }
  if (p->tried && !p->ok) {
    push_failure_table(L, &p->failure);
    lua_setfield(L, -2, "failure");
  }
}

static void push_found(lua_State *L, struct job *j) {
  const struct scan *s = (const struct scan *)j;
  lua_createtable(L, 0, 5);
  lua_createtable(L, (int)s->count, 0);
  for (unsigned i = 0; i < s->count; i++) {
    push_piece(L, &s->pieces[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, "pieces");
  set_integer(L, "offset", s->offset);
  set_string(L, "method", s->method); /* NULL pushes nil */
  set_number(L, "seconds", s->seconds);
  push_warnings(L, &s->warnings);
  lua_setfield(L, -2, "warnings");
}

static int push_scan(lua_State *L, struct job *j) {
  return push_reported(L, j, push_found);
}

/* What the table says but its pieces and its file. */
struct wishes {
  bool raw, refresh, keep_going, find_offset;
  int32_t offset;
  uint32_t speed;
};

static void to_wishes(lua_State *L, int at, struct wishes *w) {
  check_keys(L, at, "read", scan_keys);
  w->raw = flag_field(L, at, "raw");
  w->refresh = flag_field(L, at, "refresh");
  w->keep_going = flag_field(L, at, "keep_going");
  w->speed = (uint32_t)integer_field(L, at, "read", "speed", 1, 0xFFFFFF, 0);
  lua_getfield(L, at, "offset");
  w->find_offset =
    lua_type(L, -1) == LUA_TSTRING && strcmp(lua_tostring(L, -1), "find") == 0;
  lua_pop(L, 1);
  w->offset = 0;
  if (!w->find_offset)
    w->offset = (int32_t)integer_field(
      L, at, "read", "offset", -OFFSET_MOST, OFFSET_MOST, 0);
}

/* core.scan_start(recorder, {pieces =, file =, raw =, refresh =, keep_going =,
   speed =, offset = frames or "find"}) */
static int core_scan_start(lua_State *L) {
  struct recorder *r = check_recorder(L, 1);
  struct lua_job *lj;
  struct scan_piece *pieces;
  struct scan *s = NULL;
  struct failure f;
  struct wishes wishes;
  const char *file = NULL;
  unsigned count;
  to_wishes(L, 2, &wishes);
  lua_settop(L, 2);
  if (lua_getfield(L, 2, "file") != LUA_TNIL)
    file = check_text(L, -1);
  lj = new_job(L);
  lj->push = push_scan;
  fail(&f, FAIL_NO_MEMORY, "read: out of memory");
  pieces = to_pieces(L, 2, &count);
  if (pieces != NULL)
    s = scan_new(r, pieces, count, &f);
  lua_settop(L, 4); /* recorder, table, file, job */
  if (s == NULL)
    return push_failure(L, &f);
  lj->job = &s->job;
  s->raw = wishes.raw;
  s->refresh = wishes.refresh;
  s->keep_going = wishes.keep_going;
  s->speed = wishes.speed;
  s->find_offset = wishes.find_offset;
  s->offset = wishes.offset;
  if (file != NULL && (s->path = strdup(file)) == NULL)
    return push_failure(L, &f);
  return start_job(L, lj, &f);
}

const luaL_Reg scan_functions[] = {
  {"scan_start", core_scan_start},
  {NULL, NULL},
};
