/* audio.c: discrecorder.audio, a module of its own so that the rest does
   without libsndfile and libsamplerate. Used through discrecorder.source, which
   checks what the caller gave. */
#include "binding.h"

#include "../source/audio.h"

static lua_Integer read_integer(lua_State *L,
                                int arg,
                                const char *field,
                                lua_Integer least,
                                lua_Integer most) {
  lua_Integer value;
  lua_getfield(L, arg, field);
  value = luaL_checkinteger(L, -1);
  if (value < least || value > most)
    luaL_error(L, "audio: %s: out of range", field);
  lua_pop(L, 1);
  return value;
}

static void read_raw(lua_State *L, int arg, struct audio_raw *raw) {
  raw->is_raw = true;
  raw->big_endian = flag_field(L, arg, "big_endian");
  raw->rate = (int)read_integer(L, arg, "rate", 1, INT32_MAX);
  raw->channels = (int)read_integer(L, arg, "channels", 1, AUDIO_CHANNELS);
  raw->bits = (int)read_integer(L, arg, "bits", 16, 32);
  if (raw->bits % 8 != 0)
    luaL_error(L, "audio: bits: out of range");
}

/* new{path =, from =, length = (-1: to the end), dither =, raw =} */
static int audio_new(lua_State *L) {
  const lua_Integer most = INT64_MAX / (2 * AUDIO_FRAME);
  struct audio_options o = {0};
  struct source **slot;
  struct failure f;
  luaL_checktype(L, 1, LUA_TTABLE);
  lua_settop(L, 1);
  lua_getfield(L, 1, "path");
  o.path = check_text(L, 2);
  o.from = read_integer(L, 1, "from", 0, most);
  o.length = read_integer(L, 1, "length", -1, most);
  o.dither = flag_field(L, 1, "dither");
  if (lua_getfield(L, 1, "raw") == LUA_TTABLE)
    read_raw(L, 3, &o.raw);
  slot = new_source(L);
  *slot = source_audio(&o, &f);
  return *slot == NULL ? push_failure(L, &f) : 1;
}

static const luaL_Reg functions[] = {
  {"new", audio_new},
  {NULL, NULL},
};

__attribute__((visibility("default"))) int
luaopen_discrecorder_audio(lua_State *L);
int luaopen_discrecorder_audio(lua_State *L) {
  /* A burn's threads may read a source longer than this state lives. */
  pin_module((void *)(intptr_t)luaopen_discrecorder_audio);
  lua_getglobal(L, "require"); /* the type of what is made here */
  lua_pushliteral(L, "discrecorder.core");
  lua_call(L, 1, 0);
  luaL_newlib(L, functions);
  return 1;
}
