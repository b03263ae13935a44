/* burn_report.c: the report of a burn becomes a table. */
#include "burn.h"

void push_warnings(lua_State *L, const struct warnings *w) {
  lua_createtable(L, (int)w->count, 0);
  for (unsigned i = 0; i < w->count; i++)
    push_warning(L, i + 1, w->list[i].code, w->list[i].message);
}

/* The SHA-256 is of what was read from the source: a track that the drive did
   not take whole has other bytes. */
static void push_written(lua_State *L, const struct burn *b) {
  const struct burn_report *r = &b->report;
  lua_createtable(L, (int)r->track_count, 0);
  for (unsigned i = 0; i < r->track_count; i++) {
    const struct burn_written *w = &r->tracks[i];
    lua_createtable(L, 0, 5);
    set_integer(L, "start", w->start);
    set_integer(L, "blocks", w->blocks);
    set_integer(L, "padding", w->padding);
    if (b->spec.tracks[i].audio || b->spec.tracks[i].mode_2)
      set_string(L, "kind", b->spec.tracks[i].audio ? "audio" : "data2");
    if (b->spec.tracks[i].sectors)
      set_boolean(L, "sectors", true);
    if (w->pregap > 0)
      set_integer(L, "pregap", w->pregap);
    if (w->pregap_hashed) {
      push_hex(L, w->pregap_sha256, DIGEST_SIZE);
      lua_setfield(L, -2, "pregap_sha256");
    }
    if (w->hashed && w->blocks == b->plan.tracks[i].blocks) {
      set_integer(L, "bytes", (lua_Integer)w->bytes);
      push_hex(L, w->sha256, DIGEST_SIZE);
      lua_setfield(L, -2, "sha256");
    }
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, "tracks");
}

static void push_read_track(lua_State *L, const struct burn_readback *rb) {
  lua_createtable(L, 0, 6);
  set_integer(L, "blocks", rb->blocks);
  if (rb->audio) {
    set_integer(L, "offset", rb->offset);
    set_integer(L, "unread", rb->unread);
  }
  if (rb->pregap_hashed) {
    push_hex(L, rb->pregap_sha256, DIGEST_SIZE);
    lua_setfield(L, -2, "pregap_sha256");
  }
  if (rb->hashed) {
    push_hex(L, rb->sha256, DIGEST_SIZE);
    lua_setfield(L, -2, "sha256");
  }
  if (rb->first_bad >= 0) {
    set_integer(L, "first_bad", rb->first_bad);
    set_integer(L, "bad_range", rb->bad_range);
  }
  if (rb->name[0] != '\0') {
    set_string(L, "file", rb->name);
  }
}

static void push_readback(lua_State *L, const struct burn_report *r) {
  if (r->method == NULL || r->read_count == 0)
    return;
  lua_createtable(L, 0, 3);
  lua_createtable(L, (int)r->read_count, 0);
  for (unsigned i = 0; i < r->read_count; i++) {
    push_read_track(L, &r->readback[i]);
    lua_rawseti(L, -2, (lua_Integer)i + 1);
  }
  lua_setfield(L, -2, "tracks");
  set_string(L, "method", r->method);
  set_number(L, "seconds", r->seconds[PHASE_READ]);
  lua_setfield(L, -2, "readback");
}

static void push_recorder(lua_State *L, const struct recorder *r) {
  lua_createtable(L, 0, 6);
  set_string(L, "address", r->id.address);
  set_string(L, "vendor", r->id.vendor);
  set_string(L, "product", r->id.product);
  set_string(L, "revision", r->id.revision);
  set_string(L, "serial", r->id.serial);
  set_string(L, "guid", r->id.guid);
  lua_setfield(L, -2, "recorder");
}

static void push_long_hex(lua_State *L, const uint8_t *bytes, size_t len) {
  static const char digits[] = "0123456789abcdef";
  luaL_Buffer b;
  char *out = luaL_buffinitsize(L, &b, 2 * len);
  for (size_t i = 0; i < len; i++) {
    out[2 * i] = digits[bytes[i] >> 4];
    out[2 * i + 1] = digits[bytes[i] & 15];
  }
  luaL_pushresultsize(&b, 2 * len);
}

/* The first sound of all: another drive's offset is found by it. */
static void push_sample(lua_State *L, const struct burn *b) {
  for (unsigned i = 0; i < b->report.track_count; i++) {
    const struct imprint *im = b->marks[i].imprint;
    if (im == NULL || !im->first.on || !b->report.tracks[i].hashed)
      continue;
    lua_createtable(L, 0, 3);
    set_integer(L, "track", (lua_Integer)i + 1);
    set_integer(L, "frame", im->first.frame);
    push_long_hex(L, im->first.bytes, im->first.len);
    lua_setfield(L, -2, "data");
    lua_setfield(L, -2, "sample");
    return;
  }
}

static void push_report(lua_State *L, struct job *j) {
  const struct burn *b = (const struct burn *)j;
  const struct burn_report *r = &b->report;
  lua_createtable(L, 0, 12);
  set_boolean(L, "ok", b->job.ok);
  set_boolean(L, "verified", r->verified);
  set_boolean(L, "simulated", b->spec.simulate);
  set_string(L, "mode", r->mode); /* NULL pushes nil */
  push_written(L, b);
  push_readback(L, r);
  push_sample(L, b);
  if (r->has_medium) {
    push_medium(L, &r->medium);
    lua_setfield(L, -2, "medium");
  }
  push_recorder(L, b->job.recorder);
  lua_createtable(L, 0, PHASE_COUNT);
  for (int i = 0; i < PHASE_COUNT; i++) {
    set_number(L, burn_phase_names[i], r->seconds[i]);
  }
  lua_setfield(L, -2, "seconds");
  push_warnings(L, &r->warnings);
  lua_setfield(L, -2, "warnings");
}

int push_burn(lua_State *L, struct job *j) {
  return push_reported(L, j, push_report);
}

void push_burn_result(lua_State *L, struct burn *b, const struct failure *f) {
  int at, n;
  lua_createtable(L, 0, 3);
  at = lua_gettop(L);
  n = b != NULL ? push_burn(L, &b->job) : push_failure(L, f);
  if (n == 1) {
    lua_setfield(L, at, "report");
  } else {
    lua_setfield(L, at, "code");
    lua_setfield(L, at, "failure");
    lua_pop(L, 1);
  }
  set_boolean(L, "ok", n == 1);
}
