/* sense.c: sense bytes decoded, named and judged. What the codes mean stands in
   sense_table.h; this file only finds the row. */
#include "sense.h"

#include "../bytes.h"
#include "../mmc_names.h"

#include <stdio.h>
#include <string.h>

#define ANY SENSE_ANY

static const struct sense_kind kinds[] = {
#define KIND(key, asc, first, last, action, code, culprit, text, advice)       \
  {key,                                                                        \
   asc,                                                                        \
   first,                                                                      \
   last,                                                                       \
   SENSE_##action,                                                             \
   FAIL_##code,                                                                \
   CULPRIT_##culprit,                                                          \
   text,                                                                       \
   advice},
#include "sense_table.h"
#undef KIND
};

static const struct sense_kind keys[16] = {
#define KEY(key, action, code, culprit, text, advice)                          \
  [key] = {key,                                                                \
           0,                                                                  \
           0x00,                                                               \
           0xFF,                                                               \
           SENSE_##action,                                                     \
           FAIL_##code,                                                        \
           CULPRIT_##culprit,                                                  \
           text,                                                               \
           advice},
#include "sense_table.h"
#undef KEY
};

static const struct {
  uint8_t asc, ascq;
  const char *text;
} texts[] = {
#define TEXT(asc, ascq, text) {asc, ascq, text},
#include "sense_table.h"
#undef TEXT
};

/* {=== Decoding */

/* Progress shares its place with other things: only these keys mean progress by
   it (SPC-4 4.5.2.4.1). */
static bool tells_progress(const struct sense *s) {
  return s->key == KEY_NO_SENSE || s->key == KEY_NOT_READY;
}

/* 'specific' are the three sense key specific bytes. */
static void take_progress(struct sense *s, const uint8_t *specific) {
  if (!tells_progress(s) || !(specific[0] & 0x80)) /* SKSV */
    return;
  s->has_progress = true;
  s->progress = get_be16(specific + 1);
}

static void decode_fixed(const uint8_t *b, size_t len, struct sense *s) {
  s->key = b[2] & 0x0F;
  /* With ILI the information is a difference of lengths, not a place. */
  if (len >= 7 && (b[0] & 0x80) && !(b[2] & 0x20)) {
    s->has_information = true;
    s->information = get_be32(b + 3);
  }
  if (len < 14)
    return;
  s->asc = b[12];
  s->ascq = b[13];
  if (len >= 18)
    take_progress(s, b + 15);
}

/* One descriptor of SPC-4 4.5.2; 'len' is all of it. */
static void decode_descriptor(const uint8_t *d, size_t len, struct sense *s) {
  if (d[0] == 0x00 && len >= 12 && (d[2] & 0x80)) {
    uint64_t information = get_be64(d + 4);
    if (information > UINT32_MAX)
      return; /* no optical medium has such a place */
    s->has_information = true;
    s->information = (uint32_t)information;
  } else if (d[0] == 0x02 && len >= 7) {
    take_progress(s, d + 4);
  }
}

static void decode_descriptors(const uint8_t *b, size_t len, struct sense *s) {
  size_t end;
  s->key = b[1] & 0x0F;
  if (len < 4)
    return;
  s->asc = b[2];
  s->ascq = b[3];
  if (len < 8)
    return;
  end = 8u + b[7] < len ? 8u + b[7] : len;
  for (size_t at = 8; at + 2 <= end;) {
    size_t size = 2u + b[at + 1];
    if (at + size > end)
      return;
    decode_descriptor(b + at, size, s);
    at += size;
  }
}

bool sense_decode(const uint8_t *bytes, size_t len, struct sense *s) {
  uint8_t response;
  memset(s, 0, sizeof *s);
  if (len < 3)
    return false;
  response = bytes[0] & 0x7F;
  if (response < 0x70 || response > 0x73)
    return false;
  s->deferred = response & 1;
  if (response <= 0x71)
    decode_fixed(bytes, len, s);
  else
    decode_descriptors(bytes, len, s);
  return true;
}

/* ===} */

/* {=== Looking up */

/* The row of 'kinds' for a code, or NULL. */
static const struct sense_kind *find(uint8_t key, uint8_t asc, uint8_t ascq) {
  for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
    const struct sense_kind *k = &kinds[i];
    if (k->asc == asc && k->ascq_first <= ascq && ascq <= k->ascq_last &&
        (k->key == key || k->key == SENSE_ANY))
      return k;
  }
  return NULL;
}

const struct sense_kind *sense_lookup(const struct sense *s) {
  const struct sense_kind *k = NULL;
  /* Nothing, or recovered: done, whatever the rest says. */
  if (s->key != KEY_NO_SENSE && s->key != KEY_RECOVERED_ERROR)
    k = find(s->key, s->asc, s->ascq);
  return k != NULL ? k : &keys[s->key & 0x0F];
}

static const char *find_text(uint8_t asc, uint8_t ascq) {
  for (size_t i = 0; i < sizeof texts / sizeof *texts; i++)
    if (texts[i].asc == asc && texts[i].ascq == ascq)
      return texts[i].text;
  return NULL;
}

const char *sense_text(uint8_t key, uint8_t asc, uint8_t ascq) {
  const struct sense_kind *k = find(key, asc, ascq);
  const char *text;
  if (k != NULL && k->ascq_first == k->ascq_last)
    return k->text;
  text = find_text(asc, ascq);
  if (text != NULL)
    return text;
  if (k != NULL)
    return k->text;
  text = find_text(asc, 0); /* at least what kind of thing it is about */
  return text != NULL ? text : keys[key & 0x0F].text;
}

/* ===} */

/* {=== Failures */

/* One sense code can come from reading and from writing; a failure of reading
   must not be told as "disc full", nor one of writing as something general. */
static const struct {
  const char *prefix; /* of the command */
  enum failure_code from, to;
  enum culprit culprit;
  const char *advice;
} turns[] = {
  {"READ",
   FAIL_CANNOT_WRITE_TO_MEDIA,
   FAIL_GENERIC,
   CULPRIT_MEDIUM,
   "Clean the disc, read it slower, or try another drive."},
  {"READ",
   FAIL_DISC_FULL,
   FAIL_GENERIC,
   CULPRIT_PROGRAM,
   "Read only what the disc holds; nothing is written there."},
  {"READ",
   FAIL_MEDIUM_NOT_BLANK,
   FAIL_GENERIC,
   CULPRIT_PROGRAM,
   "Read only what the disc holds; nothing is written there."},
  {"VERIFY",
   FAIL_CANNOT_WRITE_TO_MEDIA,
   FAIL_VERIFY_FAILED,
   CULPRIT_MEDIUM,
   "Clean the disc, read it slower, or try another drive."},
  {"VERIFY",
   FAIL_DISC_FULL,
   FAIL_GENERIC,
   CULPRIT_PROGRAM,
   "Read only what the disc holds; nothing is written there."},
  {"VERIFY",
   FAIL_MEDIUM_NOT_BLANK,
   FAIL_GENERIC,
   CULPRIT_PROGRAM,
   "Read only what the disc holds; nothing is written there."},
  {"WRITE",
   FAIL_GENERIC,
   FAIL_CANNOT_WRITE_TO_MEDIA,
   CULPRIT_MEDIUM,
   "Try another disc, then a lower speed, then another drive."},
};

static void turn(struct failure *f, const struct sense_kind *k) {
  for (size_t i = 0; i < sizeof turns / sizeof *turns; i++) {
    if (turns[i].from != k->code ||
        strncmp(f->command, turns[i].prefix, strlen(turns[i].prefix)) != 0)
      continue;
    /* Not every general failure is one of writing: a reset is not. */
    if (k->code == FAIL_GENERIC && k->culprit != CULPRIT_MEDIUM)
      continue;
    f->code = turns[i].to;
    f->culprit = turns[i].culprit;
    f->advice = turns[i].advice;
    return;
  }
}

/* May the same be asked again, with hope? */
static bool is_temporary(enum sense_action action) {
  return action != SENSE_FAIL && action != SENSE_GO_ON;
}

/* Keys whose information, where valid, is a place on the medium. */
static bool tells_place(uint8_t key) {
  return key != KEY_NO_SENSE && key != KEY_NOT_READY &&
         key != KEY_UNIT_ATTENTION;
}

bool fail_sense(struct failure *f, const char *command, const struct sense *s) {
  const struct sense_kind *k = sense_lookup(s);
  fail(f,
       k->code,
       "%s: %s (%X/%02X/%02X)%s",
       command,
       sense_text(s->key, s->asc, s->ascq),
       s->key & 0x0Fu,
       (unsigned)s->asc,
       (unsigned)s->ascq,
       s->deferred ? ", about an earlier command" : "");
  f->command = command;
  f->culprit = k->culprit;
  f->retryable = f->retryable || is_temporary(k->action);
  f->has_sense = true;
  f->deferred = s->deferred;
  f->key = s->key;
  f->asc = s->asc;
  f->ascq = s->ascq;
  if (s->has_information && tells_place(s->key)) {
    f->has_lba = true;
    f->lba = (int32_t)s->information; /* before block 0 it is negative */
  }
  if (!s->deferred) /* else it is about another command than this one */
    turn(f, k);
  if (k->advice != NULL && f->code == k->code)
    f->advice = k->advice;
  return false;
}

/* ===} */
