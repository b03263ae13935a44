/* trace_read.h: a trace's file, read: docs/trace-format.md. */
#ifndef DISCRECORDER_TRACE_READ_H
#define DISCRECORDER_TRACE_READ_H

#include "../failure.h"
#include "packet.h"

enum trace_kind { TRACE_PACKET, TRACE_ACQUIRE };

struct trace_entry {
  enum trace_kind kind;
  unsigned long line; /* from 1 */
  uint64_t at;        /* nanoseconds since the drive was opened */
  /* a packet: the question */
  uint64_t number;
  uint8_t cdb[PACKET_CDB_MAX];
  uint8_t cdb_len;
  enum packet_dir dir;
  /* ... and the answer */
  bool answered;
  enum packet_status status;
  uint64_t elapsed;
  size_t moved;
  int os_error;
  uint8_t sense[PACKET_SENSE_MAX];
  uint8_t sense_len;
  const uint8_t *in; /* the first bytes of the reply */
  size_t in_len;
  bool has_sum; /* of all of the reply */
  uint64_t sum;
  /* an attempt to take the drive */
  bool ok;
  enum failure_code code;
  const char *message;
};

struct trace_record {
  struct trace_entry *entries;
  size_t count;
  uint32_t max_bytes; /* the traced transport's */
  bool asks_freely;
  char *text; /* the whole file; the strings above point into it */
};

/* Read the first trace in a file. After a failure there is nothing to free. */
bool trace_read(const char *path, struct trace_record *r, struct failure *f);
void trace_record_free(struct trace_record *r);

#endif
