/* session.c: logging in and out, and waiting for libiscsi. */
#include "step.h"

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
/* A dead machine is noticed in less than a minute, also in the middle of an
   hour's SYNCHRONIZE CACHE. */
#define KEEP_IDLE 15
#define KEEP_INTERVAL 10
#define KEEP_COUNT 3
#define UNACKNOWLEDGED_MS 45000

/* {=== One step of libiscsi */

void step_note(struct iscsi_context *context,
               int status,
               void *data,
               void *private) {
  struct news *n = private;
  (void)data;
  n->come = true;
  n->status = status;
  if (status == SCSI_STATUS_GOOD || n->why[0] != '\0')
    return;
  snprintf(n->why, sizeof n->why, "%s", iscsi_get_error(context));
  n->why[strcspn(n->why, "\r\n")] = '\0';
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

bool step_await(struct iscsi_context *context,
                const struct news *n,
                uint64_t until) {
  struct clock *clock = clock_monotonic();
  while (!n->come) {
    uint64_t now = clock_now(clock), left = until > now ? until - now : 0;
    struct pollfd p = {.fd = iscsi_get_fd(context)};
    int ready;
    if (left == 0 || p.fd < 0)
      return false;
    p.events = (short)iscsi_which_events(context);
    ready =
      poll(&p, 1, left < CLOCK_SECOND ? (int)(left / CLOCK_MS) + 1 : 1000);
    if (ready < 0 && errno != EINTR)
      return false;
    if (ready > 0 && !service(context, p.revents))
      return n->come;
  }
  return true;
}

/* ===} */

/* {=== Logging in and out */

static bool
no_login(const char *why, const struct target *t, struct failure *f) {
  /* Login status 0201h and 0202h (RFC 3720 10.13.5). */
  bool refused = strstr(why, "(513)") != NULL || strstr(why, "(514)") != NULL;
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

/* Connect and log in; 'news' has the last step's status. */
static bool attempt(struct iscsi_context *context,
                    const char *portal,
                    struct news *news,
                    uint64_t until) {
  if (iscsi_connect_async(context, portal, step_note, news) != 0) {
    step_note(context, SCSI_STATUS_ERROR, NULL, news);
    return false;
  }
  if (!step_await(context, news, until) || news->status != SCSI_STATUS_GOOD)
    return false;
  news->come = false;
  return iscsi_login_async(context, step_note, news) == 0 &&
         step_await(context, news, until);
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
      no_login(news.why, t, f);
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
      iscsi_logout_async(s->context, step_note, &news) == 0)
    step_await(s->context, &news, clock_now(clock_monotonic()) + LOGOUT_TIME);
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
        iscsi_get_fd(s->context) < 0) {
      strcpy(s->why, "the target ended it");
      session_drop(s);
    }
  }
}

/* ===} */
