/* sgio_fake.c: the sgio transport on a kernel made of Lua functions, for the
   specs only: build/spec/sgio_fake.so; with fake.open_cdio the cdio transport,
   on a libcdio of such functions (cdio_fake.c). The transports' own files are
   linked in.

       local fake = require "sgio_fake"
       local t, failure, code = fake.open("/dev/sr0", {
         root = folder,                       -- with its /sys, /proc, /dev/disk
         open = function(path, flags) return fd end,
         close = function(fd) end,
         packet = function(fd, question) return answer end, -- SG_IO
         ioctl = function(fd, request) end,   -- any other
         flock = function(fd, operation) end,
         stat = function(path) return {kind = "block", major = 11} end,
         sleep = function(seconds) end,
       })
       t:run{cdb = ..., dir = "in", len = 36} -- -> the packet's answer
       t:acquire(); t:release(); t:close()

   A function that fails gives nil and a number of errno. */
#include "../../src/lua/binding.h"
#include "../../src/transport/never_write.h"
#include "../../src/transport/sgio.h"
#include "cdio_fake.h"

#include <errno.h>
#include <fcntl.h>
#include <scsi/sg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

/* elsewhere.so is this file once more, with cdio.c as on other systems. */
#ifdef __linux__
#define TYPE "sgio_fake.Transport"
#else
#define TYPE "elsewhere.Transport"
#endif

/* The table of functions stands at index 1 of the user values. */
struct fake {
  struct sgio_system system;
  struct clock clock;
  uint64_t now;
  struct transport *t;
  lua_State *L; /* while a call is under way */
  int table;    /* where the functions are on its stack */
  char root[256];
};

static struct fake *fake_of(const struct sgio_system *s) {
  return (struct fake *)(uintptr_t)s;
}

/* {=== The kernel */

/* Push a function; false: there is none. */
static bool push(struct fake *k, const char *name) {
  if (lua_getfield(k->L, k->table, name) != LUA_TNIL)
    return true;
  lua_pop(k->L, 1);
  return false;
}

/* Call what was pushed; -1 and errno when it gave nil and a number. */
static int call(struct fake *k, int arguments) {
  lua_State *L = k->L;
  int result = 0, err = 0;
  lua_call(L, arguments, 2);
  if (lua_isinteger(L, -2))
    result = (int)lua_tointeger(L, -2);
  if (lua_isinteger(L, -1)) {
    err = (int)lua_tointeger(L, -1);
    result = -1;
  }
  lua_pop(L, 2);
  errno = err;
  return result;
}

static int k_open(const struct sgio_system *s, const char *path, int flags) {
  struct fake *k = fake_of(s);
  if (!push(k, "open"))
    return 3;
  lua_pushstring(k->L, path);
  lua_createtable(k->L, 0, 4);
  lua_pushboolean(k->L, (flags & O_ACCMODE) == O_RDWR);
  lua_setfield(k->L, -2, "write");
  lua_pushboolean(k->L, (flags & O_EXCL) != 0);
  lua_setfield(k->L, -2, "exclusive");
  lua_pushboolean(k->L, (flags & O_NONBLOCK) && (flags & O_CLOEXEC));
  lua_setfield(k->L, -2, "safe");
  return call(k, 2);
}

static int k_close(const struct sgio_system *s, int fd) {
  struct fake *k = fake_of(s);
  if (!push(k, "close"))
    return 0;
  lua_pushinteger(k->L, fd);
  return call(k, 1);
}

static int k_flock(const struct sgio_system *s, int fd, int operation) {
  struct fake *k = fake_of(s);
  if (!push(k, "flock"))
    return 0;
  lua_pushinteger(k->L, fd);
  lua_pushboolean(k->L, operation == (LOCK_EX | LOCK_NB));
  return call(k, 2);
}

static void push_question(lua_State *L, const struct sg_io_hdr *h) {
  lua_createtable(L, 0, 6);
  lua_pushlstring(L, (const char *)h->cmdp, h->cmd_len);
  lua_setfield(L, -2, "cdb");
  lua_pushinteger(L, h->dxfer_len);
  lua_setfield(L, -2, "len");
  lua_pushinteger(L, h->timeout);
  lua_setfield(L, -2, "timeout");
  lua_pushinteger(L, h->dxfer_direction);
  lua_setfield(L, -2, "direction");
  if (h->dxfer_direction == SG_DXFER_TO_DEV) {
    lua_pushlstring(L, h->dxferp, h->dxfer_len);
    lua_setfield(L, -2, "data");
  }
}

static int number(lua_State *L, const char *name) {
  int n;
  lua_getfield(L, -1, name);
  n = (int)luaL_optinteger(L, -1, 0);
  lua_pop(L, 1);
  return n;
}

static void take_answer(lua_State *L, struct sg_io_hdr *h) {
  size_t len;
  const char *bytes;
  h->status = (unsigned char)number(L, "status");
  h->host_status = (unsigned short)number(L, "host");
  h->driver_status = (unsigned short)number(L, "driver");
  h->resid = number(L, "resid");
  if (lua_getfield(L, -1, "sense") != LUA_TNIL) {
    bytes = luaL_checklstring(L, -1, &len);
    h->sb_len_wr = (unsigned char)(len < h->mx_sb_len ? len : h->mx_sb_len);
    memcpy(h->sbp, bytes, h->sb_len_wr);
  }
  lua_pop(L, 1);
  if (lua_getfield(L, -1, "data") != LUA_TNIL) {
    bytes = luaL_checklstring(L, -1, &len);
    memcpy(h->dxferp, bytes, len < h->dxfer_len ? len : h->dxfer_len);
  }
  lua_pop(L, 1);
}

static int packet(struct fake *k, int fd, struct sg_io_hdr *h) {
  lua_State *L = k->L;
  if (!push(k, "packet"))
    return 0;
  lua_pushinteger(L, fd);
  push_question(L, h);
  lua_call(L, 2, 2);
  if (lua_isnil(L, -2)) {
    errno = (int)luaL_checkinteger(L, -1);
    lua_pop(L, 2);
    return -1;
  }
  lua_pop(L, 1);
  take_answer(L, h);
  lua_pop(L, 1);
  return 0;
}

static int
k_ioctl(const struct sgio_system *s, int fd, unsigned long op, void *arg) {
  struct fake *k = fake_of(s);
  if (op == SG_IO)
    return packet(k, fd, arg);
  if (!push(k, "ioctl"))
    return 0;
  lua_pushinteger(k->L, fd);
  lua_pushinteger(k->L, (lua_Integer)op);
  return call(k, 2);
}

static int
k_stat(const struct sgio_system *s, const char *path, struct stat *st) {
  static const char *const kinds[] = {
    "block", "char", "file", "folder", "pipe", "socket", NULL};
  static const mode_t modes[] = {
    S_IFBLK, S_IFCHR, S_IFREG, S_IFDIR, S_IFIFO, S_IFSOCK};
  struct fake *k = fake_of(s);
  lua_State *L = k->L;
  memset(st, 0, sizeof *st);
  lua_getfield(L, k->table, "stat");
  lua_pushstring(L, path);
  lua_call(L, 1, 2);
  if (lua_isnil(L, -2)) {
    errno = (int)luaL_checkinteger(L, -1);
    lua_pop(L, 2);
    return -1;
  }
  lua_pop(L, 1);
  lua_getfield(L, -1, "kind");
  st->st_mode = modes[luaL_checkoption(L, -1, NULL, kinds)] | 0660;
  lua_pop(L, 1);
  st->st_rdev =
    makedev((unsigned)number(L, "major"), (unsigned)number(L, "minor"));
  st->st_gid = (gid_t)number(L, "gid");
  lua_pop(L, 1);
  return 0;
}

static uint64_t k_now(struct clock *c) {
  return ((struct fake *)(void *)((char *)c - offsetof(struct fake, clock)))
    ->now;
}

static void k_sleep(struct clock *c, uint64_t ns) {
  struct fake *k =
    (struct fake *)(void *)((char *)c - offsetof(struct fake, clock));
  k->now += ns;
  if (!push(k, "sleep"))
    return;
  lua_pushnumber(k->L, (lua_Number)ns / 1e9);
  call(k, 1);
}

/* ===} */

/* {=== The transport, as Lua sees it */

/* The fake at arg 1, its functions on the stack. */
static struct fake *enter(lua_State *L) {
  struct fake *k = luaL_checkudata(L, 1, TYPE);
  lua_getiuservalue(L, 1, 1);
  k->L = L;
  k->table = lua_gettop(L);
  cdio_fake(L, k->table);
  return k;
}

static int new_fake(lua_State *L, bool cdio) {
  static const struct clock_ops clock_ops = {k_now, k_sleep};
  const char *path = luaL_checkstring(L, 1);
  struct failure f;
  struct fake *k;
  luaL_checktype(L, 2, LUA_TTABLE);
  k = lua_newuserdatauv(L, sizeof *k, 1);
  memset(k, 0, sizeof *k);
  luaL_setmetatable(L, TYPE);
  lua_pushvalue(L, 2);
  lua_setiuservalue(L, -2, 1);
  k->L = L;
  k->table = 2;
  k->now = 1000 * CLOCK_SECOND;
  k->clock.ops = &clock_ops;
  if (lua_getfield(L, 2, "root") == LUA_TSTRING)
    strncpy(k->root, lua_tostring(L, -1), sizeof k->root - 1);
  else
    strcpy(k->root, "/nowhere");
  lua_pop(L, 1);
  k->system = (struct sgio_system){
    .open = k_open,
    .close = k_close,
    .ioctl = k_ioctl,
    .flock = k_flock,
    .stat = k_stat,
    .clock = &k->clock,
    .root = k->root,
  };
  k->t = cdio ? cdio_open_with(cdio_fake(L, k->table), &k->system, path, &f)
              : sgio_open_with(&k->system, path, &f);
  return k->t != NULL ? 1 : push_failure(L, &f);
}

static int fake_open(lua_State *L) {
  return new_fake(L, false);
}

static int fake_open_cdio(lua_State *L) {
  return new_fake(L, true);
}

static int fake_run(lua_State *L) {
  static const char *const dirs[] = {"none", "in", "out", NULL};
  static const char *const statuses[] = {
    "good", "check", "busy", "gone", "denied", "lost"};
  struct fake *k = enter(L);
  struct packet p = {.timeout_ms = 30000};
  size_t len;
  const char *bytes;
  luaL_checktype(L, 2, LUA_TTABLE);
  lua_pushvalue(L, 2);
  lua_getfield(L, -1, "cdb");
  bytes = luaL_checklstring(L, -1, &len);
  memcpy(p.cdb, bytes, len);
  p.cdb_len = (uint8_t)len;
  lua_pop(L, 1);
  lua_getfield(L, -1, "dir");
  p.dir = (enum packet_dir)luaL_checkoption(L, -1, "none", dirs);
  lua_pop(L, 1);
  p.len = (size_t)number(L, "len");
  if (number(L, "timeout") > 0)
    p.timeout_ms = (uint32_t)number(L, "timeout");
  if (p.dir == PACKET_IN)
    p.in = memset(lua_newuserdatauv(L, p.len + 1, 0), 0, p.len);
  if (p.dir == PACKET_OUT) {
    lua_getfield(L, -1, "data");
    p.out = (const uint8_t *)luaL_checklstring(L, -1, &p.len);
  }
  transport_run(k->t, &p);
  lua_createtable(L, 0, 6);
  lua_pushstring(L, statuses[p.status]);
  lua_setfield(L, -2, "status");
  lua_pushinteger(L, (lua_Integer)p.moved);
  lua_setfield(L, -2, "moved");
  lua_pushinteger(L, p.os_error);
  lua_setfield(L, -2, "os_error");
  lua_pushlstring(L, (const char *)p.sense, p.sense_len);
  lua_setfield(L, -2, "sense");
  lua_pushstring(L, p.why);
  lua_setfield(L, -2, "why");
  if (p.dir == PACKET_IN) {
    lua_pushlstring(L, (const char *)p.in, p.len);
    lua_setfield(L, -2, "data");
  }
  return 1;
}

static int fake_acquire(lua_State *L) {
  struct fake *k = enter(L);
  struct failure f;
  if (!transport_acquire(k->t, &f))
    return push_failure(L, &f);
  lua_pushboolean(L, 1);
  return 1;
}

static int fake_release(lua_State *L) {
  transport_release(enter(L)->t);
  return 0;
}

/* A closed one is collected in the midst of another's packet, whose table
   enter() would put aside. */
static int fake_close(lua_State *L) {
  struct fake *k = luaL_checkudata(L, 1, TYPE);
  if (k->t == NULL)
    return 0;
  enter(L);
  transport_close(k->t);
  k->t = NULL;
  return 0;
}

/* What the transport says of itself. */
static int fake_about(lua_State *L) {
  struct fake *k = enter(L);
  lua_createtable(L, 0, 4);
  lua_pushinteger(L, k->t->max_bytes);
  lua_setfield(L, -2, "max_bytes");
  lua_pushstring(L, k->t->port);
  lua_setfield(L, -2, "port");
  lua_pushboolean(L, k->t->alike);
  lua_setfield(L, -2, "alike");
  lua_pushboolean(L, k->t->asks_freely);
  lua_setfield(L, -2, "asks_freely");
  lua_pushboolean(L, transport_present(k->t));
  lua_setfield(L, -2, "present");
  return 1;
}

/* Time passes. */
static int fake_pass(lua_State *L) {
  struct fake *k = luaL_checkudata(L, 1, TYPE);
  k->now += (uint64_t)(luaL_checknumber(L, 2) * 1e9);
  return 0;
}

static int fake_never_write(lua_State *L) {
  struct failure f;
  if (!never_write(luaL_checkstring(L, 1), &f)) {
    lua_pushboolean(L, 0);
    return 1;
  }
  return push_failure(L, &f);
}

/* ===} */

int luaopen_sgio_fake(lua_State *L);

__attribute__((visibility("default"))) int luaopen_sgio_fake(lua_State *L) {
  static const luaL_Reg metamethods[] = {{"__gc", fake_close}, {NULL, NULL}};
  static const luaL_Reg methods[] = {
    {"about", fake_about},
    {"acquire", fake_acquire},
    {"close", fake_close},
    {"pass", fake_pass},
    {"release", fake_release},
    {"run", fake_run},
    {NULL, NULL},
  };
  static const luaL_Reg functions[] = {
    {"never_write", fake_never_write},
    {"open", fake_open},
    {"open_cdio", fake_open_cdio},
    {NULL, NULL},
  };
  register_failure(L);
  new_type(L, TYPE, metamethods, methods);
  luaL_newlib(L, functions);
  return 1;
}
