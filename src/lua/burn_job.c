/* burn_job.c: a job's table as the engine takes it; what only CDs have is in
   burn_cd.c. */
#include "burn.h"

#include "../recorder/packets.h"

#include <string.h>

static const char *const spec_keys[] = {"append",
                                        "as_needed",
                                        "buffer",
                                        "data_mode",
                                        "expect",
                                        "keep_open",
                                        "mcn",
                                        "mode",
                                        "overburn",
                                        "packet",
                                        "read_speed",
                                        "simulate",
                                        "speed",
                                        "stream",
                                        "text",
                                        "tracks",
                                        "underrun_free",
                                        "verify",
                                        NULL};
static const char *const track_keys[] = {"at",
                                         "flags",
                                         "index",
                                         "isrc",
                                         "kind",
                                         "length",
                                         "padding",
                                         "pregap",
                                         "pregap_source",
                                         "sectors",
                                         "source",
                                         "start",
                                         "text",
                                         NULL};
static const char *const mode_names[] = {
  "auto", "tao", "sao", "incremental", "dao", "overwrite", NULL};

bool bool_field(lua_State *L, int arg, const char *name, bool otherwise) {
  bool value = otherwise;
  if (lua_getfield(L, arg, name) != LUA_TNIL) {
    if (!lua_isboolean(L, -1))
      luaL_error(L, "burn: %s is true or false", name);
    value = lua_toboolean(L, -1);
  }
  lua_pop(L, 1);
  return value;
}

/* What a field of the table at 'at' holds as a source, or NULL. It is not
   counted here, since what follows may raise, but put into the table at 'kept':
   a track's metatable could hand out one that nobody else holds. */
static struct source *
source_field(lua_State *L, int at, const char *name, int kept) {
  struct source *source = NULL;
  if (lua_getfield(L, at, name) != LUA_TNIL) {
    source = check_source(L, -1);
    lua_pushvalue(L, -1);
    lua_rawseti(L, kept, (lua_Integer)lua_rawlen(L, kept) + 1);
  }
  lua_pop(L, 1);
  return source;
}

/* The track at the top of the stack. */
static void
to_track(lua_State *L, int kept, unsigned data_mode, struct burn_track *t) {
  int at = lua_gettop(L);
  check_keys(L, at, "burn: track", track_keys);
  t->start = (int32_t)integer_field(L, at, "burn", "start", 0, INT32_MAX, -1);
  t->placed = t->start >= 0;
  if (!t->placed)
    t->start = 0;
  t->source = source_field(L, at, "source", kept);
  t->pregap_source = source_field(L, at, "pregap_source", kept);
  if (t->source != NULL) {
    t->length = t->source->length;
    t->stream = t->source->ops->stream;
  } else
    t->length = integer_field(
      L, at, "burn", "length", 0, INT64_MAX / 2, -1); /* plans without */
  to_cd_track(L, at, data_mode, t);
}

/* Leaves a table on the stack that holds the sources. */
static void to_tracks(lua_State *L, int arg, struct burn_spec *spec) {
  unsigned data_mode =
    (unsigned)integer_field(L, arg, "burn", "data_mode", 1, 2, 1);
  size_t count;
  int kept;
  lua_newtable(L);
  kept = lua_gettop(L);
  if (lua_getfield(L, arg, "tracks") != LUA_TTABLE)
    luaL_error(L, "burn: tracks is a list of tracks");
  count = lua_rawlen(L, -1);
  if (count < 1 || count > BURN_TRACKS_MAX)
    luaL_error(L, "burn: 1 to %d tracks", BURN_TRACKS_MAX);
  for (size_t i = 0; i < count; i++) {
    lua_rawgeti(L, -1, (lua_Integer)i + 1);
    to_track(L, kept, data_mode, &spec->tracks[i]);
    lua_pop(L, 1);
  }
  spec->track_count = (unsigned)count;
  lua_pop(L, 1);
}

/* expect = a medium as medium() gave it; its field 'block', where there is one,
   is {lba =, bytes =}. */
static void to_expect(lua_State *L, int arg, struct burn_expect *e) {
  struct medium medium;
  int top = lua_gettop(L);
  if (lua_getfield(L, arg, "expect") == LUA_TNIL) {
    lua_settop(L, top);
    return;
  }
  e->on = true;
  to_medium(L, top + 1, &medium);
  e->mark = medium_mark(&medium);
  if (lua_getfield(L, top + 1, "block") != LUA_TNIL) {
    size_t len;
    const char *bytes;
    check_table(L, "burn: expect", "block");
    e->lba = (int32_t)integer_field(L, top + 2, "burn", "lba", 0, INT32_MAX, 0);
    lua_getfield(L, top + 2, "bytes");
    bytes = luaL_checklstring(L, -1, &len);
    if (len != SOURCE_BLOCK)
      luaL_error(L, "burn: expect: a block has %d bytes", SOURCE_BLOCK);
    memcpy(e->block, bytes, len);
    e->has_block = true;
  }
  lua_settop(L, top);
}

void to_burn_spec(lua_State *L, int arg, struct burn_spec *spec) {
  memset(spec, 0, sizeof *spec);
  check_keys(L, arg, "burn", spec_keys);
  to_tracks(L, arg, spec);
  spec->mode =
    (enum burn_mode)word_field(L, arg, "burn", "mode", mode_names, spec->mode);
  spec->append = bool_field(L, arg, "append", false);
  spec->as_needed = bool_field(L, arg, "as_needed", false);
  to_expect(L, arg, &spec->expect);
  spec->keep_open = bool_field(L, arg, "keep_open", false);
  spec->simulate = bool_field(L, arg, "simulate", false);
  spec->stream = bool_field(L, arg, "stream", false);
  spec->overburn = bool_field(L, arg, "overburn", false);
  spec->audio_gap = 150;
  to_cd(L, arg, spec);
  spec->verify = bool_field(L, arg, "verify", true);
  spec->underrun_free = bool_field(L, arg, "underrun_free", true);
  spec->speed =
    (uint32_t)integer_field(L, arg, "burn", "speed", 1, 0xFFFFFF, 0);
  spec->read_speed =
    (uint32_t)integer_field(L, arg, "burn", "read_speed", 1, 0xFFFFFF, 0);
  spec->buffer = (size_t)integer_field(
    L, arg, "burn", "buffer", 2 * RING_PIECE, INT64_C(1) << 32, 0);
  if (spec->buffer == 0)
    spec->buffer = plan_buffer(spec);
  spec->packet = (size_t)integer_field(
    L, arg, "burn", "packet", SOURCE_BLOCK, PACKET_MOST, 0);
  if (spec->packet % SOURCE_BLOCK != 0)
    luaL_error(L, "burn: packet is a multiple of %d bytes", SOURCE_BLOCK);
}
