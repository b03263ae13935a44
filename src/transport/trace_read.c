/* trace_read.c: reading a trace, line by line. The text is taken apart in
   place; what the words of a line mean is trace_fields.c's. A file may come
   from anywhere: whatever it says, the worst is a failure that names the line.
 */
#include "trace_read.h"

#include "trace_fields.h"
#include "trace_file.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MOST ((off_t)2 << 30)

/* {=== The file */

static bool read_all(int fd, char *to, size_t size) {
  while (size > 0) {
    ssize_t n = read(fd, to, size);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return false;
    to += n;
    size -= (size_t)n;
  }
  return true;
}

static char *load(int fd, const char *path, struct failure *f) {
  struct stat st;
  char *text;
  if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode) || st.st_size > FILE_MOST) {
    fail(f, FAIL_BAD_FILE, "%.200s is no trace", path);
    return NULL;
  }
  text = malloc((size_t)st.st_size + 1);
  if (text == NULL) {
    fail(f, FAIL_NO_MEMORY, "no memory for the trace");
    return NULL;
  }
  if (read_all(fd, text, (size_t)st.st_size)) {
    text[st.st_size] = '\0';
    return text;
  }
  fail_errno(f, errno, FAIL_BAD_FILE, "%.200s", path);
  free(text);
  return NULL;
}

static char *load_path(const char *path, struct failure *f) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  char *text;
  if (fd < 0) {
    fail_errno(f,
               errno,
               errno == ENOENT ? FAIL_DEVICE_NOT_PRESENT : FAIL_BAD_FILE,
               "there is no trace %.200s",
               path);
    f->advice = "Check the path of the trace.";
    return NULL;
  }
  text = load(fd, path, f);
  close(fd);
  return text;
}

/* ===} */

/* {=== Lines */

static int any_digit(char c) {
  return trace_digit((char)tolower((unsigned char)c));
}

/* A quoted text in place: what follows its end; NULL when it has none. */
static char *unquote(char *from) {
  char *to = from - 1; /* over the first quotation mark */
  while (*from != '"') {
    if (*from == '\0')
      return NULL;
    int high = from[0] == '\\' && from[1] == 'x' ? any_digit(from[2]) : -1;
    int low = high >= 0 ? any_digit(from[3]) : -1;
    if (low >= 0) {
      int c = high * 16 + low;
      *to++ = c != 0 ? (char)c : '?';
      from += 4;
      continue;
    }
    if (from[0] == '\\' && from[1] != '\0')
      from++;
    *to++ = *from++;
  }
  *to = '\0';
  return from + 1;
}

/* The next word of a line: its name, and its value or NULL. False at the end;
 *bad when a quotation does not end. */
static bool next_word(char **line, char **name, char **value, bool *bad) {
  char *at = *line, *end = at + strcspn(at, " =");
  *value = NULL;
  if (*at == '\0')
    return false;
  *name = at;
  if (*end == '=') {
    *end = '\0';
    at = end + 1;
    *value = at;
    if (*at == '"') {
      end = unquote(at + 1);
      if (end == NULL) {
        *bad = true;
        return false;
      }
    } else {
      end = at + strcspn(at, " ");
    }
  }
  if (*end == ' ')
    *end++ = '\0';
  *line = end;
  return true;
}

/* All words of a line; a word without a value is told to 'flag'. */
static bool take_line(struct trace_entry *e,
                      const struct trace_field *fields,
                      char *line,
                      const char *flag,
                      bool *flagged) {
  char *name, *value;
  bool bad = false;
  while (next_word(&line, &name, &value, &bad)) {
    if (value == NULL) {
      if (flag != NULL && strcmp(name, flag) == 0)
        *flagged = true;
      continue;
    }
    for (const struct trace_field *field = fields; field->name != NULL; field++)
      if (strcmp(field->name, name) == 0 && !field->take(e, value))
        return false;
  }
  return !bad;
}

/* The number that follows "packet" and "answer". */
static bool line_number(char **line, uint64_t *n) {
  char *name, *value;
  bool bad = false;
  return next_word(line, &name, &value, &bad) && value == NULL &&
         trace_number(name, n);
}

static struct trace_entry *add(struct trace_record *r, size_t *room) {
  if (r->count == *room) {
    size_t more = *room == 0 ? 256 : *room * 2;
    struct trace_entry *grown = realloc(r->entries, more * sizeof *r->entries);
    if (grown == NULL)
      return NULL;
    r->entries = grown;
    *room = more;
  }
  memset(&r->entries[r->count], 0, sizeof *r->entries);
  r->entries[r->count].code = FAIL_GENERIC;
  return &r->entries[r->count++];
}

enum line_result { LINE_OK, LINE_BAD, LINE_NO_MEMORY };

static enum line_result take_packet(struct trace_record *r,
                                    size_t *room,
                                    unsigned long number,
                                    char *line) {
  struct trace_entry *e = add(r, room);
  bool ignored;
  if (e == NULL)
    return LINE_NO_MEMORY;
  e->kind = TRACE_PACKET;
  e->line = number;
  if (!line_number(&line, &e->number) ||
      !take_line(e, trace_questions, line, NULL, &ignored) || e->cdb_len == 0)
    return LINE_BAD;
  return LINE_OK;
}

/* It belongs to the question before it; takes of the drive may be between. */
static enum line_result take_answer(struct trace_record *r, char *line) {
  struct trace_entry *e = NULL;
  uint64_t number;
  bool ignored;
  for (size_t i = r->count; i > 0 && e == NULL; i--)
    if (r->entries[i - 1].kind == TRACE_PACKET)
      e = &r->entries[i - 1];
  if (e == NULL || e->answered || !line_number(&line, &number) ||
      number != e->number ||
      !take_line(e, trace_answers, line, NULL, &ignored) || !e->answered)
    return LINE_BAD;
  return LINE_OK;
}

static enum line_result take_acquire(struct trace_record *r,
                                     size_t *room,
                                     unsigned long number,
                                     char *line) {
  struct trace_entry *e = add(r, room);
  if (e == NULL)
    return LINE_NO_MEMORY;
  e->kind = TRACE_ACQUIRE;
  e->line = number;
  return take_line(e, trace_acquires, line, "ok", &e->ok) ? LINE_OK : LINE_BAD;
}

static enum line_result take_any(struct trace_record *r,
                                 size_t *room,
                                 unsigned long number,
                                 char *line) {
  if (strncmp(line, "packet ", 7) == 0)
    return take_packet(r, room, number, line + 7);
  if (strncmp(line, "answer ", 7) == 0)
    return take_answer(r, line + 7);
  if (strncmp(line, "acquire ", 8) == 0)
    return take_acquire(r, room, number, line + 8);
  return LINE_OK;
}

/* "discrecorder-trace 1 address=... program=..." */
static bool take_first(struct trace_record *r,
                       const char *path,
                       char *line,
                       struct failure *f) {
  const size_t magic = sizeof TRACE_MAGIC - 1;
  char *name, *value;
  uint64_t n;
  bool bad = false;
  if (strncmp(line, TRACE_MAGIC, magic) != 0)
    return fail(f, FAIL_BAD_FILE, "%.200s is no trace", path);
  line += magic;
  if (!next_word(&line, &name, &value, &bad) || strcmp(name, "1") != 0)
    return fail(f,
                FAIL_UNSUPPORTED,
                "the trace %.200s has a format of another version than 1",
                path);
  while (next_word(&line, &name, &value, &bad)) {
    if (value == NULL)
      continue;
    if (strcmp(name, "max_bytes") == 0 && trace_number(value, &n) &&
        n <= UINT32_MAX)
      r->max_bytes = (uint32_t)n;
    if (strcmp(name, "asks") == 0)
      r->asks_freely = strcmp(value, "freely") == 0;
  }
  return true;
}

/* ===} */

static bool
take_lines(struct trace_record *r, const char *path, struct failure *f) {
  char *line = r->text, *end;
  size_t room = 0;
  for (unsigned long n = 1; (end = strchr(line, '\n')) != NULL; n++) {
    enum line_result result = LINE_OK;
    *end = '\0';
    if (n == 1 && !take_first(r, path, line, f))
      return false;
    if (n > 1 && strncmp(line, TRACE_MAGIC, sizeof TRACE_MAGIC - 1) == 0)
      return true; /* the next trace */
    if (n > 1)
      result = take_any(r, &room, n, line);
    if (result == LINE_NO_MEMORY)
      return fail(f, FAIL_NO_MEMORY, "no memory for the trace");
    if (result == LINE_BAD)
      return fail(
        f, FAIL_BAD_FILE, "the trace %.200s: line %lu makes no sense", path, n);
    line = end + 1;
  }
  if (line == r->text)
    return fail(f, FAIL_BAD_FILE, "%.200s is no trace", path);
  return true;
}

bool trace_read(const char *path, struct trace_record *r, struct failure *f) {
  memset(r, 0, sizeof *r);
  r->text = load_path(path, f);
  if (r->text == NULL)
    return false;
  if (take_lines(r, path, f))
    return true;
  trace_record_free(r);
  return false;
}

void trace_record_free(struct trace_record *r) {
  free(r->entries);
  free(r->text);
  memset(r, 0, sizeof *r);
}
