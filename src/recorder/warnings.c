/* warnings.c: one more, as long as there is room. */
#include "warnings.h"

#include <stdarg.h>
#include <stdio.h>

void add_warning(struct warnings *w,
                 const char *code,
                 const char *format,
                 ...) {
  va_list args;
  struct warning *one;
  if (w->count == WARNINGS_MAX)
    return;
  one = &w->list[w->count++];
  one->code = code;
  va_start(args, format);
  vsnprintf(one->message, sizeof one->message, format, args);
  va_end(args);
}
