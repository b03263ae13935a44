/* burn_cd.c: what a job says of the tracks of a CD: audio, pregaps, indexes,
   codes, flags, CD-TEXT. */
#include "burn.h"

#include <ctype.h>
#include <string.h>

static const char *const flag_keys[] = {
  "copy", "four_channels", "pre_emphasis", "scms", NULL};

/* The sub-channel has room for these, and MMC for these codes (MMC-6 6.33). */
static bool is_isrc(const char *text, size_t len) {
  if (len != ISRC_LENGTH)
    return false;
  for (size_t i = 0; i < len; i++)
    if (!isdigit((unsigned char)text[i]) &&
        (i >= 5 || text[i] < 'A' || text[i] > 'Z'))
      return false;
  return true;
}

static bool is_mcn(const char *text, size_t len) {
  return len == MCN_LENGTH && strspn(text, "0123456789") == len;
}

static void code_field(lua_State *L,
                       int at,
                       const char *name,
                       bool (*is_code)(const char *text, size_t len),
                       char *out) {
  if (lua_getfield(L, at, name) != LUA_TNIL) {
    size_t len;
    const char *text = luaL_checklstring(L, -1, &len);
    if (!is_code(text, len))
      luaL_error(L, "burn: '%s' is no %s", text, name);
    memcpy(out, text, len + 1);
  }
  lua_pop(L, 1);
}

/* A block is as long as its source says, where it says so; else as the kind. */
static void
to_kind(lua_State *L, int at, unsigned data_mode, struct burn_track *t) {
  enum { DATA, AUDIO, DATA_2 };
  static const char *const kinds[] = {"data", "audio", "data2", NULL};
  bool decoded = t->source != NULL && t->source->audio != NULL;
  int otherwise = decoded ? AUDIO : data_mode == 2 ? DATA_2 : DATA;
  int kind = word_field(L, at, "burn", "kind", kinds, otherwise);
  t->audio = kind == AUDIO;
  t->mode_2 = kind == DATA_2;
  t->sectors = bool_field(L, at, "sectors", false);
  if (t->sectors && !t->mode_2)
    luaL_error(L, "burn: only a track of kind data2 has sectors");
  if (decoded && !t->audio)
    luaL_error(L, "burn: a source of audio is no data track");
  if (t->placed && t->audio)
    luaL_error(L, "burn: a track of audio has no start");
}

static void to_flags(lua_State *L, int at, struct burn_track *t) {
  t->control = t->audio ? 0 : CONTROL_DATA;
  if (lua_getfield(L, at, "flags") != LUA_TNIL) {
    int flags = lua_gettop(L);
    check_table(L, "burn", "flags");
    check_keys(L, flags, "burn: flags", flag_keys);
    if (bool_field(L, flags, "copy", false))
      t->control |= CONTROL_COPY;
    if (bool_field(L, flags, "pre_emphasis", false))
      t->control |= CONTROL_PRE_EMPHASIS;
    if (bool_field(L, flags, "four_channels", false))
      t->control |= CONTROL_FOUR_CHANNELS;
    t->copied = bool_field(L, flags, "scms", false);
    if (!t->audio &&
        (t->copied || (t->control & ~CONTROL_COPY) != CONTROL_DATA))
      luaL_error(L, "burn: a data track has no other flag than copy");
  }
  lua_pop(L, 1);
}

static void to_pregap(lua_State *L, int at, struct burn_track *t) {
  lua_Integer blocks =
    integer_field(L, at, "burn", "pregap", 0, INT32_MAX / 2, -1);
  t->has_pregap = blocks >= 0;
  t->pregap = blocks < 0 ? 0 : (uint32_t)blocks;
  if (t->pregap_source == NULL)
    return;
  if (t->has_pregap)
    luaL_error(L, "burn: either pregap or pregap_source");
  t->pregap_length = t->pregap_source->length;
  if (t->pregap_length <= 0 || t->pregap_length % track_block(t) != 0)
    luaL_error(L, "burn: a pregap_source is whole blocks");
}

static void to_indexes(lua_State *L, int at, struct burn_track *t) {
  lua_Unsigned count;
  if (lua_getfield(L, at, "index") == LUA_TNIL) {
    lua_pop(L, 1);
    return;
  }
  check_table(L, "burn", "index");
  count = lua_rawlen(L, -1);
  if (count > BURN_INDEXES_MAX)
    luaL_error(L, "burn: index: at most %d", BURN_INDEXES_MAX);
  for (lua_Unsigned i = 0; i < count; i++) {
    int whole;
    lua_Integer block;
    lua_rawgeti(L, -1, (lua_Integer)i + 1);
    block = lua_tointegerx(L, -1, &whole);
    if (!whole || block <= (i > 0 ? (lua_Integer)t->indexes[i - 1] : 0) ||
        block > INT32_MAX)
      luaL_error(L, "burn: index is a list of blocks that rise");
    t->indexes[i] = (uint32_t)block;
    lua_pop(L, 1);
  }
  t->index_count = (unsigned)count;
  lua_pop(L, 1);
}

static void to_extent(lua_State *L, int at, struct burn_track *t) {
  lua_Integer place = integer_field(L, at, "burn", "at", 0, INT32_MAX, -1);
  lua_Integer padding =
    integer_field(L, at, "burn", "padding", 0, INT32_MAX / 2, -1);
  t->has_place = place >= 0;
  t->place = (int32_t)place;
  t->has_padding = padding >= 0;
  t->padding = padding < 0 ? 0 : (uint32_t)padding;
}

void to_cd_track(lua_State *L,
                 int at,
                 unsigned data_mode,
                 struct burn_track *t) {
  to_kind(L, at, data_mode, t);
  to_extent(L, at, t);
  to_flags(L, at, t);
  to_pregap(L, at, t);
  to_indexes(L, at, t);
  code_field(L, at, "isrc", is_isrc, t->isrc);
}

/* The packs are made, and checked, above (discrecorder.cdtext). */
static void to_text(lua_State *L, int at, struct burn_spec *spec) {
  if (lua_getfield(L, at, "text") != LUA_TNIL) {
    size_t len;
    const char *packs = luaL_checklstring(L, -1, &len);
    if (len % TEXT_PACK != 0 || len / TEXT_PACK > TEXT_PACKS_MAX)
      luaL_error(L,
                 "burn: text: packs of %d bytes, at most %d",
                 TEXT_PACK,
                 TEXT_PACKS_MAX);
    memcpy(spec->text, packs, len);
    spec->text_packs = (unsigned)(len / TEXT_PACK);
  }
  lua_pop(L, 1);
}

void to_cd(lua_State *L, int at, struct burn_spec *spec) {
  code_field(L, at, "mcn", is_mcn, spec->mcn);
  to_text(L, at, spec);
}
