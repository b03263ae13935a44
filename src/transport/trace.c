/* trace.c: the decorator that writes down what was asked and answered. Nothing
   is allocated after opening; a file that cannot be written any more ends the
   trace and disturbs nothing. */
#include "trace.h"

#include "opcodes.h"
#include "trace_file.h"

#include <stdlib.h>

#define DATA_MAX 65536 /* bytes of one reply written out */

struct trace {
  struct transport base; /* base.next is what is wrapped */
  uint64_t opened;       /* the drive's clock then */
  uint64_t packets;
  struct trace_file file;
};

/* {=== Records */

/* " at=1.000000000" */
static void put_now(struct trace *self) {
  trace_put_text(&self->file, " at=");
  trace_put_time(&self->file, clock_now(self->base.clock) - self->opened);
}

/* The data of a packet: in hexadecimal, or only summed up where it is blocks of
   the medium, which would make the trace as large as the disc. */
static void put_data(struct trace *self,
                     const struct packet *p,
                     const char *name,
                     const uint8_t *data,
                     size_t len) {
  struct trace_file *file = &self->file;
  bool blocks = opcode_is_blocks(p->cdb[0]);
  if (!blocks && len > 0) {
    trace_put_text(file, name);
    trace_put_hex(file, data, len < DATA_MAX ? len : DATA_MAX);
  }
  if (blocks || len > DATA_MAX) {
    trace_put_text(file, " sum=");
    trace_put_sum(file, data, len);
  }
}

static void put_question(struct trace *self, const struct packet *p) {
  struct trace_file *file = &self->file;
  trace_put_text(file, "packet ");
  trace_put_number(file, self->packets);
  put_now(self);
  trace_put_text(file, " opcode=\"");
  trace_put_text(file, opcode_name(p->cdb[0]));
  trace_put_text(file, "\" cdb=");
  trace_put_hex(file, p->cdb, p->cdb_len);
  trace_put_text(file, " dir=");
  trace_put_text(file, trace_dir_names[p->dir]);
  trace_put_text(file, " len=");
  trace_put_number(file, p->dir == PACKET_NONE ? 0 : p->len);
  trace_put_text(file, " timeout=");
  trace_put_number(file, p->timeout_ms);
  if (p->dir == PACKET_OUT)
    put_data(self, p, " out=", p->out, p->len);
  trace_end_line(file);
}

static void
put_answer(struct trace *self, const struct packet *p, uint64_t elapsed) {
  struct trace_file *file = &self->file;
  trace_put_text(file, "answer ");
  trace_put_number(file, self->packets);
  trace_put_text(file, " status=");
  trace_put_text(file, trace_status_names[p->status]);
  trace_put_text(file, " moved=");
  trace_put_number(file, p->moved);
  trace_put_text(file, " elapsed=");
  trace_put_time(file, elapsed);
  if (p->os_error != 0) {
    trace_put_text(file, " os_error=");
    trace_put_number(file, (uint64_t)p->os_error);
  }
  if (p->sense_len > 0) {
    trace_put_text(file, " sense=");
    trace_put_hex(file, p->sense, p->sense_len);
  }
  if (p->dir == PACKET_IN)
    put_data(self, p, " in=", p->in, p->moved < p->len ? p->moved : p->len);
  trace_end_line(file);
}

/* ===} */

/* {=== The transport */

static void trace_run(struct transport *t, struct packet *p) {
  struct trace *self = (struct trace *)t;
  uint64_t before;
  if (self->file.error != 0) {
    transport_run(t->next, p);
    return;
  }
  self->packets++;
  put_question(self, p);
  before = clock_now(t->clock);
  transport_run(t->next, p);
  put_answer(self, p, clock_now(t->clock) - before);
}

static bool trace_acquire(struct transport *t, struct failure *f) {
  struct trace *self = (struct trace *)t;
  bool ok;
  trace_put_text(&self->file, "acquire");
  put_now(self);
  ok = transport_acquire(t->next, f);
  if (ok) {
    trace_put_text(&self->file, " ok");
  } else {
    trace_put_text(&self->file, " failed code=");
    trace_put_text(&self->file, failure_kinds[f->code].name);
    trace_put_text(&self->file, " message=");
    trace_put_quoted(&self->file, f->message);
  }
  trace_end_line(&self->file);
  return ok;
}

static void trace_release(struct transport *t) {
  struct trace *self = (struct trace *)t;
  trace_put_text(&self->file, "release");
  put_now(self);
  trace_end_line(&self->file);
  transport_release(t->next);
}

static void trace_close(struct transport *t) {
  struct trace *self = (struct trace *)t;
  trace_put_text(&self->file, "close");
  put_now(self);
  trace_put_text(&self->file, " packets=");
  trace_put_number(&self->file, self->packets);
  trace_end_line(&self->file);
  trace_file_close(&self->file);
  transport_close(t->next);
  free(self);
}

static bool trace_present(struct transport *t) {
  return transport_present(t->next);
}

static const struct transport_ops trace_ops = {
  .name = "trace",
  .run = trace_run,
  .acquire = trace_acquire,
  .release = trace_release,
  .close = trace_close,
  .present = trace_present,
};

struct transport *trace_wrap(struct transport *inner,
                             const char *path,
                             const char *address,
                             const char *program,
                             struct failure *f) {
  struct trace *self = calloc(1, sizeof *self);
  if (self == NULL) {
    fail(f, FAIL_NO_MEMORY, "no memory for a trace");
    return NULL;
  }
  if (!trace_file_open(&self->file, path, f)) {
    free(self);
    return NULL;
  }
  transport_wrap(&self->base, &trace_ops, inner);
  self->opened = clock_now(inner->clock);
  trace_put_text(&self->file, TRACE_MAGIC "1 address=");
  trace_put_quoted(&self->file, address);
  trace_put_text(&self->file, " program=");
  trace_put_quoted(&self->file, program);
  if (inner->max_bytes > 0) {
    trace_put_text(&self->file, " max_bytes=");
    trace_put_number(&self->file, inner->max_bytes);
  }
  if (inner->asks_freely)
    trace_put_text(&self->file, " asks=freely");
  trace_end_line(&self->file);
  return &self->base;
}

int trace_error(const struct transport *t) {
  for (; t != NULL; t = t->next)
    if (t->ops == &trace_ops)
      return ((const struct trace *)t)->file.error;
  return 0;
}

/* ===} */
