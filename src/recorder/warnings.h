/* warnings.h: what a report tells besides, when all went well. */
#ifndef DISCRECORDER_WARNINGS_H
#define DISCRECORDER_WARNINGS_H

/* A warning goes to the report, as {code, message}. */
struct warning {
  const char *code; /* a literal */
  char message[200];
};

#define WARNINGS_MAX 16

struct warnings {
  unsigned count;
  struct warning list[WARNINGS_MAX];
};

void add_warning(struct warnings *w, const char *code, const char *format, ...)
  __attribute__((format(printf, 3, 4)));

#endif
