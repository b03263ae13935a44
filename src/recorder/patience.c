/* patience.c: waiting for drives, as drives.md 2, 4 describe. All waiting
   is by the drive's own clock. */
#include "patience.h"

#include "../transport/opcodes.h"

/* Between polls: each pause is half as long again as the one before it, so that
   short work is not waited for much longer than it takes. */
#define POLL_FIRST CLOCK_MS
#define POLL (CLOCK_SECOND / 2)
/* libburn's measure for a full buffer: 0, 2, 4, ... at most 25 ms. */
#define REPEAT_STEP (2 * CLOCK_MS)
#define REPEAT_MOST (25 * CLOCK_MS)
/* "Not ready, cause not reportable" for so long counts as ready: some drives
   never leave that state. */
#define UNCLEAR_LIMIT (5 * CLOCK_SECOND)
#define RETRIES 2
/* So many unit attentions may follow each other at once (power on, medium
   changed, parameters changed); a drive that goes on is polled like a busy one.
 */
#define ATTENTIONS 4

static bool is_cancelled(atomic_bool *flag) {
  return flag != NULL && atomic_load_explicit(flag, memory_order_relaxed);
}

/* === waiting until ready === */

/* 28h: the medium may have changed. Others tell of the drive alone. */
static void note_attention(struct patience *p, uint8_t asc) {
  if (asc == 0x28)
    atomic_store(&p->medium_changed, true);
}

enum verdict { READY, NOT_YET, HOPELESS };

struct poll {
  uint64_t unclear_since; /* of 2/04/00; 0: not in that state */
  bool started;           /* START UNIT was sent once */
  unsigned attentions, retries;
  uint64_t pause; /* before the next poll */
};

static enum verdict
judge(struct patience *p, struct poll *poll, const struct failure *f) {
  uint64_t now = clock_now(p->base.clock);
  struct failure ignored;
  if (!f->has_sense)
    return HOPELESS;
  if (f->key == KEY_NO_SENSE || f->key == KEY_RECOVERED_ERROR)
    return READY; /* done, whatever else it has to say */
  if (f->key == KEY_UNIT_ATTENTION) {
    note_attention(p, f->asc);
    return NOT_YET;
  }
  if (f->key == KEY_NOT_READY && f->asc == 0x3E && f->ascq == 0x00)
    return NOT_YET; /* it is still finding out what it is */
  if (f->key != KEY_NOT_READY || f->asc != 0x04) {
    /* 2/3A, no medium, is hopeless; a poll that was spoilt on its way is not.
     */
    struct sense s = {.key = f->key, .asc = f->asc, .ascq = f->ascq};
    return !f->deferred && sense_lookup(&s)->action == SENSE_RETRY &&
               poll->retries++ < RETRIES
             ? NOT_YET
             : HOPELESS;
  }
  switch (f->ascq) {
    case 0x00:
      if (poll->unclear_since == 0)
        poll->unclear_since = now;
      return now - poll->unclear_since >= UNCLEAR_LIMIT ? READY : NOT_YET;
    case 0x02: /* wants to be started */
      if (poll->started)
        return HOPELESS;
      poll->started = true;
      mmc_tray(p->bare, MMC_START, true, &ignored);
      return NOT_YET;
    case 0x03: /* wants a human */
      return HOPELESS;
    default:
      return NOT_YET;
  }
}

static void pause_poll(struct patience *p, struct poll *poll) {
  clock_sleep(p->base.clock, poll->pause);
  poll->pause += poll->pause / 2;
  if (poll->pause > POLL)
    poll->pause = POLL;
}

static bool ask_progress(struct patience *p, int32_t *progress) {
  struct failure f;
  if (mmc_progress(p->bare, progress, &f))
    return *progress >= 0;
  if (f.has_sense && f.key == KEY_UNIT_ATTENTION)
    note_attention(p, f.asc);
  return false;
}

bool wait_ready(struct patience *p,
                uint64_t limit,
                const struct ready_watch *watch,
                struct failure *f) {
  static const struct ready_watch nobody = {0};
  uint64_t until;
  struct poll poll = {.pause = POLL_FIRST};
  if (watch == NULL)
    watch = &nobody;
  if (p->stuck && limit > READY_ONCE_STUCK)
    limit = READY_ONCE_STUCK;
  until = clock_now(p->base.clock) + limit;
  for (;;) {
    int32_t progress;
    /* Its time is over when it was asked after that: the host may have slept.
     */
    uint64_t asked = clock_now(p->base.clock);
    if (is_cancelled(watch->cancelled))
      return fail(f, FAIL_USER_ABORT, "cancelled while the drive was at work");
    if (mmc_test_unit_ready(p->bare, f)) {
      p->stuck = false;
      return true;
    }
    switch (judge(p, &poll, f)) {
      case READY:
        p->stuck = false;
        return true;
      case HOPELESS:
        return false;
      case NOT_YET:
        break;
    }
    if (asked >= until) {
      struct failure last = *f;
      p->stuck = p->stuck || limit >= READY_AFTER_LOAD;
      fail(f,
           FAIL_BUSY,
           "the drive was not ready after %u s: %s",
           (unsigned)(limit / CLOCK_SECOND),
           last.message);
      return false;
    }
    if (watch->progress != NULL && f->key == KEY_NOT_READY &&
        ask_progress(p, &progress))
      watch->progress(watch->context, progress);
    if (f->key != KEY_UNIT_ATTENTION || ++poll.attentions > ATTENTIONS)
      pause_poll(p, &poll);
  }
}

/* === one packet, with patience === */

struct attempt {
  unsigned repeats, retries, waits;
  bool started, synchronised;
  uint64_t until; /* no more attempts; known once there was one in vain */
};

/* Commands that only ask may simply ask again after a unit attention; one that
   was meant for the disc that was there before must not reach the next one. */
static bool only_asks(uint8_t opcode) {
  switch (opcode) {
    case OP_WRITE_10:
    case OP_WRITE_12:
    case OP_BLANK:
    case OP_FORMAT_UNIT:
    case OP_CLOSE_TRACK_SESSION:
    case OP_RESERVE_TRACK:
    case OP_SEND_CUE_SHEET:
    case OP_SEND_DISC_STRUCTURE:
    case OP_SYNCHRONIZE_CACHE:
      return false;
    default:
      return true;
  }
}

static bool repeat_soon(struct patience *p, struct attempt *a) {
  uint64_t pause = a->repeats * REPEAT_STEP;
  if (clock_now(p->base.clock) >= a->until)
    return false;
  clock_sleep(p->base.clock, pause < REPEAT_MOST ? pause : REPEAT_MOST);
  a->repeats++;
  return true;
}

static bool start_unit(struct patience *p, struct attempt *a) {
  struct failure ignored;
  if (a->started)
    return false;
  a->started = true;
  mmc_tray(p->bare, MMC_START, false, &ignored);
  return true;
}

static bool synchronise(struct patience *p, struct attempt *a) {
  struct failure ignored;
  if (a->synchronised)
    return false;
  a->synchronised = true;
  mmc_synchronize(p->bare, false, &ignored);
  return true;
}

/* A drive that says "ready" and then "at work" for the same command would go
   round for ever: the command's own deadline ends that. */
static bool
wait_and_repeat(struct patience *p, uint8_t opcode, struct attempt *a) {
  struct ready_watch watch = {.cancelled = p->cancelled};
  struct failure f;
  if (a->waits++ > 0) {
    if (clock_now(p->base.clock) >= a->until)
      return false;
    clock_sleep(p->base.clock, POLL);
  }
  if (wait_ready(p, READY_AFTER_WRITE, &watch, &f))
    return true;
  /* An open tray can be closed: no disc in it is as ready as it gets. */
  return opcode == OP_START_STOP_UNIT && f.code == FAIL_MEDIUM_NOT_PRESENT;
}

/* True: send the packet again. */
static bool again(struct patience *p,
                  struct packet *packet,
                  const struct sense *s,
                  struct attempt *a) {
  switch (sense_lookup(s)->action) {
    case SENSE_GO_ON:
      /* "Almost full" of a medium error is good news of a calibration only. */
      if (s->key == KEY_MEDIUM_ERROR && packet->cdb[0] != OP_SEND_OPC)
        return false;
      packet->status = PACKET_GOOD;
      p->recovered++;
      p->corrected = *s;
      return false;
    case SENSE_REPEAT:
      return repeat_soon(p, a);
    case SENSE_WAIT:
      return wait_and_repeat(p, packet->cdb[0], a);
    case SENSE_START:
      return start_unit(p, a);
    case SENSE_SYNC:
      /* Some first DVD+RW drives want a flush before they take more. */
      return !(p->flush_ends && opcode_is_write(packet->cdb[0])) &&
             synchronise(p, a);
    case SENSE_REFRESH:
      note_attention(p, s->asc);
      return only_asks(packet->cdb[0]) && a->retries++ < RETRIES;
    case SENSE_RETRY: /* a deferred one is of a command that is over */
      return !s->deferred && only_asks(packet->cdb[0]) &&
             a->retries++ < RETRIES;
    case SENSE_FAIL:
      return false;
  }
  return false;
}

/* Some systems call a time-out a success (drives.md 9): then nobody can say
   what became of the command, unless it was a question. */
static void doubt_late(struct patience *p, struct packet *packet, uint64_t ns) {
  if (packet->status != PACKET_GOOD || only_asks(packet->cdb[0]) ||
      ns < packet->timeout_ms * CLOCK_MS)
    return;
  packet->status = PACKET_LOST;
  p->overdue++;
}

/* Nanoseconds that the answer took. A look at the clock is a system call on
   some machines, and a burn has a hundred thousand packets: it is left out
   where the system takes the time anyway. */
static uint64_t send_once(struct patience *p, struct packet *packet) {
  uint64_t sent = p->bare->timed ? 0 : clock_now(p->base.clock);
  packet->status = PACKET_GOOD;
  packet->sense_len = 0;
  packet->moved = 0;
  packet->took_ms = 0;
  packet->why = NULL;
  transport_run(p->bare, packet);
  return p->bare->timed ? packet->took_ms * CLOCK_MS
                        : clock_now(p->base.clock) - sent;
}

/* The time for a command begins with its first attempt. */
static uint64_t
end_of(struct patience *p, const struct packet *packet, uint64_t ns) {
  uint64_t limit = packet->timeout_ms * CLOCK_MS;
  return clock_now(p->base.clock) + (ns < limit ? limit - ns : 0);
}

static void patience_run(struct transport *t, struct packet *packet) {
  struct patience *p = (struct patience *)t;
  struct attempt a = {0};
  do {
    struct sense s;
    uint64_t ns = send_once(p, packet);
    doubt_late(p, packet, ns);
    if (packet->status == PACKET_DENIED)
      p->denied++;
    if (packet->status != PACKET_CHECK ||
        !sense_decode(packet->sense, packet->sense_len, &s))
      return;
    if (a.until == 0)
      a.until = end_of(p, packet, ns);
    if (!again(p, packet, &s, &a))
      return;
  } while (!is_cancelled(p->cancelled));
}

static bool patience_acquire(struct transport *t, struct failure *f) {
  return transport_acquire(((struct patience *)t)->bare, f);
}

static void patience_release(struct transport *t) {
  transport_release(((struct patience *)t)->bare);
}

static void patience_close(struct transport *t) {
  (void)t; /* a part of the recorder, which closes the bare transport */
}

void patience_init(struct patience *p, struct transport *bare) {
  static const struct transport_ops ops = {
    .name = "patience",
    .run = patience_run,
    .acquire = patience_acquire,
    .release = patience_release,
    .close = patience_close,
  };
  *p = (struct patience){.bare = bare};
  transport_wrap(&p->base, &ops, bare);
}
