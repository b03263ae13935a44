/* trace_file.h: the file under a trace: put pieces of a line, end the line. The
   first error of writing is kept, and from then on all of this does nothing. */
#ifndef DISCRECORDER_TRACE_FILE_H
#define DISCRECORDER_TRACE_FILE_H

#include "../failure.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TRACE_MAGIC "discrecorder-trace " /* then the format's version */

struct trace_file {
  int fd;
  int error; /* errno of the write that failed, or 0 */
  size_t used;
  char buffer[16384];
};

bool trace_file_open(struct trace_file *file,
                     const char *path,
                     struct failure *f);
void trace_file_close(struct trace_file *file);

void trace_put_text(struct trace_file *file, const char *s); /* as it is */
void trace_put_quoted(struct trace_file *file, const char *s);
void trace_put_number(struct trace_file *file, uint64_t n);
void trace_put_time(struct trace_file *file, uint64_t ns);
void trace_put_hex(struct trace_file *file, const uint8_t *data, size_t len);
void trace_put_sum(struct trace_file *file, const uint8_t *data, size_t len);

uint64_t trace_sum(const uint8_t *data, size_t len);

/* The words for status and direction, in the order of their enums. */
extern const char *const trace_status_names[];
extern const char *const trace_dir_names[];

/* End the line and hand it to the system. */
void trace_end_line(struct trace_file *file);

#endif
