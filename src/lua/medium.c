/* medium.c: the medium as a table, and a table as a medium again, for plan. */
#include "recorder.h"

#include <stdio.h>
#include <string.h>

static const char *track_state(const struct medium_track *t) {
  if (t->damaged)
    return "damaged";
  if (!t->open)
    return "complete";
  return t->reserved ? "reserved" : "open";
}

static void push_track(lua_State *L, const struct medium_track *t) {
  lua_createtable(L, 0, 12);
  set_integer(L, "number", t->number);
  set_integer(L, "session", t->session);
  set_string(L, "kind", t->data ? "data" : "audio");
  set_integer(L, "start", t->start);
  set_integer(L, "blocks", t->blocks);
  if (t->open)
    set_boolean(L, "open", true);
  if (t->damaged)
    set_boolean(L, "damaged", true);
  set_string(L, "state", track_state(t));
  set_boolean(L, "incremental", t->incremental);
  set_integer(L, "size", t->size);
  if (t->open) {
    set_integer(L, "next_writable", t->start + t->blocks);
    set_integer(L, "free_blocks", t->free_blocks);
  }
  if (t->has_last)
    set_integer(L, "last_recorded", t->last);
}

/* What a DVD's lead-in says it is (MMC-6 6.22.3.2.1). */
static const char *const books[16] = {
  [0x0] = "dvd-rom",
  [0x1] = "dvd-ram",
  [0x2] = "dvd-r",
  [0x3] = "dvd-rw",
  [0x4] = "hd-dvd-rom",
  [0x5] = "hd-dvd-ram",
  [0x6] = "hd-dvd-r",
  [0x9] = "dvd+rw",
  [0xA] = "dvd+r",
  [0xD] = "dvd+rw-dl",
  [0xE] = "dvd+r-dl",
};

static void push_book(lua_State *L, uint8_t book) {
  const char *name = books[book >> 4];
  lua_createtable(L, 0, 2);
  set_string(L, "type", name != NULL ? name : "unknown");
  set_integer(L, "version", book & 0x0F);
  lua_setfield(L, -2, "book");
}

static void push_speeds(lua_State *L, const struct mmc_speeds *s) {
  lua_createtable(L, (int)s->count, 0);
  for (unsigned i = 0; i < s->count; i++) {
    lua_pushinteger(L, s->write[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
}

static const struct {
  const char *name;
  enum medium_way way;
} way_names[] = {
  {"bd_r", WAY_BD_R},
  {"dao", WAY_DAO},
  {"incremental", WAY_INCREMENTAL},
  {"overwrite", WAY_OVERWRITE},
  {"plus_r", WAY_PLUS_R},
  {"sao", WAY_SAO},
  {"tao", WAY_TAO},
};

/* What the drive can do with this disc: what plan needs to know. */
static void push_write(lua_State *L, const struct medium *m) {
  lua_createtable(L, 0, 8);
  for (size_t i = 0; i < sizeof way_names / sizeof *way_names; i++)
    if (m->ways & way_names[i].way)
      set_boolean(L, way_names[i].name, true);
  if (m->stream)
    set_boolean(L, "stream", true);
  if (m->pseudo_overwrite)
    set_boolean(L, "pseudo_overwrite", true);
  set_boolean(L, "test", m->test_write);
  set_boolean(L, "underrun_free", m->underrun_free);
}

/* As the drive offers them; what they are called is format.c's. */
static void push_formats(lua_State *L, const struct mmc_formats *formats) {
  lua_createtable(L, (int)formats->count, 0);
  for (unsigned i = 0; i < formats->count; i++) {
    lua_createtable(L, 0, 3);
    set_integer(L, "type", formats->list[i].type);
    set_integer(L, "blocks", formats->list[i].blocks);
    set_integer(L, "parameter", formats->list[i].parameter);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, "formats");
}

/* READ FORMAT CAPACITIES' current descriptor. */
static void push_formatted(lua_State *L, const struct mmc_formats *formats) {
  static const char *const kinds[] = {
    [MMC_CAPACITY_UNFORMATTED] = "unformatted",
    [MMC_CAPACITY_FORMATTED] = "formatted",
    [MMC_CAPACITY_NONE] = "none",
  };
  lua_createtable(L, 0, 2);
  set_string(L, "state", kinds[formats->current]);
  set_integer(L, "blocks", formats->current_blocks);
  lua_setfield(L, -2, "format_capacity");
}

static const char *const session_states[] = {
  "empty", "incomplete", "damaged", "complete"};
static const char *const background_states[] = {
  "none", "suspended", "running", "complete"};

/* The facts behind the state, as the drive tells them. */
static void push_details(lua_State *L, const struct medium *m) {
  set_string(L, "last_session", session_states[m->last_session & 3]);
  if (m->next_track > 0)
    set_integer(L, "next_track", m->next_track);
  set_integer(L, "readable_blocks", m->readable_blocks);
  if (m->has_book)
    push_book(L, m->book);
  if (m->formats.current != MMC_CAPACITY_UNKNOWN)
    push_formatted(L, &m->formats);
  if (m->profile == PROFILE_DVD_PLUS_RW || m->profile == PROFILE_DVD_PLUS_RW_DL)
    set_string(
      L, "background_format", background_states[m->background_format & 3]);
  if (m->speeds.current_write > 0)
    set_integer(L, "write_speed", m->speeds.current_write);
  if (m->speeds.max_read > 0)
    set_integer(L, "read_speed", m->speeds.max_read);
}

void push_medium(lua_State *L, const struct medium *m) {
  const char *profile = profile_name(m->profile);
  lua_createtable(L, 0, 20);
  set_string(L, "state", medium_state_names[m->state]);
  if (m->state == MEDIUM_NONE)
    return;
  set_string(L, "profile", profile != NULL ? profile : "unknown");
  set_boolean(L, "erasable", m->erasable);
  if (m->write_protected)
    set_boolean(L, "write_protected", true);
  set_integer(L, "capacity_blocks", m->capacity_blocks);
  set_integer(L, "free_blocks", m->has_nwa ? m->free_blocks : 0);
  if (m->has_nwa)
    set_integer(L, "next_writable", m->next_writable);
  set_integer(L, "sessions", m->sessions);
  set_boolean(L, "session_open", m->last_session == 1);
  lua_createtable(L, (int)m->track_count, 0);
  for (unsigned i = 0; i < m->track_count; i++) {
    push_track(L, &m->tracks[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, "tracks");
  if (m->media_id[0] != '\0') {
    set_string(L, "media_id", m->media_id);
  }
  push_details(L, m);
  push_speeds(L, &m->speeds);
  lua_setfield(L, -2, "speeds");
  push_write(L, m);
  lua_setfield(L, -2, "write");
  if (m->formats.count > 0)
    push_formats(L, &m->formats);
}

static lua_Integer
integer_field(lua_State *L, int arg, const char *name, lua_Integer most) {
  lua_Integer value = 0;
  if (lua_getfield(L, arg, name) != LUA_TNIL) {
    value = luaL_checkinteger(L, -1);
    if (value < -150 || value > most)
      luaL_error(L, "medium: %s is out of range", name);
  }
  lua_pop(L, 1);
  return value;
}

static bool flag(lua_State *L, int arg, const char *name) {
  bool value;
  lua_getfield(L, arg, name);
  value = lua_toboolean(L, -1);
  lua_pop(L, 1);
  return value;
}

static enum medium_state state_field(lua_State *L, int arg) {
  const char *name;
  if (lua_getfield(L, arg, "state") != LUA_TSTRING)
    luaL_error(L, "medium: state is missing");
  name = lua_tostring(L, -1);
  for (int i = 0; i <= MEDIUM_UNSUPPORTED; i++)
    if (strcmp(medium_state_names[i], name) == 0) {
      lua_pop(L, 1);
      return (enum medium_state)i;
    }
  return luaL_error(L, "medium: unknown state '%s'", name);
}

/* The list in a field, on top of the stack; how many of it count. */
static unsigned
list_field(lua_State *L, int arg, const char *name, unsigned most) {
  lua_Unsigned count = 0;
  if (lua_getfield(L, arg, name) == LUA_TTABLE)
    count = lua_rawlen(L, -1);
  return count < most ? (unsigned)count : most;
}

/* What plan asks of tracks: is one of them still open? */
static void to_tracks(lua_State *L, int arg, struct medium *m) {
  unsigned count = list_field(L, arg, "tracks", MEDIUM_TRACKS_MAX);
  for (unsigned i = 0; i < count; i++) {
    struct medium_track *t = &m->tracks[i];
    lua_rawgeti(L, -1, (lua_Integer)i + 1);
    luaL_checktype(L, -1, LUA_TTABLE);
    t->number = (uint16_t)integer_field(L, -1, "number", UINT16_MAX);
    t->session = (uint16_t)integer_field(L, -1, "session", UINT16_MAX);
    t->start = (int32_t)integer_field(L, -1, "start", INT32_MAX);
    t->blocks = (uint32_t)integer_field(L, -1, "blocks", INT32_MAX);
    t->open = flag(L, -1, "open");
    t->damaged = flag(L, -1, "damaged");
    lua_pop(L, 1);
  }
  m->track_count = count;
  lua_pop(L, 1);
}

static void to_formats(lua_State *L, int arg, struct mmc_formats *formats) {
  unsigned count = list_field(L, arg, "formats", MMC_FORMATS_MAX);
  for (unsigned i = 0; i < count; i++) {
    struct mmc_format *one = &formats->list[i];
    lua_rawgeti(L, -1, (lua_Integer)i + 1);
    luaL_checktype(L, -1, LUA_TTABLE);
    one->type = (uint8_t)integer_field(L, -1, "type", UINT8_MAX);
    one->blocks = (uint32_t)integer_field(L, -1, "blocks", INT32_MAX);
    one->parameter = (uint32_t)integer_field(L, -1, "parameter", 0xFFFFFF);
    lua_pop(L, 1);
  }
  formats->count = count;
  lua_pop(L, 1);
}

static void to_ways(lua_State *L, int arg, struct medium *m) {
  if (lua_getfield(L, arg, "write") == LUA_TTABLE) {
    for (size_t i = 0; i < sizeof way_names / sizeof *way_names; i++)
      if (flag(L, -1, way_names[i].name))
        m->ways |= way_names[i].way;
    m->stream = flag(L, -1, "stream");
    m->pseudo_overwrite = flag(L, -1, "pseudo_overwrite");
    m->test_write = flag(L, -1, "test");
    m->underrun_free = flag(L, -1, "underrun_free");
  }
  lua_pop(L, 1);
}

void to_medium(lua_State *L, int arg, struct medium *m) {
  luaL_checktype(L, arg, LUA_TTABLE);
  memset(m, 0, sizeof *m);
  m->state = state_field(L, arg);
  if (lua_getfield(L, arg, "profile") == LUA_TSTRING)
    m->profile = profile_by_name(lua_tostring(L, -1));
  lua_pop(L, 1);
  m->erasable = flag(L, arg, "erasable");
  m->write_protected = flag(L, arg, "write_protected");
  if (lua_getfield(L, arg, "next_writable") != LUA_TNIL)
    m->has_nwa = true;
  lua_pop(L, 1);
  m->next_writable = (int32_t)integer_field(L, arg, "next_writable", INT32_MAX);
  m->free_blocks = (uint32_t)integer_field(L, arg, "free_blocks", INT32_MAX);
  m->capacity_blocks =
    (uint32_t)integer_field(L, arg, "capacity_blocks", INT32_MAX);
  m->sessions = (unsigned)integer_field(L, arg, "sessions", INT16_MAX);
  if (lua_getfield(L, arg, "media_id") == LUA_TSTRING)
    snprintf(m->media_id, sizeof m->media_id, "%s", lua_tostring(L, -1));
  lua_pop(L, 1);
  m->last_session = flag(L, arg, "session_open") ? 1 : 0;
  to_tracks(L, arg, m);
  to_formats(L, arg, &m->formats);
  to_ways(L, arg, m);
}

void push_hex(lua_State *L, const uint8_t *bytes, size_t len) {
  char text[2 * 64 + 1];
  for (size_t i = 0; i < len && i < 64; i++)
    snprintf(text + 2 * i, 3, "%02x", bytes[i]);
  lua_pushlstring(L, text, 2 * len);
}

void push_warnings(lua_State *L, const struct warnings *w) {
  lua_createtable(L, (int)w->count, 0);
  for (unsigned i = 0; i < w->count; i++) {
    lua_createtable(L, 0, 2);
    set_string(L, "code", w->list[i].code);
    set_string(L, "message", w->list[i].message);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
}
