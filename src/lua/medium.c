/* medium.c: the medium as a table, and a table as a medium again, for plan. */
#include "fields.h"
#include "../burn/plan.h"
#include "recorder.h"

#include <stddef.h>
#include <stdio.h>
#include <string.h>

/* === what stands in both as it is === */

#define MEDIUM(name, kind)                                                     \
  { #name, kind, offsetof(struct medium, name) }
#define TRACK(name, kind)                                                      \
  { #name, kind, offsetof(struct medium_track, name) }
#define FORMAT(name, kind)                                                     \
  { #name, kind, offsetof(struct mmc_format, name) }

static const struct field medium_fields[] = {
  MEDIUM(capacity_blocks, BLOCKS),
  MEDIUM(erasable, FLAG),
  MEDIUM(free_blocks, BLOCKS),
  MEDIUM(readable_blocks, BLOCKS),
  MEDIUM(sessions, BLOCKS),
  MEDIUM(write_protected, FACT),
  {NULL, FLAG, 0},
};

/* What the drive can do with this disc: what plan needs to know. */
static const struct field write_fields[] = {
  MEDIUM(pseudo_overwrite, FACT),
  MEDIUM(stream, FACT),
  MEDIUM(underrun_free, FLAG),
  {"test", FLAG, offsetof(struct medium, test_write)},
  {NULL, FLAG, 0},
};

static const struct field track_fields[] = {
  TRACK(blocks, BLOCKS),
  TRACK(damaged, FACT),
  TRACK(incremental, FLAG),
  TRACK(number, NUMBER16),
  TRACK(open, FACT),
  TRACK(session, NUMBER16),
  TRACK(size, BLOCKS),
  TRACK(start, ADDRESS),
  {NULL, FLAG, 0},
};

/* As the drive offers them; what they are called is format.c's. */
static const struct field format_fields[] = {
  FORMAT(blocks, NUMBER32),
  FORMAT(parameter, NUMBER32),
  FORMAT(type, NUMBER8),
  {NULL, FLAG, 0},
};

/* === to Lua === */

static const char *track_state(const struct medium_track *t) {
  if (t->damaged)
    return "damaged";
  if (!t->open)
    return "complete";
  return t->reserved ? "reserved" : "open";
}

/* What sub-channel Q says of a track of a CD. */
static void push_control(lua_State *L, const struct medium_track *t) {
  uint8_t flags = t->control & (t->data ? CONTROL_COPY : ~CONTROL_DATA);
  bool scms = t->copied && !t->data;
  if (flags != 0 || scms) {
    lua_newtable(L);
    if (scms)
      set_boolean(L, "scms", true);
    if (flags & CONTROL_COPY)
      set_boolean(L, "copy", true);
    if (flags & CONTROL_PRE_EMPHASIS)
      set_boolean(L, "pre_emphasis", true);
    if (flags & CONTROL_FOUR_CHANNELS)
      set_boolean(L, "four_channels", true);
    lua_setfield(L, -2, "flags");
  }
  if (t->data && (t->data_mode == 1 || t->data_mode == 2))
    set_integer(L, "mode", t->data_mode);
}

static void push_track(lua_State *L, const struct medium_track *t, bool cd) {
  lua_createtable(L, 0, 12);
  push_fields(L, track_fields, t);
  set_string(L, "kind", t->data ? "data" : "audio");
  if (cd)
    push_control(L, t);
  set_string(L, "state", track_state(t));
  if (t->open) {
    set_integer(L, "next_writable", (lua_Integer)t->start + t->blocks);
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

void push_speeds(lua_State *L, const struct mmc_speeds *s) {
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

static void push_write(lua_State *L, const struct medium *m) {
  lua_createtable(L, 0, 8);
  for (size_t i = 0; i < sizeof way_names / sizeof *way_names; i++)
    if (m->ways & way_names[i].way)
      set_boolean(L, way_names[i].name, true);
  push_fields(L, write_fields, m);
}

static void push_formats(lua_State *L, const struct mmc_formats *formats) {
  lua_createtable(L, (int)formats->count, 0);
  for (unsigned i = 0; i < formats->count; i++) {
    lua_createtable(L, 0, 3);
    push_fields(L, format_fields, &formats->list[i]);
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
  if (m->has_book)
    push_book(L, m->book);
  if (m->formats.current != MMC_CAPACITY_UNKNOWN)
    push_formatted(L, &m->formats);
  if (profile_is(m->profile, TRAIT_BACKGROUND))
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
  push_fields(L, medium_fields, m);
  if (m->has_nwa)
    set_integer(L, "next_writable", m->next_writable);
  set_boolean(L, "session_open", m->last_session == 1);
  lua_createtable(L, (int)m->track_count, 0);
  for (unsigned i = 0; i < m->track_count; i++) {
    push_track(L, &m->tracks[i], profile_is_cd(m->profile));
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, "tracks");
  if (m->media_id[0] != '\0')
    set_string(L, "media_id", m->media_id);
  push_details(L, m);
  push_speeds(L, &m->speeds);
  lua_setfield(L, -2, "speeds");
  push_write(L, m);
  lua_setfield(L, -2, "write");
  if (m->formats.count > 0)
    push_formats(L, &m->formats);
}

/* === from Lua === */

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

static void to_tracks(lua_State *L, int arg, struct medium *m) {
  unsigned count = list_field(L, arg, "tracks", MEDIUM_TRACKS_MAX);
  for (unsigned i = 0; i < count; i++) {
    lua_rawgeti(L, -1, (lua_Integer)i + 1);
    check_table(L, "medium", "a track");
    to_fields(L, -1, "medium", track_fields, &m->tracks[i]);
    lua_pop(L, 1);
  }
  m->track_count = count;
  lua_pop(L, 1);
}

static void to_formats(lua_State *L, int arg, struct mmc_formats *formats) {
  unsigned count = list_field(L, arg, "formats", MMC_FORMATS_MAX);
  for (unsigned i = 0; i < count; i++) {
    lua_rawgeti(L, -1, (lua_Integer)i + 1);
    check_table(L, "medium", "a format");
    to_fields(L, -1, "medium", format_fields, &formats->list[i]);
    lua_pop(L, 1);
  }
  formats->count = count;
  lua_pop(L, 1);
}

static void to_ways(lua_State *L, int arg, struct medium *m) {
  if (lua_getfield(L, arg, "write") == LUA_TTABLE) {
    for (size_t i = 0; i < sizeof way_names / sizeof *way_names; i++)
      if (flag_field(L, -1, way_names[i].name))
        m->ways |= way_names[i].way;
    to_fields(L, -1, "medium", write_fields, m);
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
  to_fields(L, arg, "medium", medium_fields, m);
  if (lua_getfield(L, arg, "next_writable") != LUA_TNIL)
    m->has_nwa = true;
  lua_pop(L, 1);
  m->next_writable = (int32_t)integer_field(
    L, arg, "medium", "next_writable", -150, INT32_MAX, 0);
  if (lua_getfield(L, arg, "media_id") == LUA_TSTRING)
    snprintf(m->media_id, sizeof m->media_id, "%s", lua_tostring(L, -1));
  lua_pop(L, 1);
  m->last_session = flag_field(L, arg, "session_open") ? 1 : 0;
  to_tracks(L, arg, m);
  to_formats(L, arg, &m->formats);
  to_ways(L, arg, m);
}
