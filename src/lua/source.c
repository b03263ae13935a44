/***
What is burned: a file, a pipe, pushed bytes, a tree of files or audio.

Sources are made by @{discrecorder.source}. One can be burned any number of
times, but by one burn at a time; a pipe that was given as a descriptor and
pushed bytes only once. It can be read by a script as well, as if it were a
file.

Fields (nothing is asked of anyone, and they never fail): `kind` (`"file"`,
`"bytes"`, `"pipe"`, `"push"`, `"tree"`, `"audio"`, `"join"`, `"sectors"`),
`length` (bytes, or nil where nobody knows), `blocks` (of 2048 bytes, of 2352
where it is audio, the last one maybe not full; or nil), `warnings` (a list of
`{code =, message =}`), `closed`, and `audio` (nil where it is none), what the
audio file is: `format`
(`"wav"`, `"aiff"`, `"flac"`, `"ogg"`, `"mp3"`, `"caf"`, `"w64"`, `"au"`,
`"raw"`, `"other"`), `encoding` (libsndfile's words), `rate` (Hz), `channels`,
`frames` (one sample of each channel), `total` (frames of CD audio that all of
it is), `from` (the first of them that is in the source), `exact` (its samples
are those of the file, bit for bit), `dithers`; `title`, `artist`, `album` where
it has such tags.
@classmod Source
*/
#include "source_handle.h"

#include <errno.h>
#include <fcntl.h>
#include <unistd.h>

#define SAVE_CHUNK ((size_t)1 << 20)

static void end_reading(struct source_handle *h) {
  if (!h->reading)
    return;
  h->reading = false;
  h->source->ops->shut(h->source);
  source_release(h->source);
}

/* Safe to call at any time, any number of times. */
static void close_now(struct source_handle *h) {
  struct source *s;
  end_reading(h);
  s = h->source;
  h->source = NULL;
  source_unref(s);
}

static bool begin_reading(struct source_handle *h, struct failure *f) {
  struct source *s = h->source;
  if (!source_claim(s)) {
    fail(f, FAIL_BUSY, "the source is being read already");
    f->culprit = CULPRIT_PROGRAM;
    f->advice = "Wait until the burn that reads it has ended.";
    return false;
  }
  h->reading = true;
  if (s->ops->open(s, f))
    return true;
  end_reading(h);
  return false;
}

/***
Let go of the source. A burn that uses it goes on. Closing again does nothing.
@function close
*/
static int source_close(lua_State *L) {
  close_now(luaL_checkudata(L, 1, SOURCE_TYPE));
  return 0;
}

/***
Begin to read from the first byte.
@function open
@treturn[1] boolean true
@return[2] nil
@treturn[2] failure what went wrong
@treturn[2] string its code: `busy` while something reads it, `bad_file`
*/
static int source_open(lua_State *L) {
  struct source_handle *h = check_source_handle(L, 1);
  struct failure f;
  luaL_argcheck(L, !h->reading, 1, "source is open already");
  if (!begin_reading(h, &f))
    return push_failure(L, &f);
  lua_pushboolean(L, 1);
  return 1;
}

/***
Read on, after `open`. Less than `count` bytes come only at the end; the call
after that gives nil alone, checks that nothing changed meanwhile, and ends the
reading. May wait for a pipe or for pushed bytes.
@function read
@tparam integer count how many bytes at most, 1 to 2^30
@treturn[1] string the bytes
@return[2] nil at the end
@return[3] nil
@treturn[3] failure what went wrong; the reading has ended
@treturn[3] string its code: `bad_file`
*/
static int source_read(lua_State *L) {
  struct source_handle *h = check_source_handle(L, 1);
  lua_Integer count = luaL_checkinteger(L, 2);
  struct source *s = h->source;
  struct failure f;
  ptrdiff_t n = 0;
  size_t got = 0;
  luaL_Buffer b;
  char *buf;
  luaL_argcheck(L, h->reading, 1, "source is not open");
  luaL_argcheck(L, count > 0 && count <= 1 << 30, 2, "out of range");
  buf = luaL_buffinitsize(L, &b, (size_t)count);
  while (got < (size_t)count) {
    n = s->ops->read(s, buf + got, (size_t)count - got, &f);
    if (n <= 0)
      break;
    got += (size_t)n;
  }
  if (n < 0 || (got == 0 && !s->ops->check(s, &f))) {
    end_reading(h);
    return push_failure(L, &f);
  }
  if (got == 0) {
    end_reading(h);
    luaL_pushfail(L);
    return 1;
  }
  luaL_pushresultsize(&b, got);
  return 1;
}

static bool write_all(int fd, const char *data, size_t len) {
  while (len > 0) {
    ssize_t n = write(fd, data, len);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return false;
    data += n;
    len -= (size_t)n;
  }
  return true;
}

/* All of an open source into a file; gives its bytes, or -1. */
static int64_t copy(struct source *s, int fd, char *buf, struct failure *f) {
  int64_t total = 0;
  for (;;) {
    ptrdiff_t n = s->ops->read(s, buf, SAVE_CHUNK, f);
    if (n < 0)
      return -1;
    if (n == 0)
      return s->ops->check(s, f) ? total : -1;
    if (!write_all(fd, buf, (size_t)n)) {
      fail_errno(f, errno, FAIL_FILE_ACCESS, "save");
      return -1;
    }
    total += n;
  }
}

/***
Write all of the source to a new file, as an image. The script waits until it is
done. A file that exists is left alone, an incomplete one is removed.
@function save
@tparam string path the new file
@treturn[1] integer its bytes
@return[2] nil
@treturn[2] failure what went wrong
@treturn[2] string its code: `file_exists`, `file_access`, `busy`, `bad_file`
*/
static int source_save(lua_State *L) {
  struct source_handle *h = check_source_handle(L, 1);
  const char *path = check_text(L, 2);
  char *buf = lua_newuserdatauv(L, SAVE_CHUNK, 0);
  int64_t total = -1;
  struct failure f;
  int fd;
  luaL_argcheck(L, !h->reading, 1, "source is open");
  if (!begin_reading(h, &f))
    return push_failure(L, &f);
  fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
  if (fd < 0) {
    fail_errno(&f,
               errno,
               errno == EEXIST ? FAIL_FILE_EXISTS : FAIL_FILE_ACCESS,
               "%s",
               path);
  } else {
    total = copy(h->source, fd, buf, &f);
    if (close(fd) != 0 && total >= 0) {
      fail_errno(&f, errno, FAIL_FILE_ACCESS, "%s", path);
      total = -1;
    }
    if (total < 0)
      unlink(path);
  }
  end_reading(h);
  if (total < 0)
    return push_failure(L, &f);
  lua_pushinteger(L, total);
  return 1;
}

/***
Name what stands in a block of the source: the path on the disc of the file that
it belongs to, or `"file system structures"`.
@function locate
@tparam integer block 0 is the first of the source, not of the disc
@treturn ?string nil when nobody knows: only trees know their blocks
*/
static int source_locate(lua_State *L) {
  struct source *s = check_source(L, 1);
  lua_Integer block = luaL_checkinteger(L, 2);
  char name[4200];
  luaL_argcheck(L, block >= 0 && block <= UINT32_MAX, 2, "out of range");
  if (s->ops->locate == NULL ||
      !s->ops->locate(s, (uint32_t)block, name, sizeof name))
    luaL_pushfail(L);
  else
    lua_pushstring(L, name);
  return 1;
}

static void push_length(lua_State *L, int64_t length) {
  if (length < 0)
    luaL_pushfail(L);
  else
    lua_pushinteger(L, length);
}

static void push_warnings(lua_State *L, const struct source *s) {
  lua_createtable(L, (int)s->warning_count, 0);
  for (size_t i = 0; i < s->warning_count; i++)
    push_warning(L, i + 1, s->warnings[i].code, s->warnings[i].message);
}

static void set_tag(lua_State *L, const char *name, const char *text) {
  if (text[0] != '\0')
    set_string(L, name, text);
}

static void push_audio(lua_State *L, const struct source_audio *a) {
  if (a == NULL) {
    luaL_pushfail(L);
    return;
  }
  lua_createtable(L, 0, 9);
  set_string(L, "format", a->format);
  set_string(L, "encoding", a->encoding);
  set_integer(L, "rate", a->rate);
  set_integer(L, "channels", a->channels);
  set_integer(L, "frames", a->frames);
  set_integer(L, "from", a->from);
  set_integer(L, "total", a->total);
  set_boolean(L, "exact", a->exact);
  set_boolean(L, "dithers", a->dithers);
  set_tag(L, "title", a->title);
  set_tag(L, "artist", a->artist);
  set_tag(L, "album", a->album);
}

static int64_t count_blocks(const struct source *s) {
  int64_t block = s->audio != NULL ? SOURCE_RAW_BLOCK : SOURCE_BLOCK;
  return s->length < 0 ? -1 : (s->length + block - 1) / block;
}

static void push_property(lua_State *L, const char *name) {
  struct source_handle *h = luaL_checkudata(L, 1, SOURCE_TYPE);
  struct source *s = h->source;
  if (strcmp(name, "closed") == 0) {
    lua_pushboolean(L, s == NULL);
    return;
  }
  s = check_source(L, 1);
  if (strcmp(name, "kind") == 0)
    lua_pushstring(L, s->ops->kind);
  else if (strcmp(name, "length") == 0)
    push_length(L, s->length);
  else if (strcmp(name, "blocks") == 0)
    push_length(L, count_blocks(s));
  else if (strcmp(name, "audio") == 0)
    push_audio(L, s->audio);
  else if (strcmp(name, "warnings") == 0)
    push_warnings(L, s);
  else
    luaL_error(L, "a source has no field '%s'", name);
}

/* Upvalue 1: the methods. */
static int source_index(lua_State *L) {
  luaL_checkudata(L, 1, SOURCE_TYPE);
  lua_pushvalue(L, 2);
  if (lua_rawget(L, lua_upvalueindex(1)) == LUA_TNIL)
    push_property(L, luaL_checkstring(L, 2));
  return 1;
}

static int source_tostring(lua_State *L) {
  struct source_handle *h = luaL_checkudata(L, 1, SOURCE_TYPE);
  if (h->source == NULL)
    lua_pushliteral(L, "source (closed)");
  else if (h->source->length < 0)
    lua_pushfstring(L, "source (%s)", h->source->ops->kind);
  else
    lua_pushfstring(L,
                    "source (%s, %I bytes)",
                    h->source->ops->kind,
                    (LUAI_UACINT)h->source->length);
  return 1;
}

static const luaL_Reg methods[] = {
  {"close", source_close},
  {"locate", source_locate},
  {"open", source_open},
  {"read", source_read},
  {"save", source_save},
  {NULL, NULL},
};

/* The table of methods, which discrecorder.methods extends. */
static int core_source_methods(lua_State *L) {
  luaL_getmetatable(L, SOURCE_TYPE);
  lua_getfield(L, -1, "__index");
  lua_getupvalue(L, -1, 1);
  return 1;
}

const luaL_Reg source_type_functions[] = {
  {"source_methods", core_source_methods},
  {NULL, NULL},
};

void register_source(lua_State *L) {
  static const luaL_Reg metamethods[] = {
    {"__close", source_close},
    {"__gc", source_close},
    {"__tostring", source_tostring},
    {NULL, NULL},
  };
  new_type(L, SOURCE_TYPE, metamethods, NULL);
  luaL_getmetatable(L, SOURCE_TYPE);
  luaL_newlib(L, methods);
  luaL_setfuncs(L, source_push_methods, 0);
  lua_pushcclosure(L, source_index, 1);
  lua_setfield(L, -2, "__index");
  lua_pop(L, 1);
}
