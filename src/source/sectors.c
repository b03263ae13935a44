/* sectors.c: a part of a file whose sectors are whole, as in a BIN, as a source
   of the user data in them. */
#include "source.h"

#include "../mode_2.h"
#include "measure.h"
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define AT_ONCE 32 /* sectors */
#define SECTOR_MOST 2448
#define FORM_2_DATA (MODE_2_FORM_2_END - MODE_2_DATA)

struct sectors {
  struct source base;
  struct measure measure; /* when it was made */
  struct sector_layout layout;
  int fd;       /* -1 while nobody reads */
  int64_t got;  /* bytes given since 'open' */
  uint8_t *raw; /* AT_ONCE sectors, while it is read */
  char path[];
};

static void sectors_shut(struct source *s) {
  struct sectors *self = (struct sectors *)s;
  if (self->fd >= 0)
    close(self->fd);
  free(self->raw);
  self->fd = -1;
  self->raw = NULL;
}

static bool sectors_open(struct source *s, struct failure *f) {
  struct sectors *self = (struct sectors *)s;
  struct stat st;
  int fd = open_regular(self->path, &st, f);
  if (fd < 0)
    return false;
  self->fd = fd;
  self->got = 0;
  self->raw = malloc((size_t)AT_ONCE * SECTOR_MOST);
  if (self->raw == NULL)
    fail(f, FAIL_NO_MEMORY, "out of memory");
  else if (measure_compare(&self->measure, &st, self->path, f))
    return true;
  sectors_shut(s);
  return false;
}

static bool
fill(struct sectors *self, int64_t sector, size_t count, struct failure *f) {
  size_t want = count * self->layout.size, have = 0;
  int64_t at = self->layout.offset + sector * self->layout.size;
  while (have < want) {
    ssize_t n =
      pread(self->fd, self->raw + have, want - have, (off_t)at + (off_t)have);
    char shown[SHOWN_PATH];
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return fail_path(f, errno, self->path);
    if (n == 0)
      return fail(
        f, FAIL_BAD_FILE, "%s shrank meanwhile", shown_path(self->path, shown));
    have += (size_t)n;
  }
  return true;
}

static size_t block_of(const struct sector_layout *layout) {
  return layout->whole ? MODE_2_SECTOR : SOURCE_BLOCK;
}

/* What is given of a sector of the file; 'room' is for a whole one. It is as a
   disc shows it: a feed makes any source's so, but who compares has none. */
static const uint8_t *given(const struct sector_layout *layout,
                            const uint8_t *raw,
                            uint8_t room[MODE_2_SECTOR]) {
  if (!layout->whole)
    return raw + layout->skip;
  if (layout->size == FORM_2_DATA) {
    mode_2_subheader(room, SUBMODE_FORM_2);
    memcpy(room + MODE_2_DATA, raw, FORM_2_DATA);
  } else {
    memcpy(room + MODE_2_SECTOR - layout->size, raw, layout->size);
  }
  mode_2_plain(room);
  return room;
}

/* From within a sector, one; else as many as there is room for. */
static ptrdiff_t
sectors_read(struct source *s, void *buf, size_t len, struct failure *f) {
  struct sectors *self = (struct sectors *)s;
  size_t block = block_of(&self->layout), done = 0;
  int64_t sector = self->got / (int64_t)block;
  size_t within = (size_t)(self->got % (int64_t)block);
  size_t count = within > 0 || len < block ? 1 : len / block;
  int64_t left = self->layout.count - sector;
  uint8_t *out = buf;
  if (left == 0)
    return 0;
  if ((int64_t)count > left)
    count = (size_t)left;
  if (count > AT_ONCE)
    count = AT_ONCE;
  if (!fill(self, sector, count, f))
    return -1;
  for (size_t i = 0; i < count; i++) {
    uint8_t room[MODE_2_SECTOR];
    const uint8_t *one =
      given(&self->layout, self->raw + i * self->layout.size, room);
    size_t n = block - within;
    n = n < len - done ? n : len - done;
    memcpy(out + done, one + within, n);
    done += n;
    within = 0;
  }
  self->got += (int64_t)done;
  return (ptrdiff_t)done;
}

static bool sectors_check(struct source *s, struct failure *f) {
  struct sectors *self = (struct sectors *)s;
  struct stat st;
  if (stat(self->path, &st) != 0)
    return fail_path(f, errno, self->path);
  return measure_compare(&self->measure, &st, self->path, f);
}

static void sectors_free(struct source *s) {
  sectors_shut(s);
  free(s);
}

/* Is all of it there? */
static bool is_inside(const struct sector_layout *layout,
                      int64_t size,
                      const char *path,
                      struct failure *f) {
  char shown[SHOWN_PATH];
  return (layout->offset <= size &&
          layout->count <= (size - layout->offset) / layout->size) ||
         fail(f,
              FAIL_BAD_FILE,
              "%s is too short: %lld sectors of %u bytes from byte %lld on",
              shown_path(path, shown),
              (long long)layout->count,
              (unsigned)layout->size,
              (long long)layout->offset);
}

struct source *source_sectors(const char *path,
                              const struct sector_layout *layout,
                              struct failure *f) {
  static const struct source_ops ops = {
    .kind = "sectors",
    .open = sectors_open,
    .read = sectors_read,
    .check = sectors_check,
    .shut = sectors_shut,
    .free = sectors_free,
  };
  size_t size = strlen(path) + 1;
  struct sectors *self;
  struct stat st;
  int fd = open_regular(path, &st, f);
  if (fd < 0)
    return NULL;
  close(fd);
  if (!is_inside(layout, st.st_size, path, f))
    return NULL;
  self = calloc(1, sizeof *self + size);
  if (self == NULL) {
    fail(f, FAIL_NO_MEMORY, "out of memory");
    return NULL;
  }
  source_init(&self->base, &ops, layout->count * (int64_t)block_of(layout));
  measure_take(&self->measure, &st);
  self->layout = *layout;
  self->fd = -1;
  memcpy(self->path, path, size);
  return &self->base;
}
