/* remote.c: a transport around a session: who has the drive, what happens when
   the connection is lost, and a thread that answers the target's pings while
   nobody sends. docs/iscsi.md tells the rules. */
#include "remote.h"

#include "hold.h"
#include "session.h"

#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define TEND_EVERY (5 * CLOCK_SECOND)
#define RESERVE_MS 10000
#define RESERVE_TRIES 4 /* unit attentions come first after a login */
#define OP_RESERVE_6 0x16
#define OP_RELEASE_6 0x17
#define UNIT_ATTENTION 6

/*
** All below 'mutex' is under it; the rest is as transport.h says, one thread's
** at a time. The tender is the thread that listens while nobody sends.
*/
struct remote {
  struct transport base;
  struct target target;
  char drive[600];  /* what holds are told apart by */
  int hold;         /* descriptor, or -1 */
  bool reserved;    /* by the target too */
  atomic_bool lost; /* the connection, while it was held */
  struct failure no_session;
  pthread_mutex_t mutex;
  pthread_cond_t wake;
  bool ending;
  struct session session;
  pthread_t tender;
};

static void *tend(void *arg) {
  struct remote *r = arg;
  pthread_mutex_lock(&r->mutex);
  while (!r->ending) {
    clock_cond_wait(&r->wake, &r->mutex, TEND_EVERY);
    session_tend(&r->session);
  }
  pthread_mutex_unlock(&r->mutex);
  return NULL;
}

static bool start_tender(struct remote *r) {
  sigset_t all, before;
  int err;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  err = pthread_create(&r->tender, NULL, tend, r);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  return err == 0;
}

/* === packets === */

static void
refuse(struct packet *p, enum packet_status status, int err, const char *why) {
  p->status = status;
  p->why = why;
  p->os_error = err;
  p->moved = 0;
  p->sense_len = 0;
}

/*
** Without a session: log in again, but never while the drive is held. What
** holds it has written or is about to; between two logins anything can have
** happened to drive and disc, and the target has let go of its reservation.
*/
static bool have_session(struct remote *r, struct failure *f) {
  session_tend(&r->session);
  if (r->session.context != NULL)
    return true;
  if (r->hold >= 0)
    return fail(f,
                FAIL_DEVICE_NOT_PRESENT,
                "the connection was lost: %s",
                r->session.why);
  return session_login(&r->session, &r->target, f);
}

static void remote_run(struct transport *t, struct packet *p) {
  struct remote *r = (struct remote *)t;
  if (r->hold < 0 && hold_taken(r->drive)) {
    refuse(p, PACKET_BUSY, EBUSY, NULL);
    return;
  }
  p->sense_len = 0;
  p->os_error = 0;
  p->why = NULL;
  pthread_mutex_lock(&r->mutex);
  if (have_session(r, &r->no_session))
    session_run(&r->session, r->target.lun, p);
  else
    refuse(p, PACKET_GONE, ENOTCONN, r->no_session.message);
  atomic_store(&r->lost, r->hold >= 0 && r->session.context == NULL);
  pthread_mutex_unlock(&r->mutex);
}

/* === for this transport alone === */

static bool is_attention(const struct packet *p) {
  uint8_t format = p->sense[0] & 0x7F;
  if (p->status != PACKET_CHECK || p->sense_len < 3)
    return false;
  return (p->sense[format >= 0x72 ? 1 : 2] & 0x0F) == UNIT_ATTENTION;
}

/* RESERVE(6), which SPC-3 dropped and many targets lack: false only when the
   target says that another initiator has the drive. */
static bool reserve(struct remote *r) {
  struct packet p;
  for (int i = 0; i < RESERVE_TRIES; i++) {
    p = (struct packet){
      .cdb = {OP_RESERVE_6}, .cdb_len = 6, .timeout_ms = RESERVE_MS};
    session_run(&r->session, r->target.lun, &p);
    if (!is_attention(&p))
      break;
  }
  r->reserved = p.status == PACKET_GOOD;
  return p.status != PACKET_BUSY;
}

static bool taken(const struct remote *r, const char *who, struct failure *f) {
  return fail(
    f, FAIL_DEVICE_NOT_ACCESSIBLE, "%.200s is in use by %s", r->drive, who);
}

static bool acquire_locked(struct remote *r, struct failure *f) {
  if (!have_session(r, f))
    return false;
  if (!reserve(r))
    return taken(r, "another machine", f);
  if (r->session.context == NULL)
    return fail(
      f, FAIL_DEVICE_NOT_PRESENT, "%.200s: the connection was lost", r->drive);
  return true;
}

static bool remote_acquire(struct transport *t, struct failure *f) {
  struct remote *r = (struct remote *)t;
  int hold = hold_take(r->drive);
  bool ok;
  if (hold < 0 && errno == EADDRINUSE)
    return taken(r, "another program, or another object of this one", f);
  if (hold < 0)
    return fail_errno(
      f, errno, FAIL_DEVICE_NOT_ACCESSIBLE, "%.200s: no hold", r->drive);
  pthread_mutex_lock(&r->mutex);
  ok = acquire_locked(r, f);
  pthread_mutex_unlock(&r->mutex);
  if (ok)
    r->hold = hold;
  else
    close(hold);
  return ok;
}

static void remote_release(struct transport *t) {
  struct remote *r = (struct remote *)t;
  struct packet p = {
    .cdb = {OP_RELEASE_6}, .cdb_len = 6, .timeout_ms = RESERVE_MS};
  pthread_mutex_lock(&r->mutex);
  if (r->reserved && r->session.context != NULL)
    session_run(&r->session, r->target.lun, &p);
  r->reserved = false;
  pthread_mutex_unlock(&r->mutex);
  if (r->hold >= 0)
    close(r->hold);
  r->hold = -1;
  atomic_store(&r->lost, false);
}

static bool remote_present(struct transport *t) {
  return !atomic_load(&((struct remote *)t)->lost);
}

/* === its life === */

static void free_remote(struct remote *r) {
  pthread_cond_destroy(&r->wake);
  pthread_mutex_destroy(&r->mutex);
  explicit_bzero(r->target.password, sizeof r->target.password);
  free(r);
}

static void remote_close(struct transport *t) {
  struct remote *r = (struct remote *)t;
  remote_release(t);
  pthread_mutex_lock(&r->mutex);
  r->ending = true;
  pthread_cond_signal(&r->wake);
  pthread_mutex_unlock(&r->mutex);
  pthread_join(r->tender, NULL);
  session_logout(&r->session);
  free_remote(r);
}

static struct remote *allocate(const struct target *target, struct failure *f) {
  static const struct transport_ops ops = {
    .name = "iscsi",
    .run = remote_run,
    .acquire = remote_acquire,
    .release = remote_release,
    .close = remote_close,
    .present = remote_present,
  };
  struct remote *r = calloc(1, sizeof *r);
  if (r == NULL || !clock_cond_init(&r->wake)) {
    free(r);
    fail(f, FAIL_NO_MEMORY, "no memory for a transport");
    return NULL;
  }
  pthread_mutex_init(&r->mutex, NULL);
  r->base.ops = &ops;
  r->base.clock = clock_monotonic();
  r->base.asks_freely = true; /* remote_run looks who has the drive */
  r->target = *target;
  r->hold = -1;
  snprintf(r->drive,
           sizeof r->drive,
           "%s/%s/%u",
           target->portal,
           target->name,
           target->lun);
  return r;
}

struct transport *remote_open(const char *address, struct failure *f) {
  struct target target;
  struct remote *r;
  if (!target_parse(address, &target, f))
    return NULL;
  r = allocate(&target, f);
  explicit_bzero(target.password, sizeof target.password);
  if (r == NULL)
    return NULL;
  if (!session_login(&r->session, &r->target, f)) {
    free_remote(r);
    return NULL;
  }
  if (!start_tender(r)) {
    session_logout(&r->session);
    free_remote(r);
    fail(f, FAIL_NO_MEMORY, "no thread for an iSCSI session");
    return NULL;
  }
  return &r->base;
}

bool remote_absolute(const char *address,
                     char *out,
                     size_t size,
                     struct failure *f) {
  struct target target;
  return target_parse(address, &target, f) &&
         target_address(&target, out, size, f);
}
