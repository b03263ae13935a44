/***
Methods that carry packets.
@submodule Recorder
*/
/* recorder_packets.c: reading, and commands of the script's own. */
#include "../transport/opcodes.h"
#include "recorder.h"

#include <string.h>

#define READ_MOST 16384    /* blocks: 32 MiB in one string */
#define READ_AT_ONCE 65536 /* bytes in one packet */
#define COMMAND_MOST (16 * 1024 * 1024)

/* === reading === */

enum kind { KIND_DATA, KIND_RAW, KIND_AUDIO };

static size_t block_size(enum kind kind) {
  return kind == KIND_DATA ? MMC_BLOCK : MMC_RAW_BLOCK;
}

static bool read_piece(struct recorder *r,
                       int32_t lba,
                       unsigned count,
                       enum kind kind,
                       uint8_t *out,
                       struct failure *f) {
  struct transport *link = recorder_link(r);
  switch (kind) {
    case KIND_RAW:
      return mmc_read_raw(link, lba, count, out, f);
    case KIND_AUDIO:
      return mmc_read_audio(link, lba, count, out, f);
    case KIND_DATA:
      break;
  }
  return mmc_read(link, lba, count, out, false, f);
}

/* Drives need not say which block of a piece they cannot read: ask for each. */
static bool read_singly(struct recorder *r,
                        int32_t lba,
                        unsigned count,
                        enum kind kind,
                        uint8_t *out,
                        struct failure *f) {
  for (unsigned i = 0; i < count; i++)
    if (!read_piece(
          r, lba + (int32_t)i, 1, kind, out + i * block_size(kind), f))
      return false;
  return true;
}

static bool read_blocks(struct recorder *r,
                        int32_t lba,
                        unsigned count,
                        enum kind kind,
                        uint8_t *out,
                        struct failure *f) {
  unsigned most = (unsigned)(READ_AT_ONCE / block_size(kind));
  while (count > 0) {
    unsigned n = count < most ? count : most;
    if (!read_piece(r, lba, n, kind, out, f) &&
        (!f->has_sense || n == 1 || !read_singly(r, lba, n, kind, out, f)))
      return false;
    lba += (int32_t)n;
    out += n * block_size(kind);
    count -= n;
  }
  return true;
}

static enum kind to_kind(lua_State *L, int arg) {
  static const char *const names[] = {"audio", NULL};
  if (lua_isnoneornil(L, arg))
    return KIND_DATA;
  if (lua_isboolean(L, arg))
    return lua_toboolean(L, arg) ? KIND_RAW : KIND_DATA;
  luaL_checkoption(L, arg, NULL, names);
  return KIND_AUDIO;
}

/***
Read blocks.
@function recorder:read
@int lba the first one
@int count how many: 1 to 16384
@param[opt] kind none: 2048 bytes of user data each (READ(10)); `"audio"`: 2352
bytes of samples, 16 bits, left and right, little endian; true: whole CD
sectors, 2352 bytes of either (READ CD)
@treturn[1] string
@return[2] nil
@treturn[2] table failure, with `lba`
@treturn[2] string code: generic (cannot be read; so are run-out and tracks of
another kind, 5/64/00), medium_not_present, ...
*/
static int recorder_read(lua_State *L) {
  struct recorder *r = check_recorder(L, 1);
  lua_Integer lba = luaL_checkinteger(L, 2);
  lua_Integer count = luaL_checkinteger(L, 3);
  enum kind kind = to_kind(L, 4);
  bool took, ok;
  luaL_Buffer b;
  size_t size;
  uint8_t *room;
  struct failure f;
  luaL_argcheck(L, lba >= INT32_MIN && lba <= INT32_MAX, 2, "out of range");
  luaL_argcheck(L,
                count >= 1 && count <= READ_MOST &&
                  lba + count - 1 <= INT32_MAX,
                3,
                "out of range");
  size = (size_t)count * block_size(kind);
  room = (uint8_t *)luaL_buffinitsize(L, &b, size);
  if (!recorder_begin(r, &took, &f))
    return push_failure(L, &f);
  ok = read_blocks(r, (int32_t)lba, (unsigned)count, kind, room, &f);
  recorder_end(r, took);
  if (!ok)
    return push_failure(L, &f);
  luaL_pushresultsize(&b, size);
  return 1;
}

/* === raw commands === */

static const char *const directions[] = {"none", "in", "out", NULL};

struct raw {
  struct packet packet;
  luaL_Buffer reply;
};

static void raw_arguments(lua_State *L, struct raw *raw) {
  size_t len;
  const char *cdb = luaL_checklstring(L, 2, &len);
  lua_Number seconds = luaL_optnumber(L, 5, 60);
  luaL_argcheck(L, len >= 6 && len <= PACKET_CDB_MAX, 2, "6 to 16 bytes");
  luaL_argcheck(L, seconds > 0 && seconds <= 86400, 5, "out of range");
  memset(&raw->packet, 0, sizeof raw->packet);
  memcpy(raw->packet.cdb, cdb, len);
  raw->packet.cdb_len = (uint8_t)len;
  raw->packet.timeout_ms = (uint32_t)(seconds * 1000);
  raw->packet.dir = (enum packet_dir)luaL_checkoption(L, 3, "none", directions);
  if (raw->packet.dir == PACKET_OUT) {
    luaL_checktype(L, 4, LUA_TSTRING);
    raw->packet.out = (const uint8_t *)lua_tolstring(L, 4, &len);
    raw->packet.len = len;
  } else if (raw->packet.dir == PACKET_IN) {
    lua_Integer room = luaL_checkinteger(L, 4);
    luaL_argcheck(L, room >= 0 && room <= COMMAND_MOST, 4, "out of range");
    raw->packet.len = (size_t)room;
  }
}

/***
Send a command block of your own (MMC pass-through). One packet, no retries.
Commands that only ask or read need nothing; all others need open_exclusive.
@function recorder:command
@string cdb 6 to 16 bytes
@string[opt="none"] direction "none", "in", "out"
@param data for "in" the number of bytes expected, for "out" a string
@number[opt=60] seconds to wait for the answer
@treturn[1] string|boolean what the drive sent ("in"), else true
@return[2] nil
@treturn[2] table failure, with `sense`
@treturn[2] string code
*/
static int recorder_command(lua_State *L) {
  struct recorder *r = check_recorder(L, 1);
  struct raw raw;
  struct failure f;
  struct packet *p = &raw.packet;
  bool allowed;
  raw_arguments(L, &raw);
  allowed = opcode_only_reads(p->cdb[0])
              ? recorder_free_to_use(r, &f)
              : recorder_check_opened(r, "command", &f);
  if (!allowed)
    return push_failure(L, &f);
  if (p->dir == PACKET_IN) {
    p->in = (uint8_t *)luaL_buffinitsize(L, &raw.reply, p->len);
    memset(p->in, 0, p->len);
  }
  transport_run(r->t, p);
  if (p->status != PACKET_GOOD) {
    mmc_fail(p, &f);
    return push_failure(L, &f);
  }
  if (p->dir != PACKET_IN) {
    lua_pushboolean(L, 1);
    return 1;
  }
  luaL_pushresultsize(&raw.reply, p->moved < p->len ? p->moved : p->len);
  return 1;
}

const luaL_Reg recorder_packets_methods[] = {
  {"command", recorder_command},
  {"read", recorder_read},
  {NULL, NULL},
};
