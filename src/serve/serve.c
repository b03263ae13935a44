/* serve.c: one recorder in the kernel: a transport, a ring, a thread. Set up in
   the order of this struct's members and taken down in the other; docs/serve.md
   says why the host goes while the ring is still served. */
#include "serve.h"

#include <errno.h>
#include <limits.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "../transport/address.h"
#include "../transport/never_write.h"
#include "answer.h"
#include "configfs.h"
#include "node.h"
#include "uio.h"

/* How far a virtual drive's clock may fall behind in one step: what passes
   while nobody sends anything is all the same to it. */
#define CLOCK_STEP_MOST (24 * 3600 * CLOCK_SECOND)

struct served {
  struct transport *transport;
  struct config config;
  struct uio uio;
  struct ring ring;
  int hasten; /* an eventfd: answers wait for no clock any more */
  int end;    /* an eventfd: the thread is to leave */
  int news;   /* an eventfd: the thread left by itself */
  pthread_t thread;
  bool running;
  char sr[NODE_MAX], sg[NODE_MAX];
  char address[PATH_MAX * 4]; /* absolute */

  /* the thread's own */
  double hurry;
  bool pushes_clock; /* of a virtual drive, if it moves only when pushed */
  uint64_t real, drive; /* when the two clocks were last compared */
  struct bounce bounce;
  struct ring_command command;

  /* written by the thread before it sets 'broke' */
  struct failure failure;
  atomic_bool broke;
};

static void set_event(int event) {
  const uint64_t one = 1;
  while (write(event, &one, sizeof one) < 0 && errno == EINTR)
    ;
}

static void close_event(int event) {
  if (event >= 0)
    close(event);
}

/* Is it set, or does it become so in time? A signal ends the wait. */
static bool wait_event(int event, int timeout_ms) {
  struct pollfd p = {.fd = event, .events = POLLIN};
  return poll(&p, 1, timeout_ms) > 0;
}

/* {=== Time === */

/*
** A virtual drive's clock follows real time, 'hurry' times as fast: before a
** packet it is pushed as far as real time went, and when a packet took long by
** the drive's clock, the answer waits until real time has caught up.
*/
static void clocks_before(struct served *s) {
  uint64_t now = clock_now(clock_monotonic()), drive;
  double passed = (double)(now - s->real) * s->hurry;
  drive = clock_now(s->transport->clock);
  if (passed > (double)CLOCK_STEP_MOST)
    passed = (double)CLOCK_STEP_MOST;
  s->real = now;
  s->drive += (uint64_t)passed;
  if (s->drive > drive)
    clock_sleep(s->transport->clock, s->drive - drive);
  else
    s->drive = drive;
}

static void clocks_after(struct served *s) {
  uint64_t taken = clock_now(s->transport->clock) - s->drive;
  double left = (double)taken / s->hurry / (double)CLOCK_SECOND;
  /* Less than a timer's own error is left to the next packet. */
  if (left < 0.0001)
    return;
  if (left >= 0.01)
    wait_event(s->hasten, left > 86400 ? 86400 * 1000 : (int)(left * 1000));
  else
    clock_sleep(clock_monotonic(), (uint64_t)(left * CLOCK_SECOND));
}

/* ===} */

/* {=== The thread === */

/* False: the ring cannot be served any more. */
static bool serve_ring(struct served *s) {
  const uint32_t one = 1;
  for (;;) {
    switch (ring_next(&s->ring, &s->command)) {
      case RING_EMPTY:
        return true;
      case RING_NONSENSE:
        return fail(&s->failure,
                    FAIL_GENERIC,
                    "serve: the kernel's ring holds what makes no sense");
      case RING_COMMAND:
        break;
    }
    if (s->pushes_clock)
      clocks_before(s);
    answer_command(&s->ring, &s->command, s->transport, &s->bounce);
    if (s->pushes_clock)
      clocks_after(s);
    while (write(s->uio.fd, &one, sizeof one) < 0)
      if (errno != EINTR)
        return fail_errno(
          &s->failure, errno, FAIL_GENERIC, "serve: telling the kernel");
  }
}

static void *serve_thread(void *context) {
  struct served *s = context;
  struct pollfd p[2] = {{.fd = s->uio.fd, .events = POLLIN},
                        {.fd = s->end, .events = POLLIN}};
  uint32_t count;
  bool ok = true;
  while (ok) {
    ok = serve_ring(s);
    if (!ok || (poll(p, 2, -1) < 0 && errno != EINTR))
      break;
    if (p[1].revents != 0)
      return NULL;
    while (read(s->uio.fd, &count, sizeof count) < 0 && errno == EINTR)
      ;
  }
  if (ok)
    fail_errno(&s->failure, errno, FAIL_GENERIC, "serve: waiting");
  atomic_store(&s->broke, true);
  set_event(s->news);
  return NULL;
}

/* A thread that takes no signals: they belong to the program's own threads. */
static bool start_thread(struct served *s, struct failure *f) {
  sigset_t all, before;
  int err;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &before);
  err = pthread_create(&s->thread, NULL, serve_thread, s);
  pthread_sigmask(SIG_SETMASK, &before, NULL);
  if (err != 0)
    return fail_errno(f, err, FAIL_NO_MEMORY, "serve: no thread");
  s->running = true;
  return true;
}

static void end_thread(struct served *s) {
  if (!s->running)
    return;
  set_event(s->end);
  pthread_join(s->thread, NULL);
  s->running = false;
}

/* ===} */

/* The same address gets the same names: FNV-1a, 32 bits. */
static uint32_t hash_of(const char *address) {
  uint32_t hash = 0x811C9DC5u;
  for (; *address != '\0'; address++)
    hash = (hash ^ (uint8_t)*address) * 0x01000193u;
  return hash;
}

bool serve_prepare(unsigned *removed, struct failure *f) {
  int lock;
  bool ok;
  *removed = 0;
  if (!config_ready(f))
    return false;
  lock = config_lock(f);
  if (lock < 0)
    return false;
  ok = config_remove_left_overs(removed, f);
  close(lock);
  return ok;
}

static bool open_drive(struct served *s,
                       const char *address,
                       const struct transport_options *options,
                       struct failure *f) {
  s->transport = transport_open(address, options, f);
  if (s->transport == NULL ||
      !address_absolute(address, s->address, sizeof s->address, f) ||
      never_write(s->address, f) || !transport_acquire(s->transport, f))
    return false;
  s->pushes_clock = transport_is_virtual(s->transport) &&
                    s->transport->clock->stands;
  s->real = clock_now(clock_monotonic());
  s->drive = clock_now(s->transport->clock);
  s->hasten = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  s->end = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  s->news = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
  if (s->hasten < 0 || s->end < 0 || s->news < 0)
    return fail_errno(f, errno, FAIL_NO_MEMORY, "serve: eventfd");
  return true;
}

static bool set_up(struct served *s, uint32_t hash, struct failure *f) {
  if (!config_make_backstore(&s->config, hash, f) ||
      !uio_open(&s->uio, s->config.id, f))
    return false;
  if (!ring_open(&s->ring, s->uio.map, s->uio.size))
    return fail(
      f, FAIL_UNSUPPORTED, "serve: this kernel's ring is of another version");
  return start_thread(s, f) && config_make_host(&s->config, hash, f) &&
         node_wait(&s->config, s->sr, s->sg, f);
}

struct served *serve_start(const char *address,
                           const struct transport_options *transport,
                           const struct serve_options *options,
                           struct failure *f) {
  struct served *s = calloc(1, sizeof *s);
  struct failure ignored;
  int lock = -1;
  bool ok;
  if (s == NULL) {
    fail(f, FAIL_NO_MEMORY, "serve: no memory");
    return NULL;
  }
  s->uio.fd = s->hasten = s->end = s->news = -1;
  s->hurry = options->hurry > 0 ? options->hurry : 1;
  atomic_init(&s->broke, false);
  ok = open_drive(s, address, transport, f);
  if (ok)
    lock = config_lock(f);
  ok = ok && lock >= 0 && set_up(s, hash_of(s->address), f);
  if (!ok) {
    served_end(s, &ignored);
    s = NULL;
  }
  if (lock >= 0)
    close(lock);
  return s;
}

const char *served_sr(const struct served *s) {
  return s->sr;
}

const char *served_sg(const struct served *s) {
  return s->sg;
}

const char *served_address(const struct served *s) {
  return s->address;
}

bool served_broke(struct served *s, int timeout_ms, struct failure *f) {
  wait_event(s->news, timeout_ms);
  if (!atomic_load(&s->broke))
    return false;
  *f = s->failure;
  return true;
}

bool served_end(struct served *s, struct failure *f) {
  struct failure later;
  bool ok;
  if (s->running)
    set_event(s->hasten);
  if (atomic_load(&s->broke))
    config_give_up(&s->config);
  ok = config_remove_host(&s->config, f);
  end_thread(s);
  uio_close(&s->uio);
  if (!config_remove_backstore(&s->config, ok ? f : &later))
    ok = false;
  close_event(s->hasten);
  close_event(s->end);
  close_event(s->news);
  transport_close(s->transport);
  free(s->bounce.bytes);
  free(s);
  return ok;
}
