/* replay.c: a trace that answers. The same question gets the recorded answer,
   in the trace's order; what happens when the questions differ is one function,
   'find', and told in docs/trace-format.md. */
#include "replay.h"

#include "../mmc_names.h"
#include "../virtual/drive_clock.h"
#include "opcodes.h"
#include "trace_file.h"
#include "trace_read.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define BLOCK 2048

struct replay {
  struct transport base;
  struct vclock *clock;
  uint64_t opened; /* its time then */
  struct trace_record record;
  size_t next;         /* the entry after the last that answered */
  size_t next_acquire; /* the same of attempts to take the drive */
  FILE *written;       /* blocks written in this replay, each at its place */
  char why[160];
};

static const struct trace_entry *entry(struct replay *self, size_t i) {
  return &self->record.entries[i];
}

/* {=== Which answer */

static bool same_question(const struct trace_entry *e, const struct packet *p) {
  return e->kind == TRACE_PACKET && e->dir == p->dir &&
         e->cdb_len == p->cdb_len && memcmp(e->cdb, p->cdb, p->cdb_len) == 0;
}

/*
** Ahead in the trace; a question that only asks does not go past a packet that
** changed something, since what it is told would be about later. Failing that,
** what was last told about the same. NULL: the trace does not know.
*/
static const struct trace_entry *find(struct replay *self,
                                      const struct packet *p) {
  bool asks = opcode_only_reads(p->cdb[0]);
  for (size_t i = self->next; i < self->record.count; i++) {
    const struct trace_entry *e = entry(self, i);
    if (same_question(e, p)) {
      self->next = i + 1;
      return e;
    }
    if (asks && e->kind == TRACE_PACKET && !opcode_only_reads(e->cdb[0]))
      break;
  }
  if (!asks)
    return NULL;
  for (size_t i = self->next; i > 0; i--)
    if (same_question(entry(self, i - 1), p))
      return entry(self, i - 1);
  return NULL;
}

/* ===} */

/* {=== Blocks */

/* The bytes of a packet that writes or reads plain blocks; 0: it does not. */
static size_t plain_blocks(const struct packet *p, size_t bytes, off_t *at) {
  int32_t lba;
  uint32_t count;
  if (!opcode_is_blocks(p->cdb[0]) || !opcode_range(p->cdb, &lba, &count) ||
      lba < 0 || bytes != (size_t)count * BLOCK || bytes > p->len)
    return 0;
  *at = (off_t)lba * BLOCK;
  return bytes;
}

static void keep(struct replay *self, const struct packet *p) {
  off_t at;
  size_t len = plain_blocks(p, p->len, &at);
  if (len == 0 || self->written == NULL ||
      pwrite(fileno(self->written), p->out, len, at) == (ssize_t)len)
    return;
  fclose(self->written); /* a full disk: what is read then is not known */
  self->written = NULL;
}

/* What was written in this replay, if it is what was read in the trace. */
static bool
give_back(struct replay *self, const struct trace_entry *e, struct packet *p) {
  off_t at;
  size_t len = plain_blocks(p, e->moved, &at);
  ssize_t n;
  if (len == 0 || self->written == NULL)
    return false;
  n = pread(fileno(self->written), p->in, len, at);
  if (n < 0)
    return false;
  memset(p->in + n, 0, len - (size_t)n);
  return trace_sum(p->in, len) == e->sum;
}

static void
give_data(struct replay *self, const struct trace_entry *e, struct packet *p) {
  size_t len = p->len < e->in_len ? p->len : e->in_len;
  if (len > 0)
    memcpy(p->in, e->in, len);
  if (e->in_len >= e->moved || !e->has_sum || give_back(self, e, p))
    return;
  p->status = PACKET_DENIED;
  p->moved = 0;
  p->os_error = EOPNOTSUPP;
  snprintf(self->why,
           sizeof self->why,
           "line %lu of the trace has only a checksum of what was read",
           e->line);
  p->why = self->why;
}

/* ===} */

/* {=== The transport */

static void pass_time(struct replay *self, uint64_t until) {
  uint64_t now = vclock_now(self->clock) - self->opened;
  if (until > now)
    vclock_add(self->clock, until - now);
}

static void unknown(struct replay *self, struct packet *p) {
  static const uint8_t sense[18] = {
    [0] = 0x70, [2] = KEY_ILLEGAL_REQUEST, [7] = 10, [12] = 0x20};
  unsigned long line = self->next > 0 ? entry(self, self->next - 1)->line : 1;
  memcpy(p->sense, sense, sizeof sense);
  p->sense_len = sizeof sense;
  p->status = PACKET_CHECK;
  snprintf(self->why,
           sizeof self->why,
           "the trace has no answer to this after its line %lu",
           line);
  p->why = self->why;
}

static void
answer(struct replay *self, const struct trace_entry *e, struct packet *p) {
  p->status = e->status;
  p->moved = e->moved < p->len ? e->moved : p->len;
  p->os_error = e->os_error;
  p->sense_len = e->sense_len;
  memcpy(p->sense, e->sense, e->sense_len);
  if (p->dir == PACKET_IN)
    give_data(self, e, p);
  else if (p->dir == PACKET_OUT && p->status == PACKET_GOOD)
    keep(self, p);
}

static void replay_run(struct transport *t, struct packet *p) {
  struct replay *self = (struct replay *)t;
  const struct trace_entry *e = find(self, p);
  p->status = PACKET_GOOD;
  p->moved = 0;
  p->sense_len = 0;
  p->os_error = 0;
  p->why = NULL;
  if (e == NULL) {
    unknown(self, p);
  } else if (!e->answered) { /* the trace ends in it */
    p->status = PACKET_LOST;
    vclock_add(self->clock, p->timeout_ms * CLOCK_MS);
  } else {
    pass_time(self, e->at + e->elapsed);
    answer(self, e, p);
  }
}

static bool replay_acquire(struct transport *t, struct failure *f) {
  struct replay *self = (struct replay *)t;
  while (self->next_acquire < self->record.count) {
    const struct trace_entry *e = entry(self, self->next_acquire++);
    if (e->kind != TRACE_ACQUIRE)
      continue;
    if (e->ok)
      return true;
    return fail(f, e->code, "%s", e->message != NULL ? e->message : "?");
  }
  return true;
}

static void replay_release(struct transport *t) {
  (void)t;
}

static void replay_close(struct transport *t) {
  struct replay *self = (struct replay *)t;
  if (self->written != NULL)
    fclose(self->written);
  vclock_give_back(self->clock);
  trace_record_free(&self->record);
  free(self);
}

struct transport *replay_open(const char *path, struct failure *f) {
  static const struct transport_ops ops = {
    .name = "replay",
    .run = replay_run,
    .acquire = replay_acquire,
    .release = replay_release,
    .close = replay_close,
  };
  struct replay *self = calloc(1, sizeof *self);
  if (self == NULL || (self->clock = vclock_take(false)) == NULL) {
    free(self);
    fail(f, FAIL_NO_MEMORY, "no memory for a replay");
    return NULL;
  }
  if (!trace_read(path, &self->record, f)) {
    vclock_give_back(self->clock);
    free(self);
    return NULL;
  }
  self->base.ops = &ops;
  self->base.clock = &self->clock->base;
  self->base.max_bytes = self->record.max_bytes;
  self->base.asks_freely = self->record.asks_freely;
  self->opened = vclock_now(self->clock);
  self->written = tmpfile(); /* without it nothing can be read back */
  return &self->base;
}

/* ===} */
