/* trace_fields.h: the fields of a trace's lines, for trace_read.c. */
#ifndef DISCRECORDER_TRACE_FIELDS_H
#define DISCRECORDER_TRACE_FIELDS_H

#include "trace_read.h"

#include <stdbool.h>

/* Takes a field's value, which it may change; false: it makes no sense. */
struct trace_field {
  const char *name; /* NULL: the table's end */
  bool (*take)(struct trace_entry *e, char *value);
};

extern const struct trace_field trace_questions[];
extern const struct trace_field trace_answers[];
extern const struct trace_field trace_acquires[];

int trace_digit(char c); /* of a hexadecimal number; -1: none */
bool trace_number(const char *value, uint64_t *n);

#endif
