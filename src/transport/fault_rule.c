/* fault_rule.c: rules of the fault decorator as text: "opcode:WRITE(10),nth:3,
   sense:3/0C/00;lba:1000,corrupt". The words stand in one table; the options of
   Lua use the same ones through fault_rule_set. */
#include "fault.h"
#include "opcodes.h"

#include <ctype.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#define HANG_MOST 3600000u

/* Digits only: strtoull by itself takes blanks and signs. */
static bool number(const char *s, uint64_t *n) {
  char *end;
  if (!isdigit((unsigned char)s[0]))
    return false;
  errno = 0;
  *n = strtoull(s, &end, 10);
  return errno == 0 && *end == '\0';
}

static bool positive(const char *s, uint64_t *n) {
  return number(s, n) && *n > 0;
}

static bool set_packet(struct fault_rule *r, const char *v) {
  return positive(v, &r->packet);
}

static bool set_opcode(struct fault_rule *r, const char *v) {
  r->has_opcode = opcode_by_name(v, &r->opcode);
  return r->has_opcode;
}

static bool set_nth(struct fault_rule *r, const char *v) {
  return number(v, &r->nth);
}

static bool set_lba(struct fault_rule *r, const char *v) {
  bool minus = v[0] == '-'; /* the pregap lies before block 0 */
  uint64_t n;
  if (!number(v + minus, &n) || n > INT32_MAX)
    return false;
  r->lba = minus ? -(int32_t)n : (int32_t)n;
  r->has_lba = true;
  return true;
}

static bool set_longer(struct fault_rule *r, const char *v) {
  return positive(v, &r->longer);
}

static bool set_times(struct fault_rule *r, const char *v) {
  return positive(v, &r->times);
}

/* One part of "3/0C/00", of at most 'digits' hexadecimal digits. */
static bool hex_part(const char **at, size_t digits, char end, uint8_t *out) {
  const char *s = *at;
  size_t n = strspn(s, "0123456789abcdefABCDEF");
  if (n == 0 || n > digits || s[n] != end)
    return false;
  *out = (uint8_t)strtoul(s, NULL, 16);
  *at = s + n + 1;
  return true;
}

static bool set_sense(struct fault_rule *r, const char *v) {
  r->what = FAULT_SENSE;
  return hex_part(&v, 1, '/', &r->key) && hex_part(&v, 2, '/', &r->asc) &&
         hex_part(&v, 2, '\0', &r->ascq);
}

static bool set_busy(struct fault_rule *r, const char *v) {
  r->what = FAULT_BUSY;
  return positive(v, &r->amount);
}

static bool set_hang(struct fault_rule *r, const char *v) {
  r->what = FAULT_HANG;
  return number(v, &r->amount) && r->amount <= HANG_MOST;
}

static bool set_short(struct fault_rule *r, const char *v) {
  r->what = FAULT_SHORT;
  return number(v, &r->amount);
}

/* A word that is there or not: "gone", "gone:true". */
static bool flag(struct fault_rule *r, const char *v, enum fault_what what) {
  r->what = what;
  return strcmp(v, "true") == 0;
}

static bool set_garbage(struct fault_rule *r, const char *v) {
  r->what = FAULT_GARBAGE;
  return number(v, &r->amount);
}

static bool set_gone(struct fault_rule *r, const char *v) {
  return flag(r, v, FAULT_GONE);
}

static bool set_lost(struct fault_rule *r, const char *v) {
  return flag(r, v, FAULT_LOST);
}

static bool set_long(struct fault_rule *r, const char *v) {
  return flag(r, v, FAULT_LONG);
}

static bool set_corrupt(struct fault_rule *r, const char *v) {
  return flag(r, v, FAULT_CORRUPT);
}

static bool set_lost_write(struct fault_rule *r, const char *v) {
  return flag(r, v, FAULT_LOST_WRITE);
}

static bool set_defect(struct fault_rule *r, const char *v) {
  return flag(r, v, FAULT_DEFECT);
}

static bool set_denied(struct fault_rule *r, const char *v) {
  return flag(r, v, FAULT_DENIED);
}

static bool set_delivered(struct fault_rule *r, const char *v) {
  r->delivered = true;
  return strcmp(v, "true") == 0;
}

static bool set_deferred(struct fault_rule *r, const char *v) {
  r->deferred = true;
  return strcmp(v, "true") == 0;
}

static const struct word {
  const char *name;
  bool (*set)(struct fault_rule *r, const char *value);
  bool acts; /* says what happens, not when */
  const char *wanted;
} words[] = {
  {"packet", set_packet, false, "a number from 1"},
  {"opcode", set_opcode, false, "a command's name or number: WRITE(10), 0x2A"},
  {"nth", set_nth, false, "a number from 1, or 0 for each"},
  {"lba", set_lba, false, "a block address"},
  {"longer", set_longer, false, "a number of bytes, from 1"},
  {"times", set_times, false, "a number from 1"},
  {"sense", set_sense, true, "key/asc/ascq in hexadecimal: 3/0C/00"},
  {"gone", set_gone, true, "true"},
  {"lost", set_lost, true, "true"},
  {"busy", set_busy, true, "a number of packets, from 1"},
  {"hang", set_hang, true, "milliseconds, at most an hour"},
  {"short", set_short, true, "a number of bytes"},
  {"long", set_long, true, "true"},
  {"corrupt", set_corrupt, true, "true"},
  {"garbage", set_garbage, true, "a number, the seed"},
  {"lost_write", set_lost_write, true, "true"},
  {"defect", set_defect, true, "true"},
  {"denied", set_denied, true, "true"},
  {"delivered", set_delivered, false, "true"},
  {"deferred", set_deferred, false, "true"},
};

#define WORDS (sizeof words / sizeof *words)

static bool unknown_word(const char *name, struct failure *f) {
  char known[192] = "";
  for (size_t i = 0; i < WORDS; i++) {
    if (i > 0)
      strcat(known, " "); /* the names of the table fit */
    strcat(known, words[i].name);
  }
  return fail(f,
              FAIL_UNSUPPORTED,
              "a fault has an unknown word \"%.40s\"; there are: %s",
              name,
              known);
}

bool fault_rule_set(struct fault_rule *rule,
                    const char *name,
                    const char *value,
                    struct failure *f) {
  for (size_t i = 0; i < WORDS; i++) {
    const struct word *w = &words[i];
    if (strcmp(w->name, name) != 0)
      continue;
    if (w->acts && rule->what != FAULT_NONE)
      return fail(f,
                  FAIL_UNSUPPORTED,
                  "a fault says two things that happen, the second is %s",
                  name);
    if (w->set(rule, value != NULL ? value : "true"))
      return true;
    return fail(f,
                FAIL_UNSUPPORTED,
                "a fault says %s:%.40s; %s is %s",
                name,
                value != NULL ? value : "",
                name,
                w->wanted);
  }
  return unknown_word(name, f);
}

static bool check_rule(const struct fault_rule *rule, struct failure *f) {
  if (rule->what == FAULT_NONE)
    return fail(f, FAIL_UNSUPPORTED, "a fault does not say what happens");
  if (rule->packet == 0 && !rule->has_opcode && !rule->has_lba &&
      rule->longer == 0)
    return fail(f,
                FAIL_UNSUPPORTED,
                "a fault does not say when: by packet, opcode, lba or longer");
  if (rule->nth > 0 && !rule->has_opcode)
    return fail(f, FAIL_UNSUPPORTED, "a fault says nth without an opcode");
  if (rule->what == FAULT_DEFECT && !rule->has_lba)
    return fail(f, FAIL_UNSUPPORTED, "a fault says defect without an lba");
  if (rule->delivered && rule->what != FAULT_SENSE)
    return fail(f, FAIL_UNSUPPORTED, "a fault says delivered without a sense");
  if (rule->deferred && rule->what != FAULT_SENSE)
    return fail(f, FAIL_UNSUPPORTED, "a fault says deferred without a sense");
  if (rule->what == FAULT_BUSY && rule->amount == 0)
    return fail(f, FAIL_UNSUPPORTED, "a fault says busy for 0 packets");
  return true;
}

bool fault_check(const struct fault_rule *rules,
                 size_t count,
                 struct failure *f) {
  for (size_t i = 0; i < count; i++)
    if (!check_rule(&rules[i], f))
      return false;
  return true;
}

/* One rule, alone between semicolons; the text is cut up. */
static bool parse_rule(char *text, struct fault_rule *rule, struct failure *f) {
  char *rest = text, *item;
  unsigned seen = 0;
  while ((item = strsep(&rest, ",")) != NULL) {
    char *value = strchr(item, ':');
    if (value != NULL)
      *value++ = '\0';
    for (size_t i = 0; i < WORDS; i++) {
      if (strcmp(words[i].name, item) != 0)
        continue;
      if (seen & 1u << i)
        return fail(f, FAIL_UNSUPPORTED, "a fault says %s twice", item);
      seen |= 1u << i;
    }
    if (!fault_rule_set(rule, item, value, f))
      return false;
  }
  return check_rule(rule, f);
}

static bool parse_rules(char *text,
                        struct fault_rule *rules,
                        size_t *count,
                        struct failure *f) {
  char *rest = text, *one;
  while ((one = strsep(&rest, ";")) != NULL)
    if (!parse_rule(one, &rules[(*count)++], f))
      return false;
  return true;
}

bool fault_parse(const char *text,
                 struct fault_rule **rules,
                 size_t *count,
                 struct failure *f) {
  size_t room = 1;
  char *copy = strdup(text);
  bool ok;
  for (const char *c = text; *c != '\0'; c++)
    room += *c == ';';
  *count = 0;
  *rules = calloc(room, sizeof **rules);
  if (copy == NULL || *rules == NULL)
    ok = fail(f, FAIL_NO_MEMORY, "no memory for faults");
  else
    ok = parse_rules(copy, *rules, count, f);
  free(copy);
  if (ok)
    return true;
  free(*rules);
  *rules = NULL;
  *count = 0;
  return false;
}
