/* rescue.c: a table becomes a rescue, and what was read and what not a table.
 */
#include "../reading/rescue.h"
#include "../reading/offset.h"
#include "recorder.h"

#include <stdlib.h>
#include <string.h>

static const char *const rescue_keys[] = {"block",
                                          "blocks",
                                          "disc",
                                          "file",
                                          "map",
                                          "offset",
                                          "pieces",
                                          "retries",
                                          "speed",
                                          "twice",
                                          NULL};
static const char *const piece_keys[] = {
  "at", "audio", "blocks", "start", NULL};

#define BAD_RUNS 1000 /* in a report: a disc may have a million */
#define PIECES_MOST 10000
#define RETRIES_MOST 1000
#define RETRIES 3

static lua_Integer int_field(lua_State *L,
                             int at,
                             const char *name,
                             lua_Integer least,
                             lua_Integer most,
                             lua_Integer otherwise) {
  lua_Integer value = otherwise;
  int whole = 1;
  if (lua_getfield(L, at, name) != LUA_TNIL) {
    value = lua_tointegerx(L, -1, &whole);
    if (!whole || value < least || value > most)
      luaL_error(L, "read: %s is out of range", name);
  }
  lua_pop(L, 1);
  return value;
}

static bool flag(lua_State *L, int at, const char *name) {
  bool value;
  lua_getfield(L, at, name);
  value = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return value;
}

/* The piece at the top of the stack; within the file, and after the last. */
static void to_piece(lua_State *L,
                     bool raw,
                     uint32_t from,
                     uint32_t blocks,
                     struct rescue_piece *p) {
  int at = lua_gettop(L);
  check_keys(L, at, "read: piece", piece_keys);
  memset(p, 0, sizeof *p);
  p->kind = flag(L, at, "audio") ? SECTORS_AUDIO
            : raw                ? SECTORS_RAW
                                 : SECTORS_DATA;
  p->start = (int32_t)int_field(L, at, "start", -150, MEDIUM_ADDRESS_MAX, 0);
  p->at = (uint32_t)int_field(L, at, "at", from, blocks, from);
  p->blocks = (uint32_t)int_field(L, at, "blocks", 0, blocks - p->at, 0);
}

/* In a userdata first, since reading the table may raise; then copied. */
static struct rescue_piece *
to_pieces(lua_State *L, int arg, bool raw, uint32_t blocks, unsigned *count) {
  struct rescue_piece *held, *pieces;
  uint32_t from = 0;
  size_t n;
  if (lua_getfield(L, arg, "pieces") != LUA_TTABLE)
    luaL_error(L, "read: pieces is a list");
  n = lua_rawlen(L, -1);
  if (n > PIECES_MOST)
    luaL_error(L, "read: too many pieces");
  held = lua_newuserdatauv(L, (n + 1) * sizeof *held, 0);
  for (size_t i = 0; i < n; i++) {
    lua_rawgeti(L, -2, (lua_Integer)i + 1);
    to_piece(L, raw, from, blocks, &held[i]);
    from = held[i].at + held[i].blocks;
    lua_pop(L, 1);
  }
  *count = (unsigned)n;
  pieces = malloc((n + 1) * sizeof *pieces);
  if (pieces != NULL)
    memcpy(pieces, held, n * sizeof *pieces);
  return pieces;
}

/* === what came of it === */

static void push_pieces(lua_State *L, const struct rescue *s) {
  lua_createtable(L, (int)s->count, 0);
  for (unsigned i = 0; i < s->count; i++) {
    lua_createtable(L, 0, 1);
    if (s->pieces[i].hashed) {
      push_hex(L, s->pieces[i].sha256, DIGEST_SIZE);
      lua_setfield(L, -2, "sha256");
    }
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, "pieces");
}

static void push_bad(lua_State *L, const struct rescue *s) {
  lua_Integer n = 0;
  lua_newtable(L);
  for (unsigned i = 0; i < s->count; i++) {
    const struct rescue_piece *p = &s->pieces[i];
    uint32_t at = p->at, count = 0;
    while (n < BAD_RUNS &&
           rescue_map_find(
             &s->map, at + count, p->at + p->blocks, RESCUE_BAD, &at, &count)) {
      lua_createtable(L, 0, 2);
      set_integer(L, "start", p->start + (lua_Integer)(at - p->at));
      set_integer(L, "blocks", count);
      lua_rawseti(L, -2, ++n);
    }
  }
  lua_setfield(L, -2, "bad");
}

static void push_found(lua_State *L, struct job *j) {
  const struct rescue *s = (const struct rescue *)j;
  lua_createtable(L, 0, 10);
  push_pieces(L, s);
  push_bad(L, s);
  set_integer(L, "bad_blocks", rescue_map_count(&s->map, RESCUE_BAD));
  set_integer(L, "left_blocks", s->total - s->finished);
  set_integer(L, "offset", s->shift / IMPRINT_FRAME);
  set_boolean(L, "resumed", s->resumed);
  set_string(L, "method", "plain");
  set_number(L, "seconds", s->seconds);
  push_warnings(L, &s->warnings);
  lua_setfield(L, -2, "warnings");
}

static int push_rescue(lua_State *L, struct job *j) {
  return push_reported(L, j, push_found);
}

static const char *text_field(lua_State *L, int at, const char *name) {
  const char *text;
  lua_getfield(L, at, name);
  text = check_text(L, -1);
  return text; /* the table keeps it, which stays on the stack */
}

/* core.rescue_start(recorder, {file =, map =, disc =, block =, blocks =,
   pieces =, retries =, speed =, offset =, twice =}) */
static int core_rescue_start(lua_State *L) {
  struct recorder *r = check_recorder(L, 1);
  const char *file, *map, *disc;
  struct rescue_piece *pieces;
  struct rescue *s = NULL;
  struct lua_job *lj;
  struct failure f;
  uint32_t blocks, retries, speed;
  int32_t offset;
  size_t block;
  unsigned count;
  int job;
  check_keys(L, 2, "read", rescue_keys);
  lua_settop(L, 2);
  file = text_field(L, 2, "file");
  map = text_field(L, 2, "map");
  disc = text_field(L, 2, "disc");
  if (strlen(disc) != RESCUE_DISC_ID)
    return luaL_error(L, "read: disc has 32 digits");
  block = (size_t)int_field(L, 2, "block", MMC_BLOCK, MMC_RAW_BLOCK, MMC_BLOCK);
  blocks = (uint32_t)int_field(L, 2, "blocks", 1, MEDIUM_ADDRESS_MAX, 1);
  retries = (uint32_t)int_field(L, 2, "retries", 0, RETRIES_MOST, RETRIES);
  speed = (uint32_t)int_field(L, 2, "speed", 1, 0xFFFFFF, 0);
  offset = (int32_t)int_field(L, 2, "offset", -OFFSET_MOST, OFFSET_MOST, 0);
  lj = new_job(L);
  job = lua_gettop(L);
  lj->push = push_rescue;
  fail(&f, FAIL_NO_MEMORY, "read: out of memory");
  pieces = to_pieces(L, 2, block == MMC_RAW_BLOCK, blocks, &count);
  if (pieces != NULL)
    s = rescue_new(r, pieces, count, blocks, block, disc, &f);
  lua_settop(L, job);
  if (s == NULL)
    return push_failure(L, &f);
  lj->job = &s->job;
  s->retries = retries;
  s->speed = speed;
  s->shift = offset * IMPRINT_FRAME;
  s->twice = flag(L, 2, "twice");
  s->path = strdup(file);
  s->map_path = strdup(map);
  if (s->path == NULL || s->map_path == NULL) {
    fail(&f, FAIL_NO_MEMORY, "read: out of memory");
    return push_failure(L, &f);
  }
  return start_job(L, lj, &f);
}

const luaL_Reg rescue_functions[] = {
  {"rescue_start", core_rescue_start},
  {NULL, NULL},
};
