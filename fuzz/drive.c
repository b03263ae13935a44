/* drive.c: a drive that says anything. The first byte of an input chooses what
   is asked; the others are answers:

       how, length (2), bytes   good, or a sense
       how, key, asc, ascq      a sense of these

   When they are used up the drive is ready and knows no command. What is found
   out of a medium is told to Lua, as `medium()` does, and taken back from it,
   as `plan` does. */
#include "input.h"

#include "../src/burn/plan.h"
#include "../src/lua/recorder.h"
#include "../src/mmc/subchannel.h"
#include "../src/mode_2.h"
#include "../src/recorder/media_query.h"
#include "../src/recorder/medium.h"

#define AGAIN 0x80       /* of the first byte: the answers come round again */
#define PACKETS_MOST 400 /* so many of them */
#define LATE 0x40
#define FULL 0x20 /* its bytes again and again, until as many as were wanted */
#define HOW 0x0F
#define BLOCKS 8

enum how { CHECK_RAW = 10, CHECK, BUSY, GONE, LOST, DENIED };

struct drive {
  struct transport base;
  struct clock clock;
  uint64_t now;
  struct input answers, all;
  unsigned packets;
};

/* {=== The drive */

static struct drive *drive_of_clock(struct clock *c) {
  return (struct drive *)((char *)c - offsetof(struct drive, clock));
}

static uint64_t now(struct clock *c) {
  return drive_of_clock(c)->now;
}

static void pass(struct clock *c, uint64_t ns) {
  drive_of_clock(c)->now += ns;
}

static void refuse(struct packet *p, uint8_t key, uint8_t asc, uint8_t ascq) {
  const uint8_t sense[18] = {0x70, 0, key, [7] = 10, [12] = asc, [13] = ascq};
  p->status = PACKET_CHECK;
  memcpy(p->sense, sense, sizeof sense);
  p->sense_len = sizeof sense;
}

static void
reply(struct packet *p, struct input *answers, size_t length, bool full) {
  const uint8_t *from = answers->at;
  size_t piece;
  if (length > answers->left)
    length = answers->left;
  answers->at += length;
  answers->left -= length;
  piece = length;
  if (length > p->len || (full && length > 0))
    length = p->len;
  if (p->dir == PACKET_IN)
    for (size_t at = 0; at < length; at += piece)
      memcpy(p->in + at, from, piece < length - at ? piece : length - at);
  p->moved = p->dir == PACKET_OUT ? p->len : p->dir == PACKET_IN ? length : 0;
}

static void
answer(struct packet *p, struct input *answers, unsigned how, bool full) {
  static const enum packet_status statuses[] = {
    [CHECK_RAW] = PACKET_CHECK,
    [CHECK] = PACKET_CHECK,
    [BUSY] = PACKET_BUSY,
    [GONE] = PACKET_GONE,
    [LOST] = PACKET_LOST,
    [DENIED] = PACKET_DENIED,
  };
  size_t length;
  if (how < CHECK_RAW) {
    reply(p, answers, take_16(answers), full);
  } else if (how == CHECK_RAW) {
    p->status = PACKET_CHECK;
    length = take_16(answers);
    p->sense_len = (uint8_t)take_bytes(
      answers, p->sense, length < PACKET_SENSE_MAX ? length : PACKET_SENSE_MAX);
  } else if (how == CHECK) {
    uint8_t sense[3] = {0};
    take_bytes(answers, sense, sizeof sense);
    refuse(p, sense[0], sense[1], sense[2]);
  } else {
    p->status = statuses[how];
  }
}

static void run(struct transport *t, struct packet *p) {
  struct drive *d = (struct drive *)t;
  unsigned how;
  must(p->cdb_len >= 6 && p->cdb_len <= PACKET_CDB_MAX);
  must(p->dir == PACKET_NONE || p->len > 0);
  must(p->timeout_ms > 0);
  p->status = PACKET_GOOD;
  d->now += CLOCK_MS;
  if (d->answers.left == 0 && d->packets++ < PACKETS_MOST)
    d->answers = d->all;
  if (d->answers.left == 0) {
    if (p->cdb[0] != OP_TEST_UNIT_READY)
      refuse(p, KEY_ILLEGAL_REQUEST, 0x20, 0x00);
    return;
  }
  how = take_byte(&d->answers);
  if (how & LATE)
    d->now += p->timeout_ms * CLOCK_MS;
  answer(p, &d->answers, how & HOW, (how & FULL) != 0);
}

static bool acquire(struct transport *t, struct failure *f) {
  (void)t;
  (void)f;
  return true;
}

static void nothing(struct transport *t) {
  (void)t;
}

static void drive_init(struct drive *d, struct input in, bool again) {
  static const struct clock_ops clock_ops = {now, pass};
  static const struct transport_ops ops = {
    .name = "fuzz",
    .run = run,
    .acquire = acquire,
    .release = nothing,
    .close = nothing,
  };
  memset(d, 0, sizeof *d);
  d->base.ops = &ops;
  d->base.clock = &d->clock;
  d->clock.ops = &clock_ops;
  d->answers = in;
  if (again)
    d->all = in;
}

/* ===} */

/* {=== What is asked of it */

static struct recorder recorder;
static lua_State *L;

static bool is_text(const char *text, size_t size) {
  const char *end = memchr(text, '\0', size);
  for (; end != NULL && text < end; text++)
    if (*text < ' ' || *text > '~')
      return false;
  return end != NULL;
}

/* All numbers of a table, and those of the tables in it, are ones that the
   world has; all texts are printable. */
static void check_values(lua_State *state) {
  luaL_checkstack(state, 4, NULL);
  for (lua_pushnil(state); lua_next(state, -2); lua_pop(state, 1)) {
    if (lua_istable(state, -1)) {
      check_values(state);
    } else if (lua_type(state, -1) == LUA_TNUMBER) {
      must(lua_isinteger(state, -1) && lua_tointeger(state, -1) >= -150 &&
           lua_tointeger(state, -1) <= UINT32_MAX);
    } else if (lua_type(state, -1) == LUA_TSTRING) {
      size_t len;
      const char *text = lua_tolstring(state, -1, &len);
      must(is_text(text, len + 1));
    }
  }
}

/* An address in a table on top of the stack, which it may lack. */
static void check_address(lua_State *state, const char *name) {
  lua_getfield(state, -1, name);
  must(lua_isnil(state, -1) || (lua_tointeger(state, -1) >= -150 &&
                                lua_tointeger(state, -1) < MEDIUM_ADDRESS_MAX));
  lua_pop(state, 1);
}

static int tell(lua_State *state) {
  static struct medium back;
  const struct medium *m = lua_touserdata(state, 1);
  push_medium(state, m);
  check_values(state);
  check_address(state, "next_writable");
  if (lua_getfield(state, -1, "tracks") == LUA_TTABLE)
    for (lua_Integer i = 1; lua_rawgeti(state, -1, i) == LUA_TTABLE; i++) {
      check_address(state, "start");
      check_address(state, "next_writable");
      check_address(state, "last_recorded");
      lua_pop(state, 1);
    }
  lua_settop(state, 2);
  to_medium(state, 2, &back);
  must(back.state == m->state && back.track_count == m->track_count);
  must(back.next_writable == m->next_writable);
  must(back.free_blocks == m->free_blocks);
  return 0;
}

static void check_told(const struct medium *m) {
  lua_pushcfunction(L, tell);
  lua_pushlightuserdata(L, (void *)(uintptr_t)m);
  if (lua_pcall(L, 1, 0, 0) != LUA_OK) {
    fprintf(stderr, "fuzz: it cannot be told: %s\n", lua_tostring(L, -1));
    abort();
  }
}

/* What is free is a part of the whole. */
static void check_room(const struct medium *m) {
  int64_t from = m->next_writable > 0 ? m->next_writable : 0;
  must(m->capacity_blocks <= MEDIUM_ADDRESS_MAX);
  must(m->free_blocks <= m->capacity_blocks);
  must(m->has_nwa || m->free_blocks == 0);
  must(m->state == MEDIUM_OVERWRITABLE ||
       from + m->free_blocks <= m->capacity_blocks);
}

static void check_medium(const struct medium *m) {
  struct media_type type;
  struct media_info info;
  struct failure f;
  must(m->state <= MEDIUM_UNSUPPORTED);
  must(m->track_count <= MEDIUM_TRACKS_MAX);
  must(is_text(m->media_id, sizeof m->media_id));
  for (unsigned i = 0; i < m->track_count; i++) {
    const struct medium_track *t = &m->tracks[i];
    must(t->start >= -150 && t->start < MEDIUM_ADDRESS_MAX);
    must(t->size <= MEDIUM_ADDRESS_MAX && t->blocks <= MEDIUM_ADDRESS_MAX);
    must(!t->open || t->free_blocks <= MEDIUM_ADDRESS_MAX);
  }
  must(!m->has_nwa ||
       (m->next_writable >= -150 && m->next_writable < MEDIUM_ADDRESS_MAX));
  must(m->readable_blocks <= MEDIUM_ADDRESS_MAX);
  must(m->formats.count <= MMC_FORMATS_MAX);
  must(m->speeds.count <= 32);
  media_type_of(m, &type);
  media_info_of(m, &info, &f);
  medium_mark(m);
  check_room(m);
  check_told(m);
}

static bool medium(struct transport *t, struct failure *f) {
  static struct medium found;
  (void)t;
  if (!recorder_identify(&recorder, f))
    return false;
  must(is_text(recorder.id.vendor, sizeof recorder.id.vendor));
  must(is_text(recorder.id.serial, sizeof recorder.id.serial));
  must(strlen(recorder.id.guid) == 36);
  if (!medium_read(&recorder, &found, f))
    return false;
  check_medium(&found);
  return true;
}

static bool inquiry(struct transport *t, struct failure *f) {
  struct mmc_inquiry found;
  return mmc_inquiry(t, &found, f);
}

static bool serial_page(struct transport *t, struct failure *f) {
  char serial[65];
  bool ok = mmc_serial_page(t, serial, sizeof serial, f);
  must(is_text(serial, sizeof serial));
  return ok;
}

static bool configuration(struct transport *t, struct failure *f) {
  struct mmc_configuration found;
  return mmc_configuration(t, &found, f);
}

static bool progress(struct transport *t, struct failure *f) {
  int32_t found;
  if (!mmc_progress(t, &found, f))
    return false;
  must(found >= -1 && found <= 65535);
  return true;
}

static bool disc_and_tracks(struct transport *t, struct failure *f) {
  struct mmc_disc disc;
  struct mmc_track track;
  return mmc_disc_information(t, &disc, f) &&
         mmc_track_information(t, disc.last_session_last, &track, f);
}

static bool capacity(struct transport *t, struct failure *f) {
  int64_t last;
  return mmc_capacity(t, &last, f);
}

static bool atip(struct transport *t, struct failure *f) {
  struct mmc_atip found;
  if (!mmc_atip(t, &found, f))
    return false;
  mmc_lead_in(&found);
  return true;
}

static bool cd_text(struct transport *t, struct failure *f) {
  static uint8_t packs[TEXT_PACKS_MAX * TEXT_PACK];
  size_t len;
  if (!mmc_cd_text(t, packs, sizeof packs, &len, f))
    return false;
  must(len <= sizeof packs);
  return true;
}

static bool code(struct transport *t, struct failure *f) {
  char found[14];
  if (!mmc_code(t, 0, found, f) || !mmc_code(t, 1, found, f))
    return false;
  must(memchr(found, '\0', sizeof found) != NULL);
  return true;
}

static bool formats(struct transport *t, struct failure *f) {
  struct mmc_formats found;
  if (!mmc_formats(t, &found, f))
    return false;
  must(found.count <= MMC_FORMATS_MAX);
  return true;
}

static bool structure(struct transport *t, struct failure *f) {
  uint8_t found[100];
  return mmc_disc_structure(t, false, 0, found, sizeof found, f) <=
         sizeof found;
}

static bool speeds(struct transport *t, struct failure *f) {
  struct mmc_speeds found;
  struct mmc_capabilities capabilities;
  if (mmc_speeds(t, &found, f)) {
    must(found.count <= 32);
    for (unsigned i = 1; i < found.count; i++)
      must(found.write[i] < found.write[i - 1]);
  }
  if (!mmc_capabilities(t, &capabilities, f))
    return false;
  must(capabilities.speed_count <= 32);
  return true;
}

static bool write_page(struct transport *t, struct failure *f) {
  return mmc_repeat_write_page(t, f) && mmc_set_streaming(t, 1, 2, 3, f);
}

static bool q(struct transport *t, struct failure *f) {
  static struct mmc_q found[MMC_Q_AT_ONCE];
  if (!mmc_read_q(t, 0, MMC_Q_AT_ONCE, found, f))
    return false;
  for (unsigned i = 0; i < MMC_Q_AT_ONCE; i++)
    must(is_text(found[i].code, sizeof found[i].code));
  return true;
}

static uint8_t sectors[BLOCKS * MMC_RAW_BLOCK];

static bool raw(struct transport *t, struct failure *f) {
  return mmc_read_raw(t, 0, BLOCKS, sectors, f);
}

/* Of a sector counts what is behind its header, and not behind its data. */
static bool mode_2(struct transport *t, struct failure *f) {
  if (!mmc_read_mode_2(t, 0, BLOCKS, sectors, f))
    return false;
  for (unsigned i = 0; i < sizeof sectors; i++) {
    unsigned at = i % MODE_2_SECTOR;
    must(sectors[i] == 0 ||
         (at >= MODE_2_SUBHEADER && at < MODE_2_FORM_2_END));
  }
  return true;
}

static bool blocks(struct transport *t, struct failure *f) {
  return mmc_read(t, 0, BLOCKS, sectors, false, f) &&
         mmc_read_audio(t, 0, BLOCKS, sectors, f) &&
         mmc_write(t, 0, BLOCKS, sectors, MMC_BLOCK, f) &&
         mmc_synchronize(t, true, f) && mmc_close(t, MMC_CLOSE_TRACK, 1, f);
}

static bool (*const questions[])(struct transport *t, struct failure *f) = {
  medium,
  inquiry,
  serial_page,
  configuration,
  progress,
  disc_and_tracks,
  medium,
  capacity,
  atip,
  cd_text,
  code,
  formats,
  medium,
  structure,
  speeds,
  write_page,
  blocks,
  medium,
  q,
  raw,
  mode_2,
};

/* ===} */

int LLVMFuzzerInitialize(int *argc, char ***argv) {
  (void)argc;
  (void)argv;
  L = luaL_newstate();
  must(L != NULL);
  return 0;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  struct input in = {data, size};
  struct drive drive;
  struct failure f = {.message = ""};
  unsigned first = take_byte(&in);
  drive_init(&drive, in, (first & AGAIN) != 0);
  memset(&recorder, 0, sizeof recorder);
  recorder.t = &drive.base;
  strcpy(recorder.id.address, "fuzz:");
  patience_init(&recorder.patience, &drive.base);
  if (!questions[(first & ~AGAIN) % (sizeof questions / sizeof *questions)](
        recorder_link(&recorder), &f)) {
    must(f.code < FAIL_COUNT && f.advice != NULL);
    must(memchr(f.message, '\0', sizeof f.message) != NULL);
  }
  return 0;
}
