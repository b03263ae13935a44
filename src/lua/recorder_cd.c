/***
Methods for what CDs have besides their sectors.
@submodule Recorder
*/
/* recorder_cd.c: sub-channel Q, MCN and ISRC, CD-TEXT. */
#include "../mmc/subchannel.h"
#include "../burn/plan.h"
#include "recorder.h"

#define Q_MOST 4096 /* blocks: as many tables */
#define ISRC_LETTERS 5
#define CD_TEXT_MOST (TEXT_PACKS_MAX * TEXT_PACK)

static void push_q(lua_State *L, const struct mmc_q *q) {
  if (q->adr == MMC_ADR_NONE) {
    lua_pushboolean(L, 0);
    return;
  }
  lua_createtable(L, 0, 6);
  set_integer(L, "control", q->control);
  if (q->adr == MMC_ADR_MCN) {
    set_string(L, "mcn", q->code);
  } else if (q->adr == MMC_ADR_ISRC) {
    set_string(L, "isrc", q->code);
  } else {
    set_integer(L, "track", q->track);
    set_integer(L, "index", q->index);
    set_integer(L, "relative", q->relative);
    set_integer(L, "absolute", q->absolute);
  }
}

static bool read_q(struct recorder *r,
                   int32_t lba,
                   unsigned count,
                   struct mmc_q *out,
                   struct failure *f) {
  for (unsigned done = 0, n; done < count; done += n) {
    n = count - done < MMC_Q_AT_ONCE ? count - done : MMC_Q_AT_ONCE;
    if (!mmc_read_q(recorder_link(r), lba + (int32_t)done, n, out + done, f))
      return false;
  }
  return true;
}

/***
Read sub-channel Q of blocks of a CD (READ CD).
@function recorder:read_q
@int lba the first one
@int count how many: 1 to 4096
@treturn[1] {table,...} one of each block: `control`, and `track` (170:
lead-out), `index` (0: pregap), `relative` (blocks), `absolute` (LBA, which may
be off by one or two from where it was asked for); or `mcn`; or `isrc`. False of
a block whose Q makes no sense
@return[2] nil
@treturn[2] table failure, with `lba`
@treturn[2] string code: generic (cannot be read), medium_invalid_type (no CD),
...
*/
static int recorder_read_q(lua_State *L) {
  struct recorder *r = check_recorder(L, 1);
  lua_Integer lba = luaL_checkinteger(L, 2), count = luaL_checkinteger(L, 3);
  struct failure f;
  struct mmc_q *q;
  bool took, ok;
  luaL_argcheck(L, lba >= -150 && lba <= MEDIUM_ADDRESS_MAX, 2, "out of range");
  luaL_argcheck(L, count >= 1 && count <= Q_MOST, 3, "out of range");
  q = lua_newuserdatauv(L, (size_t)count * sizeof *q, 0);
  if (!recorder_begin(r, &took, &f))
    return push_failure(L, &f);
  ok = read_q(r, (int32_t)lba, (unsigned)count, q, &f);
  recorder_end(r, took);
  if (!ok)
    return push_failure(L, &f);
  lua_createtable(L, (int)count, 0);
  for (lua_Integer i = 0; i < count; i++) {
    push_q(L, &q[i]);
    lua_rawseti(L, -2, i + 1);
  }
  return 1;
}

/* As a code is: of an ISRC country and registrant may have letters. What is
   none, or zeros, as many drives tell where there is none, does not count. */
static bool is_code(const char *code, unsigned letters) {
  bool zeros = true;
  for (unsigned i = 0; code[i] != '\0'; i++) {
    bool digit = code[i] >= '0' && code[i] <= '9';
    if (!digit && (i >= letters || code[i] < 'A' || code[i] > 'Z'))
      return false;
    zeros = zeros && code[i] == '0';
  }
  return !zeros;
}

static int read_code(lua_State *L, struct recorder *r, unsigned track) {
  char code[MMC_MCN_LENGTH + 1];
  struct failure f;
  bool took, ok;
  if (!recorder_begin(r, &took, &f))
    return push_failure(L, &f);
  ok = mmc_code(recorder_link(r), track, code, &f);
  recorder_end(r, took);
  if (!ok)
    return push_failure(L, &f);
  if (is_code(code, track > 0 ? ISRC_LETTERS : 0))
    lua_pushstring(L, code);
  else
    lua_pushboolean(L, 0);
  return 1;
}

/***
The media catalogue number of a CD (READ SUB-CHANNEL).
@function recorder:mcn
@treturn[1] string|boolean 13 digits; false: it has none
@return[2] nil
@treturn[2] table failure
@treturn[2] string code
*/
static int recorder_mcn(lua_State *L) {
  return read_code(L, check_recorder(L, 1), 0);
}

/***
The ISRC of a track of audio (READ SUB-CHANNEL).
@function recorder:isrc
@int track its number
@treturn[1] string|boolean 12 characters; false: it has none
@return[2] nil
@treturn[2] table failure
@treturn[2] string code: unsupported (no such track, to most drives), ...
*/
static int recorder_isrc(lua_State *L) {
  struct recorder *r = check_recorder(L, 1);
  lua_Integer track = luaL_checkinteger(L, 2);
  luaL_argcheck(
    L, track >= 1 && track <= MEDIUM_CD_TRACKS_MAX, 2, "tracks are 1 to 99");
  return read_code(L, r, (unsigned)track);
}

/* A drive or a disc without says that it has no such TOC. */
static bool
read_text(struct recorder *r, uint8_t *room, size_t *len, struct failure *f) {
  return mmc_cd_text(recorder_link(r), room, CD_TEXT_MOST, len, f) ||
         (f->has_sense && f->key == KEY_ILLEGAL_REQUEST);
}

/***
The CD-TEXT of a CD, as packs of 18 bytes for @{discrecorder.cdtext.decode}
(READ TOC/PMA/ATIP, format 5).
@function recorder:cd_text
@treturn[1] string|boolean false: it has none, or the drive reads none
@return[2] nil
@treturn[2] table failure
@treturn[2] string code
*/
static int recorder_cd_text(lua_State *L) {
  struct recorder *r = check_recorder(L, 1);
  struct failure f;
  luaL_Buffer b;
  bool took, ok;
  size_t len;
  uint8_t *room = (uint8_t *)luaL_buffinitsize(L, &b, CD_TEXT_MOST);
  if (!recorder_begin(r, &took, &f))
    return push_failure(L, &f);
  ok = read_text(r, room, &len, &f);
  recorder_end(r, took);
  if (!ok)
    return push_failure(L, &f);
  len -= len % TEXT_PACK;
  if (len == 0)
    lua_pushboolean(L, 0);
  else
    luaL_pushresultsize(&b, len);
  return 1;
}

const luaL_Reg recorder_cd_methods[] = {
  {"cd_text", recorder_cd_text},
  {"isrc", recorder_isrc},
  {"mcn", recorder_mcn},
  {"read_q", recorder_read_q},
  {NULL, NULL},
};
