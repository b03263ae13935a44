/* session.c: see session.h. What the target answers is never trusted further
   than the bytes that came. */
#include "session.h"

#include "../transport/clock.h"

/* libiscsi's headers want these first. */
#include <iscsi/iscsi.h>
#include <iscsi/scsi-lowlevel.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#define LOGIN_TIME (20 * CLOCK_SECOND)
#define LOGOUT_TIME (2 * CLOCK_SECOND)
#define REDIRECTS 2
#define BUSY_PAUSE (100 * CLOCK_MS)
/* A dead machine is noticed in less than a minute, also in the middle of an
   hour's SYNCHRONIZE CACHE. */
#define KEEP_IDLE 15
#define KEEP_INTERVAL 10
#define KEEP_COUNT 3
#define UNACKNOWLEDGED_MS 45000

/* {=== One step of libiscsi */

/* Where a callback leaves its news. */
struct news {
  bool come;
  int status;
};

static void
note(struct iscsi_context *context, int status, void *data, void *private) {
  struct news *n = private;
  (void)context;
  (void)data;
  n->come = true;
  n->status = status;
}

/* libiscsi sends with writev, which raises SIGPIPE when the target has gone;
   the program that uses us is not to die of that, nor to lose a SIGPIPE of its
   own. */
static bool service(struct iscsi_context *context, short revents) {
  const struct timespec at_once = {0};
  sigset_t pipe_only, before, pending;
  bool had, ok;
  sigemptyset(&pipe_only);
  sigaddset(&pipe_only, SIGPIPE);
  sigpending(&pending);
  had = sigismember(&pending, SIGPIPE) == 1;
  pthread_sigmask(SIG_BLOCK, &pipe_only, &before);
  ok = iscsi_service(context, revents) == 0;
  if (!had)
    while (sigtimedwait(&pipe_only, NULL, &at_once) < 0 && errno == EINTR)
      ;
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return ok;
}

/* False: nothing came until then, or the connection is gone. */
static bool
await(struct iscsi_context *context, const struct news *n, uint64_t until) {
  struct clock *clock = clock_monotonic();
  while (!n->come) {
    uint64_t now = clock_now(clock), left = until > now ? until - now : 0;
    struct pollfd p = {.fd = iscsi_get_fd(context)};
    int ready;
    if (left == 0 || p.fd < 0)
      return false;
    p.events = (short)iscsi_which_events(context);
    ready = poll(&p, 1, left < CLOCK_SECOND ? (int)(left / CLOCK_MS) + 1 : 1000);
    if (ready < 0 && errno != EINTR)
      return false;
    if (ready > 0 && !service(context, p.revents))
      return n->come;
  }
  return true;
}

/* ===} */

/* {=== Logging in and out */

/* libiscsi's words, without the newline that some of them end with. */
static bool no_login(struct iscsi_context *context,
                     const struct target *t,
                     struct failure *f) {
  char why[160];
  bool refused;
  snprintf(why, sizeof why, "%s", iscsi_get_error(context));
  why[strcspn(why, "\r\n")] = '\0';
  /* Login status 0201h and 0202h (RFC 3720 10.13.5). */
  refused = strstr(why, "(513)") != NULL || strstr(why, "(514)") != NULL;
  fail(f,
       refused ? FAIL_DEVICE_NOT_ACCESSIBLE : FAIL_DEVICE_NOT_PRESENT,
       "no login to %.160s at %.80s: %s",
       t->name,
       t->portal,
       why[0] != '\0' ? why : "no answer");
  if (refused)
    f->advice = "Check user, password and the target's list of initiators.";
  else
    f->advice = "Check host, port and target, and that the target runs.";
  return false;
}

static void configure(struct iscsi_context *context, const struct target *t) {
  iscsi_set_targetname(context, t->name);
  iscsi_set_session_type(context, ISCSI_SESSION_NORMAL);
  iscsi_set_header_digest(context, ISCSI_HEADER_DIGEST_NONE_CRC32C);
  /* A session that comes back by itself would repeat a WRITE. */
  iscsi_set_noautoreconnect(context, 1);
  iscsi_set_reconnect_max_retries(context, 0);
  iscsi_set_tcp_keepidle(context, KEEP_IDLE);
  iscsi_set_tcp_keepintvl(context, KEEP_INTERVAL);
  iscsi_set_tcp_keepcnt(context, KEEP_COUNT);
  iscsi_set_tcp_user_timeout(context, UNACKNOWLEDGED_MS);
  if (t->user[0] != '\0')
    iscsi_set_initiator_username_pwd(context, t->user, t->password);
}

/* Connect and log in; 'news' has the login's status. */
static bool attempt(struct iscsi_context *context,
                    const char *portal,
                    struct news *news,
                    uint64_t until) {
  struct news connected = {0};
  if (iscsi_connect_async(context, portal, note, &connected) != 0 ||
      !await(context, &connected, until) ||
      connected.status != SCSI_STATUS_GOOD)
    return false;
  return iscsi_login_async(context, note, news) == 0 &&
         await(context, news, until);
}

/* Two sessions of one initiator must not share their ISID: the second would end
   the first (RFC 3720 5.3.1). Chance is asked, not rand. */
static void choose_isid(struct iscsi_context *context) {
  uint32_t random[2] = {(uint32_t)clock_now(clock_monotonic()), 0};
  if (getrandom(random, sizeof random, 0) < 0)
    random[1] = (uint32_t)(uintptr_t)context;
  iscsi_set_isid_random(context, random[0] & 0xFFFFFF, random[1] & 0xFFFF);
}

bool session_login(struct session *s,
                   const struct target *t,
                   struct failure *f) {
  uint64_t until = clock_now(clock_monotonic()) + LOGIN_TIME;
  char portal[sizeof t->portal];
  memcpy(portal, t->portal, sizeof portal);
  if (getrandom(s->pattern, sizeof s->pattern, 0) < 0)
    memset(s->pattern, 0xE5, sizeof s->pattern);
  for (int i = 0;; i++) {
    struct iscsi_context *context = iscsi_create_context(t->initiator);
    struct news news = {0};
    const char *other;
    if (context == NULL)
      return fail(f, FAIL_NO_MEMORY, "no memory for an iSCSI session");
    choose_isid(context);
    configure(context, t);
    if (attempt(context, portal, &news, until) &&
        news.status == SCSI_STATUS_GOOD) {
      s->context = context;
      return true;
    }
    other = iscsi_get_target_address(context);
    if (news.status != SCSI_STATUS_REDIRECT || other == NULL ||
        other[0] == '\0' || i == REDIRECTS) {
      no_login(context, t, f);
      iscsi_destroy_context(context);
      return false;
    }
    snprintf(portal, sizeof portal, "%s", other);
    iscsi_destroy_context(context);
  }
}

void session_drop(struct session *s) {
  if (s->context == NULL)
    return;
  iscsi_destroy_context(s->context);
  s->context = NULL;
}

void session_logout(struct session *s) {
  struct news news = {0};
  if (s->context != NULL && iscsi_get_fd(s->context) >= 0 &&
      iscsi_logout_async(s->context, note, &news) == 0)
    await(s->context, &news, clock_now(clock_monotonic()) + LOGOUT_TIME);
  session_drop(s); /* while 'news' is still there to be told */
}

void session_tend(struct session *s) {
  for (int i = 0; s->context != NULL && i < 16; i++) {
    struct pollfd p = {.fd = iscsi_get_fd(s->context)};
    if (p.fd >= 0)
      p.events = (short)iscsi_which_events(s->context);
    if (p.fd >= 0 && poll(&p, 1, 0) <= 0)
      return;
    if (p.fd < 0 || !service(s->context, p.revents) ||
        iscsi_get_fd(s->context) < 0)
      session_drop(s);
  }
}

/* ===} */

/* {=== Packets */

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
  struct scsi_task *task = scsi_create_task(
    p->cdb_len, p->cdb, len > 0 ? directions[p->dir] : SCSI_XFER_NONE, (int)len);
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
        s->context, (int)lun, task, note, NULL, &news) != 0) {
    scsi_free_scsi_task(task);
    deny(p, ENOMEM);
    return news.status;
  }
  if (!await(s->context, &news, until) || news.status >= SCSI_STATUS_CANCELLED) {
    session_drop(s); /* tells 'news' once more: cancelled */
    news.status = SCSI_STATUS_CANCELLED;
  }
  settle(s, p, task, news.status);
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

/* ===} */
