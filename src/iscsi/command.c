/* command.c: one packet through a session. What the target answers is never
   trusted further than the bytes that came. */
#include "step.h"

#include "../transport/clock.h"

#include <iscsi/iscsi.h>
#include <iscsi/scsi-lowlevel.h>

#include <errno.h>
#include <string.h>

#define BUSY_PAUSE (100 * CLOCK_MS)

/*
** How much of a reply came: RFC 3720 wants a residual count for what did not,
** but not every target gives one, and libiscsi does not count. So the room is
** filled with a random pattern first: where the reply ends with it, nothing
** came. What did not come is zeroed.
*/
#define PATTERN sizeof((struct session *)0)->pattern

static void fill(const struct session *s, struct packet *p) {
  for (size_t at = 0; at < p->len; at += PATTERN) {
    size_t left = p->len - at;
    memcpy(p->in + at, s->pattern, left < PATTERN ? left : PATTERN);
  }
}

static void
measure(const struct session *s, struct packet *p, size_t residual) {
  size_t came = residual < p->len ? p->len - residual : 0;
  size_t end = came;
  while (end > 0 && p->in[end - 1] == s->pattern[(end - 1) % PATTERN])
    end--;
  if (came - end >= PATTERN || end == 0)
    came = end;
  memset(p->in + came, 0, p->len - came);
  p->moved = came;
}

/* libiscsi leaves two bytes of length and the sense bytes in 'datain'. */
static void take_sense(struct packet *p, const struct scsi_task *task) {
  size_t len = task->datain.size > 2 ? (size_t)task->datain.size - 2 : 0, said;
  if (task->datain.data == NULL || len == 0)
    return;
  said = (size_t)task->datain.data[0] << 8 | task->datain.data[1];
  if (len > said)
    len = said;
  if (len > PACKET_SENSE_MAX)
    len = PACKET_SENSE_MAX;
  memcpy(p->sense, task->datain.data + 2, len);
  p->sense_len = (uint8_t)len;
}

static enum packet_status meaning(int status) {
  switch (status) {
    case SCSI_STATUS_GOOD:
    case SCSI_STATUS_CONDITION_MET:
      return PACKET_GOOD;
    case SCSI_STATUS_CHECK_CONDITION:
      return PACKET_CHECK;
    case SCSI_STATUS_RESERVATION_CONFLICT:
    case SCSI_STATUS_BUSY:
    case SCSI_STATUS_TASK_SET_FULL:
      return PACKET_BUSY;
    default: /* the connection broke, or the target ended the command */
      return PACKET_LOST;
  }
}

static void settle(const struct session *s,
                   struct packet *p,
                   const struct scsi_task *task,
                   int status) {
  size_t residual = 0;
  p->status = meaning(status);
  if (p->status == PACKET_LOST)
    p->os_error = ECONNRESET;
  if (p->status == PACKET_CHECK)
    take_sense(p, task);
  if (p->status != PACKET_GOOD && p->status != PACKET_CHECK)
    residual = p->len;
  else if (task->residual_status == SCSI_RESIDUAL_UNDERFLOW)
    residual = task->residual;
  if (p->dir == PACKET_IN)
    measure(s, p, residual);
  else
    p->moved = residual < p->len ? p->len - residual : 0;
}

static struct scsi_task *make_task(struct packet *p) {
  static const int directions[] = {
    [PACKET_NONE] = SCSI_XFER_NONE,
    [PACKET_IN] = SCSI_XFER_READ,
    [PACKET_OUT] = SCSI_XFER_WRITE,
  };
  size_t len = p->dir == PACKET_NONE ? 0 : p->len;
  int direction = len > 0 ? directions[p->dir] : SCSI_XFER_NONE;
  struct scsi_task *task =
    scsi_create_task(p->cdb_len, p->cdb, direction, (int)len);
  int bad = 0;
  if (task == NULL || len == 0)
    return task;
  if (p->dir == PACKET_IN)
    bad = scsi_task_add_data_in_buffer(task, (int)len, p->in);
  else /* libiscsi only reads it */
    bad = scsi_task_add_data_out_buffer(
      task, (int)len, (unsigned char *)(uintptr_t)p->out);
  if (bad == 0)
    return task;
  scsi_free_scsi_task(task);
  return NULL;
}

static void deny(struct packet *p, int err) {
  p->status = PACKET_DENIED;
  p->os_error = err;
  p->moved = 0;
}

/* Once through, to the SCSI status; a time-out ends the session, for a late
   answer must not be taken for another one's. */
static int
send_once(struct session *s, unsigned lun, struct packet *p, uint64_t until) {
  struct news news = {.status = SCSI_STATUS_ERROR};
  struct scsi_task *task = make_task(p);
  if (task == NULL) {
    deny(p, ENOMEM);
    return news.status;
  }
  if (p->dir == PACKET_IN)
    fill(s, p);
  if (iscsi_scsi_command_async(
        s->context, (int)lun, task, step_note, NULL, &news) != 0) {
    scsi_free_scsi_task(task);
    deny(p, ENOMEM);
    return news.status;
  }
  if (!step_await(s->context, &news, until) ||
      news.status >= SCSI_STATUS_CANCELLED) {
    strcpy(s->why,
           clock_now(clock_monotonic()) >= until ? "no answer in time"
                                                 : "the connection broke");
    session_drop(s); /* tells 'news' once more: cancelled */
    news.status = SCSI_STATUS_CANCELLED;
  }
  settle(s, p, task, news.status);
  if (p->status == PACKET_LOST && s->context == NULL)
    p->why = s->why;
  scsi_free_scsi_task(task);
  return news.status;
}

void session_run(struct session *s, unsigned lun, struct packet *p) {
  struct clock *clock = clock_monotonic();
  uint64_t until = clock_now(clock) + p->timeout_ms * CLOCK_MS;
  if (p->len > INT32_MAX) {
    deny(p, EINVAL);
    return;
  }
  for (;;) {
    int status = send_once(s, lun, p, until);
    /* A target that is busy for a moment has taken nothing (SAM-5 5.3.1). */
    if ((status != SCSI_STATUS_BUSY && status != SCSI_STATUS_TASK_SET_FULL) ||
        clock_now(clock) + BUSY_PAUSE >= until)
      return;
    clock_sleep(clock, BUSY_PAUSE);
  }
}
