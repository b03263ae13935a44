/* trace_fields.c: what stands in a trace's lines: one table of fields for each
   kind of line, and their values. */
#include "trace_fields.h"

#include "trace_file.h"

#include <ctype.h>
#include <string.h>

/* {=== Values */

int trace_digit(char c) {
  if (c >= '0' && c <= '9')
    return c - '0';
  return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* Hexadecimal to bytes, over the text itself; false: not even, no digits. */
static bool take_bytes(char *value, uint8_t **bytes, size_t *len) {
  size_t n = 0;
  for (const char *at = value; *at != '\0'; at += 2) {
    int high = trace_digit(at[0]), low = high < 0 ? -1 : trace_digit(at[1]);
    if (low < 0)
      return false;
    value[n++] = (char)(high * 16 + low);
  }
  *bytes = (uint8_t *)value;
  *len = n;
  return true;
}

static bool take_short(char *value, uint8_t *to, size_t most, uint8_t *len) {
  uint8_t *bytes;
  size_t n;
  if (!take_bytes(value, &bytes, &n) || n > most)
    return false;
  memcpy(to, bytes, n);
  *len = (uint8_t)n;
  return true;
}

bool trace_number(const char *value, uint64_t *n) {
  *n = 0;
  if (*value == '\0' || strlen(value) > 18)
    return false;
  for (; isdigit((unsigned char)*value); value++)
    *n = *n * 10 + (uint64_t)(*value - '0');
  return *value == '\0';
}

/* "1.000000000" in nanoseconds. */
static bool take_time(char *value, uint64_t *ns) {
  char *point = strchr(value, '.');
  uint64_t seconds, rest;
  if (point == NULL || strlen(point) != 10)
    return false;
  *point = '\0';
  if (!trace_number(value, &seconds) || !trace_number(point + 1, &rest) ||
      seconds > UINT64_MAX / 2000000000)
    return false;
  *ns = seconds * 1000000000 + rest;
  return true;
}

static bool take_sum(const char *value, uint64_t *sum) {
  *sum = 0;
  if (strlen(value) != 16)
    return false;
  for (; *value != '\0'; value++) {
    if (trace_digit(*value) < 0)
      return false;
    *sum = *sum << 4 | (uint64_t)trace_digit(*value);
  }
  return true;
}

static bool
take_word(const char *value, const char *const *words, size_t n, int *which) {
  for (size_t i = 0; i < n; i++)
    if (strcmp(words[i], value) == 0) {
      *which = (int)i;
      return true;
    }
  return false;
}

/* ===} */

/* {=== Fields */

static bool field_at(struct trace_entry *e, char *v) {
  return take_time(v, &e->at);
}

static bool field_cdb(struct trace_entry *e, char *v) {
  return take_short(v, e->cdb, sizeof e->cdb, &e->cdb_len) && e->cdb_len >= 6;
}

static bool field_dir(struct trace_entry *e, char *v) {
  int which;
  if (!take_word(v, trace_dir_names, 3, &which))
    return false;
  e->dir = (enum packet_dir)which;
  return true;
}

static bool field_status(struct trace_entry *e, char *v) {
  int which;
  if (!take_word(v, trace_status_names, PACKET_LOST + 1, &which))
    return false;
  e->status = (enum packet_status)which;
  e->answered = true;
  return true;
}

static bool field_moved(struct trace_entry *e, char *v) {
  uint64_t n;
  if (!trace_number(v, &n))
    return false;
  e->moved = (size_t)n;
  return true;
}

static bool field_elapsed(struct trace_entry *e, char *v) {
  return take_time(v, &e->elapsed);
}

static bool field_os_error(struct trace_entry *e, char *v) {
  uint64_t n;
  if (!trace_number(v, &n) || n > 4095)
    return false;
  e->os_error = (int)n;
  return true;
}

static bool field_sense(struct trace_entry *e, char *v) {
  return take_short(v, e->sense, sizeof e->sense, &e->sense_len);
}

static bool field_in(struct trace_entry *e, char *v) {
  uint8_t *bytes;
  if (!take_bytes(v, &bytes, &e->in_len))
    return false;
  e->in = bytes;
  return true;
}

static bool field_sum(struct trace_entry *e, char *v) {
  e->has_sum = true;
  return take_sum(v, &e->sum);
}

static bool field_code(struct trace_entry *e, char *v) {
  for (int i = 0; i < FAIL_COUNT; i++)
    if (strcmp(failure_kinds[i].name, v) == 0)
      e->code = (enum failure_code)i;
  return true; /* a code that is not known stays generic */
}

static bool field_message(struct trace_entry *e, char *v) {
  e->message = v;
  return true;
}

const struct trace_field trace_questions[] = {
  {"at", field_at},
  {"cdb", field_cdb},
  {"dir", field_dir},
  {NULL, NULL},
};
const struct trace_field trace_answers[] = {
  {"status", field_status},
  {"moved", field_moved},
  {"elapsed", field_elapsed},
  {"os_error", field_os_error},
  {"sense", field_sense},
  {"in", field_in},
  {"sum", field_sum},
  {NULL, NULL},
};
const struct trace_field trace_acquires[] = {
  {"at", field_at},
  {"code", field_code},
  {"message", field_message},
  {NULL, NULL},
};

/* ===} */
