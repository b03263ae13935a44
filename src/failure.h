/* failure.h: what went wrong, as data. Every layer below Lua reports a failure
   of the world by returning false and filling one of these in; the bindings
   turn it into `nil, failure, code`. */
#ifndef DISCRECORDER_FAILURE_H
#define DISCRECORDER_FAILURE_H

#include <stdbool.h>
#include <stdint.h>

/* Names, numbers and defaults stand in failure_codes.h, one row a code. */
enum failure_code {
#define CODE(id, name, hresult, culprit, retryable, advice) FAIL_##id,
#include "failure_codes.h"
#undef CODE
  FAIL_COUNT
};

enum culprit {
  CULPRIT_MEDIUM,
  CULPRIT_DRIVE,
  CULPRIT_CONNECTION,
  CULPRIT_PERMISSION,
  CULPRIT_DATA,
  CULPRIT_PROGRAM
};

struct failure {
  enum failure_code code;
  char message[400];
  const char *command; /* the MMC command that failed, a literal; or NULL */
  bool has_lba;
  int32_t lba;
  bool has_sense;
  bool deferred; /* that sense is about an earlier command */
  uint8_t key, asc, ascq;
  enum culprit culprit;
  bool retryable;
  const char *advice; /* a literal, never NULL once set */
};

/* One row of failure_codes.h. */
struct failure_kind {
  const char *name;     /* "medium_not_present": stable, for programs */
  enum culprit culprit; /* the likeliest */
  bool retryable;
  const char *advice;
};

extern const struct failure_kind failure_kinds[FAIL_COUNT];
extern const char *const culprit_names[];

/*
** Fill in a failure: culprit, advice and retryable from the code's row, message
** from the format, all else cleared. Always returns false, so that a function
** can end with `return fail(f, FAIL_DISC_FULL, "...")`.
*/
bool fail(struct failure *f, enum failure_code code, const char *format, ...)
  __attribute__((format(printf, 3, 4)));

/* Of one that fail() made: what would work, in place of the code's advice.
   Returns false. */
bool advise(struct failure *f, const char *advice);

/* The same as fail() for an errno: permission, missing file and full disk get
   the codes that fit, everything else 'code'. The message ends with strerror's
   text. */
bool fail_errno(struct failure *f,
                int err,
                enum failure_code code,
                const char *format,
                ...) __attribute__((format(printf, 4, 5)));

#endif
