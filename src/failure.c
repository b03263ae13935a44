/* failure.c: the rows of failure_codes.h as a table, and the two functions that
   fill in a failure. */
#include "failure.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const struct failure_kind failure_kinds[FAIL_COUNT] = {
#define CODE(id, name, hresult, culprit, retryable, advice)                    \
  [FAIL_##id] = {name, CULPRIT_##culprit, retryable, advice},
#include "failure_codes.h"
#undef CODE
};

const char *const culprit_names[] = {
  [CULPRIT_MEDIUM] = "medium",
  [CULPRIT_DRIVE] = "drive",
  [CULPRIT_CONNECTION] = "connection",
  [CULPRIT_PERMISSION] = "permission",
  [CULPRIT_DATA] = "data",
  [CULPRIT_PROGRAM] = "program",
};

static void fill(struct failure *f,
                 enum failure_code code,
                 const char *format,
                 va_list args) {
  const struct failure_kind *kind = &failure_kinds[code];
  memset(f, 0, sizeof *f);
  f->code = code;
  f->culprit = kind->culprit;
  f->retryable = kind->retryable;
  f->advice = kind->advice;
  vsnprintf(f->message, sizeof f->message, format, args);
}

bool fail(struct failure *f, enum failure_code code, const char *format, ...) {
  va_list args;
  va_start(args, format);
  fill(f, code, format, args);
  va_end(args);
  return false;
}

bool advise(struct failure *f, const char *advice) {
  f->advice = advice;
  return false;
}

/* What an errno says about the culprit, whatever was tried. */
static const struct {
  int err;
  enum failure_code code;
  enum culprit culprit;
  const char *advice;
} errnos[] = {
  {EACCES,
   FAIL_DEVICE_NOT_ACCESSIBLE,
   CULPRIT_PERMISSION,
   "Check who owns it and which groups you are in."},
  {EPERM,
   FAIL_DEVICE_NOT_ACCESSIBLE,
   CULPRIT_PERMISSION,
   "Check who owns it and which groups you are in."},
  {ENOSPC, FAIL_FILE_ACCESS, CULPRIT_DATA, "Free some disk space."},
  {EROFS,
   FAIL_FILE_ACCESS,
   CULPRIT_PERMISSION,
   "Use a place that is writable."},
  {ENOMEM, FAIL_NO_MEMORY, CULPRIT_PROGRAM, "Free some memory and try again."},
};

bool fail_errno(
  struct failure *f, int err, enum failure_code code, const char *format, ...) {
  va_list args;
  size_t len;
  va_start(args, format);
  fill(f, code, format, args);
  va_end(args);
  len = strlen(f->message);
  snprintf(f->message + len, sizeof f->message - len, ": %s", strerror(err));
  for (size_t i = 0; i < sizeof errnos / sizeof *errnos; i++) {
    if (errnos[i].err != err)
      continue;
    /* A file of the user's that may not be read stays a bad file. */
    if (code != FAIL_BAD_FILE)
      f->code = errnos[i].code;
    f->culprit = errnos[i].culprit;
    f->advice = errnos[i].advice;
  }
  return false;
}
