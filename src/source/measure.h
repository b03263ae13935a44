/* measure.h: is a file still the one it was? What was measured when a source
   was made is compared with every later look at it. */
#ifndef DISCRECORDER_MEASURE_H
#define DISCRECORDER_MEASURE_H

#include "../failure.h"
#include <stdbool.h>
#include <stdint.h>
#include <sys/stat.h>

struct measure {
  dev_t dev;
  ino_t ino;
  int64_t size;
  int64_t mtime;
  uint32_t mtime_ns;
};

void measure_take(struct measure *m, const struct stat *st);

/* True when nothing changed; else bad_file, which names the path and says what
   changed: it shrank, grew, was replaced or was written to. */
bool measure_compare(const struct measure *m,
                     const struct stat *st,
                     const char *path,
                     struct failure *f);

/*
** Open a regular file to read it, without waiting for anyone; -1 and bad_file
** for anything else. *st is what it is now.
*/
int open_regular(const char *path, struct stat *st, struct failure *f);

/* The same for one that was measured and will be read from the start, if it is
   still that one. */
int measure_open(const struct measure *m, const char *path, struct failure *f);
/* Is what stands there now still it? */
bool measure_check(const struct measure *m,
                   const char *path,
                   struct failure *f);

/* What a mode says that a file is: "a pipe"; for what is none to be read. */
const char *what_it_is(mode_t mode);

/* bad_file, with the path and what an errno says. */
bool fail_path(struct failure *f, int err, const char *path);

/*
** A path as it may stand in a message: control characters and bytes that are no
** UTF-8 as \xNN, and only the end of what is too long for it.
*/
#define SHOWN_PATH 176
const char *shown_path(const char *path, char shown[SHOWN_PATH]);

/* The length of the UTF-8 character at s, 0 when there is none (invalid byte or
   sequence, overlong, surrogate, beyond U+10FFFF). *character may be NULL. */
int utf8_character(const char *s, uint32_t *character);
bool utf8_valid(const char *s);

#endif
