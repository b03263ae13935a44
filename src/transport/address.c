/* address.c: addresses of recorders, taken apart. The keys of a virtual address
   are one table; what may stand in them is told in docs/addresses.md. */
#include "address.h"

#include "percent.h"
#include "registry.h"

#include <ctype.h>
#include <errno.h>
#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

/* The scheme's length, or 0: letters, digits, + - . up to a colon. */
static size_t scheme_length(const char *s) {
  size_t n = 0;
  if (!isalpha((unsigned char)s[0]))
    return 0;
  while (isalnum((unsigned char)s[n]) || s[n] == '+' || s[n] == '-' ||
         s[n] == '.')
    n++;
  return s[n] == ':' ? n : 0;
}

/* {=== Keys */

static bool wrong(struct failure *f,
                  const char *key,
                  const char *value,
                  const char *wanted) {
  return fail(f,
              FAIL_UNSUPPORTED,
              "the address says %s=%.60s; %s is %s",
              key,
              value,
              key,
              wanted);
}

static bool take_medium(struct address *a, const char *v, struct failure *f) {
  (void)f; /* which media there are is the virtual recorder's knowledge */
  a->drive.medium = v;
  return true;
}

static bool take_model(struct address *a, const char *v, struct failure *f) {
  (void)f;
  a->drive.model = v;
  return true;
}

static bool take_serial(struct address *a, const char *v, struct failure *f) {
  (void)f;
  a->drive.serial = v;
  return true;
}

static bool take_minutes(struct address *a, const char *v, struct failure *f) {
  if (strcmp(v, "74") != 0 && strcmp(v, "80") != 0)
    return wrong(f, "minutes", v, "74 or 80");
  a->drive.minutes = v[0] == '7' ? 74 : 80;
  return true;
}

static bool take_buffer(struct address *a, const char *v, struct failure *f) {
  const char *const wanted = "a number of bytes, of KiB with K, of MiB with M";
  unsigned shift = 0;
  unsigned long long n;
  char *end;
  if (!isdigit((unsigned char)v[0])) /* strtoull takes signs and blanks */
    return wrong(f, "buffer", v, wanted);
  errno = 0;
  n = strtoull(v, &end, 10);
  if (*end == 'K' || *end == 'k')
    shift = 10;
  else if (*end == 'M' || *end == 'm')
    shift = 20;
  if (errno != 0 || n == 0 || n > ULLONG_MAX >> shift ||
      end[shift == 0 ? 0 : 1] != '\0')
    return wrong(f, "buffer", v, wanted);
  a->drive.buffer = (uint64_t)n << shift;
  return true;
}

/* Digits with a point, read without the locale: strtod in a program with a
   German locale would stop at the point. */
static bool take_pace(struct address *a, const char *v, struct failure *f) {
  double n = 0, unit = 1;
  bool point = false, any = false;
  for (const char *c = v; *c != '\0'; c++) {
    if (*c == '.' && !point) {
      point = true;
      continue;
    }
    if (!isdigit((unsigned char)*c))
      return wrong(f, "pace", v, "a number, 0 or more");
    any = true;
    n = n * 10 + (*c - '0');
    if (point)
      unit *= 10;
  }
  n /= unit;
  if (!any || !isfinite(n))
    return wrong(f, "pace", v, "a number, 0 or more");
  a->drive.pace = n;
  return true;
}

static bool take_clock(struct address *a, const char *v, struct failure *f) {
  a->drive.machine_clock = strcmp(v, "machine") == 0;
  return a->drive.machine_clock || strcmp(v, "own") == 0 ||
         wrong(f, "clock", v, "own or machine");
}

static bool take_fault(struct address *a, const char *v, struct failure *f) {
  (void)f; /* fault_parse judges it when the drive is opened */
  a->faults = v;
  return true;
}

static bool take_quirk(struct address *a, const char *v, struct failure *f) {
  (void)f; /* the virtual recorder knows which there are */
  a->drive.quirks = v;
  return true;
}

static const struct key {
  const char *name;
  bool (*take)(struct address *a, const char *value, struct failure *f);
} keys[] = {
  {"medium", take_medium},
  {"minutes", take_minutes},
  {"model", take_model},
  {"serial", take_serial},
  {"buffer", take_buffer},
  {"pace", take_pace},
  {"clock", take_clock},
  {"quirk", take_quirk},
  {"fault", take_fault},
};

#define KEYS (sizeof keys / sizeof *keys)

static bool unknown_key(const char *name, struct failure *f) {
  char known[128] = "";
  for (size_t i = 0; i < KEYS; i++) {
    if (i > 0)
      strcat(known, " "); /* all names together fit, and only they get here */
    strcat(known, keys[i].name);
  }
  return fail(f,
              FAIL_UNSUPPORTED,
              "the address has an unknown key \"%.60s\"; there are: %s",
              name,
              known);
}

/* One key=value, already alone between '&'; 'seen' has a bit for each key. */
static bool
take_pair(struct address *a, char *pair, unsigned *seen, struct failure *f) {
  char *value = strchr(pair, '=');
  if (value != NULL)
    *value++ = '\0';
  if (!percent_decode(pair, f) || (value != NULL && !percent_decode(value, f)))
    return false;
  for (size_t i = 0; i < KEYS; i++) {
    if (strcmp(keys[i].name, pair) != 0)
      continue;
    if (value == NULL || *value == '\0')
      return fail(
        f, FAIL_UNSUPPORTED, "the address gives no value to %s", pair);
    if (*seen & 1u << i)
      return fail(f, FAIL_UNSUPPORTED, "the address gives %s twice", pair);
    *seen |= 1u << i;
    return keys[i].take(a, value, f);
  }
  return unknown_key(pair, f);
}

static bool take_keys(struct address *a, char *keys_text, struct failure *f) {
  unsigned seen = 0;
  char *rest = keys_text, *pair;
  while ((pair = strsep(&rest, "&")) != NULL)
    if (!take_pair(a, pair, &seen, f))
      return false;
  return true;
}

/* ===} */

/* {=== Addresses */

static enum address_kind kind_of(const struct address *a) {
  static const struct {
    const char *scheme;
    enum address_kind kind;
  } kinds[] = {
    {"cdio", ADDRESS_CDIO},
    {"iscsi", ADDRESS_MODULE},
    {"replay", ADDRESS_REPLAY},
    {"virtual", ADDRESS_VIRTUAL},
  };
  if (a->scheme == NULL)
    return a->path[0] == '/' ? ADDRESS_NODE : ADDRESS_UNKNOWN;
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
    if (strcmp(a->scheme, kinds[i].scheme) == 0)
      return kinds[i].kind;
  return ADDRESS_UNKNOWN;
}

static bool take_apart(struct address *a, struct failure *f) {
  size_t scheme = scheme_length(a->text);
  char *path = a->text, *query;
  if (scheme > 0) {
    a->scheme = a->text;
    a->text[scheme] = '\0';
    path = a->text + scheme + 1;
  }
  a->path = path;
  a->kind = kind_of(a);
  if (a->kind == ADDRESS_MODULE || a->kind == ADDRESS_UNKNOWN)
    return true; /* the module's, or only quoted in a message */
  query = strchr(path, '?');
  if (query != NULL)
    *query++ = '\0';
  if (!percent_decode(path, f))
    return false;
  if (*path == '\0') {
    fail(f,
         FAIL_DEVICE_NOT_PRESENT,
         "the address names no file: %s:PATH",
         a->scheme);
    f->culprit = CULPRIT_PROGRAM;
    f->advice = "Name the file behind the colon; docs/addresses.md tells more.";
    return false;
  }
  if (a->kind != ADDRESS_VIRTUAL && query != NULL)
    return fail(f,
                FAIL_UNSUPPORTED,
                "the address of a %s takes no keys (a question mark in a path "
                "is %%3F): \"%.100s\"",
                a->kind == ADDRESS_REPLAY ? "trace" : "device",
                query);
  a->drive.path = path;
  return query == NULL || take_keys(a, query, f);
}

void address_advise(struct failure *f) {
  if (f->code == FAIL_UNSUPPORTED &&
      f->advice == failure_kinds[FAIL_UNSUPPORTED].advice)
    f->advice = "Correct the address; docs/addresses.md tells of its keys.";
}

bool address_parse(const char *text, struct address *a, struct failure *f) {
  memset(a, 0, sizeof *a);
  if (*text == '\0') {
    fail(f, FAIL_DEVICE_NOT_PRESENT, "the address is empty");
    f->advice = "Give an address; `discrecorder list` shows the drives found.";
    return false;
  }
  a->text = strdup(text);
  if (a->text == NULL)
    return fail(f, FAIL_NO_MEMORY, "no memory for an address");
  if (take_apart(a, f))
    return true;
  address_advise(f);
  address_free(a);
  return false;
}

void address_free(struct address *a) {
  free(a->text);
  memset(a, 0, sizeof *a);
}

/* ===} */
