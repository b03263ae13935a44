/* rescue_map.c: see rescue_map.h. */
#include "rescue_map.h"

#include "../safe_open.h"
#include "../source/measure.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define LINE_MOST 256

static const char letters[RESCUE_STATUSES] = {'?', '*', '/', '-', '+'};
static const char disc_line[] = "# disc:";

bool rescue_map_init(struct rescue_map *m,
                     uint32_t blocks,
                     size_t block,
                     const char *disc) {
  memset(m, 0, sizeof *m);
  m->blocks = blocks;
  m->block = block;
  m->status = malloc(blocks > 0 ? blocks : 1);
  if (m->status == NULL)
    return false;
  memset(m->status, RESCUE_FINISHED, blocks);
  snprintf(m->disc, sizeof m->disc, "%s", disc);
  m->pass = 1;
  return true;
}

void rescue_map_free(struct rescue_map *m) {
  free(m->status);
  m->status = NULL;
}

void rescue_map_set(struct rescue_map *m,
                    uint32_t block,
                    uint32_t count,
                    enum rescue_status status) {
  memset(m->status + block, status, count);
}

bool rescue_map_find(const struct rescue_map *m,
                     uint32_t from,
                     uint32_t end,
                     enum rescue_status status,
                     uint32_t *block,
                     uint32_t *count) {
  const uint8_t *found =
    from < end ? memchr(m->status + from, status, end - from) : NULL;
  if (found == NULL)
    return false;
  *block = (uint32_t)(found - m->status);
  *count = 1;
  while (*block + *count < end && found[*count] == status)
    ++*count;
  return true;
}

uint32_t rescue_map_count(const struct rescue_map *m,
                          enum rescue_status status) {
  uint32_t count = 0;
  for (uint32_t i = 0; i < m->blocks; i++)
    count += m->status[i] == status;
  return count;
}

/* === writing === */

static void write_runs(const struct rescue_map *m, FILE *out) {
  for (uint32_t at = 0, count; at < m->blocks; at += count) {
    enum rescue_status status = (enum rescue_status)m->status[at];
    count = 1;
    while (at + count < m->blocks && m->status[at + count] == status)
      count++;
    fprintf(out,
            "0x%08" PRIX64 "  0x%08" PRIX64 "  %c\n",
            (uint64_t)at * m->block,
            (uint64_t)count * m->block,
            letters[status]);
  }
}

static bool write_all(const struct rescue_map *m, FILE *out) {
  fprintf(out,
          "# Mapfile. Created by discrecorder\n"
          "%s %s\n"
          "# current_pos  current_status  current_pass\n"
          "0x%08" PRIX64 "     %c               %u\n"
          "#      pos        size  status\n",
          disc_line,
          m->disc,
          (uint64_t)m->current * m->block,
          letters[m->current_status],
          m->pass);
  write_runs(m, out);
  return fflush(out) == 0 && !ferror(out) && fsync(fileno(out)) == 0;
}

/* What has the name is left of a run that was killed, or a trap: a link. */
static FILE *make_fresh(const char *path) {
  FILE *out = NULL;
  int fd;
  unlink(path);
  fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (fd >= 0 && (out = fdopen(fd, "w")) == NULL) {
    close(fd);
    unlink(path);
  }
  return out;
}

bool rescue_map_save(const struct rescue_map *m,
                     const char *path,
                     struct failure *f) {
  char fresh[PATH_MAX + 8];
  FILE *out;
  bool ok;
  if (snprintf(fresh, sizeof fresh, "%s.new", path) >= (int)sizeof fresh)
    return fail(f, FAIL_FILE_ACCESS, "the map's path is too long");
  out = make_fresh(fresh);
  if (out == NULL)
    return fail_errno(f, errno, FAIL_FILE_ACCESS, "%s", fresh);
  ok = write_all(m, out) ||
       fail_errno(f, errno, FAIL_FILE_ACCESS, "writing %s", fresh);
  if (fclose(out) != 0 && ok)
    ok = fail_errno(f, errno, FAIL_FILE_ACCESS, "writing %s", fresh);
  if (ok && rename(fresh, path) != 0)
    ok = fail_errno(f, errno, FAIL_FILE_ACCESS, "%s", path);
  if (!ok)
    unlink(fresh);
  return ok;
}

/* === reading === */

struct reader {
  struct rescue_map *map;
  const char *path;
  unsigned line;
  bool had_current;
  uint64_t next; /* byte where the next run begins */
};

static bool bad(const struct reader *r, const char *why, struct failure *f) {
  return fail(
    f, FAIL_BAD_FILE, "the map %s, line %u: %s", r->path, r->line, why);
}

/* A number and the blanks after it. */
static bool number(const char **text, uint64_t *out) {
  char *end;
  if (!isdigit((unsigned char)**text))
    return false;
  errno = 0;
  *out = strtoull(*text, &end, 0);
  if (errno != 0 || (*end != '\0' && !isspace((unsigned char)*end)))
    return false;
  while (isspace((unsigned char)*end))
    end++;
  *text = end;
  return true;
}

/* A letter of a status; -1: none. */
static int status_of(const char **text) {
  const char *letter =
    **text == '\0' ? NULL : memchr(letters, **text, sizeof letters);
  if (letter == NULL)
    return -1;
  ++*text;
  while (isspace((unsigned char)**text))
    ++*text;
  return (int)(letter - letters);
}

/* current_pos current_status [current_pass]; the status may be one more of
   ddrescue's: it tells what is being done. */
static bool current(struct reader *r, const char *text, struct failure *f) {
  uint64_t position;
  r->had_current = true;
  if (!number(&text, &position) || strchr("?*/-FG+", *text) == NULL ||
      *text == '\0')
    return bad(r, "no current position and status", f);
  return true;
}

static bool run(struct reader *r, const char *text, struct failure *f) {
  struct rescue_map *m = r->map;
  uint64_t position, size, total = (uint64_t)m->blocks * m->block;
  int status;
  if (!number(&text, &position) || !number(&text, &size) ||
      (status = status_of(&text)) < 0 || *text != '\0')
    return bad(r, "no position, size and status", f);
  if (position != r->next || size == 0)
    return bad(r, "a run begins elsewhere than the one before it ends", f);
  if (size > total - position)
    return bad(r, "it is longer than the file is to be", f);
  r->next = position + size;
  for (uint64_t i = position / m->block; i * m->block < r->next; i++)
    if (status < m->status[i])
      m->status[i] = (uint8_t)status;
  return true;
}

static bool
same_disc(const struct reader *r, const char *text, struct failure *f) {
  while (isspace((unsigned char)*text))
    text++;
  if (strncmp(text, r->map->disc, RESCUE_DISC_ID) == 0)
    return true;
  fail(f, FAIL_WRONG_DISC, "the map is of another disc");
  f->advice = "Put in the disc that the map was begun with, or name another "
              "file and another map.";
  return false;
}

static bool line(struct reader *r, char *text, struct failure *f) {
  char *note = strchr(text, '#');
  if (strncmp(text, disc_line, sizeof disc_line - 1) == 0)
    return same_disc(r, text + sizeof disc_line - 1, f);
  if (note != NULL)
    *note = '\0';
  while (isspace((unsigned char)*text))
    text++;
  if (*text == '\0')
    return true;
  return r->had_current ? run(r, text, f) : current(r, text, f);
}

/* A remark may be as long as it likes. */
static void skip_line(FILE *in) {
  int c;
  do
    c = getc(in);
  while (c != EOF && c != '\n');
}

/* A map is believed: it is nobody else's to choose. */
static FILE *open_map(const char *path, struct failure *f) {
  struct stat st;
  int fd = open_trusted(path, O_RDONLY, 0);
  FILE *in = NULL;
  if (fd < 0 || fstat(fd, &st) != 0)
    fail_errno(f, errno, FAIL_FILE_ACCESS, "%s", path);
  else if (!S_ISREG(st.st_mode))
    fail(f,
         FAIL_BAD_FILE,
         "the map %s is %s and not a regular file",
         path,
         what_it_is(st.st_mode));
  else if ((in = fdopen(fd, "r")) == NULL)
    fail_errno(f, errno, FAIL_FILE_ACCESS, "%s", path);
  if (in == NULL && fd >= 0)
    close(fd);
  return in;
}

bool rescue_map_load(struct rescue_map *m,
                     const char *path,
                     struct failure *f) {
  struct reader r = {.map = m, .path = path};
  char text[LINE_MOST];
  bool ok = true;
  FILE *in = open_map(path, f);
  if (in == NULL)
    return false;
  memset(m->status, RESCUE_FINISHED, m->blocks);
  while (ok && fgets(text, sizeof text, in) != NULL) {
    bool whole = strchr(text, '\n') != NULL || feof(in);
    r.line++;
    if (!whole && strchr(text, '#') == NULL)
      ok = bad(&r, "it is too long", f);
    else
      ok = line(&r, text, f);
    if (!whole)
      skip_line(in);
  }
  if (ok && ferror(in))
    ok = fail_errno(f, errno, FAIL_FILE_ACCESS, "reading %s", path);
  fclose(in);
  if (ok && r.next != (uint64_t)m->blocks * m->block)
    ok =
      fail(f,
           FAIL_BAD_FILE,
           "%s is no map of this: it ends at byte %" PRIu64 " and not %" PRIu64,
           path,
           r.next,
           (uint64_t)m->blocks * m->block);
  return ok;
}
