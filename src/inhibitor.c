/* inhibitor.c: see inhibitor.h. */
#include "inhibitor.h"

#include "transport/clock.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

/* What cat gives back: by then it runs, and so the inhibition is held. */
static const char echo[] = "held\n";

/* === the child === */

static bool set_attributes(posix_spawnattr_t *attributes) {
  sigset_t none, all;
  sigemptyset(&none);
  sigfillset(&all);
  /* A group of its own: Ctrl-C is for us, who end the disc first. */
  return posix_spawnattr_setpgroup(attributes, 0) == 0 &&
         posix_spawnattr_setsigmask(attributes, &none) == 0 &&
         posix_spawnattr_setsigdefault(attributes, &all) == 0 &&
         posix_spawnattr_setflags(attributes,
                                  POSIX_SPAWN_SETPGROUP |
                                    POSIX_SPAWN_SETSIGMASK |
                                    POSIX_SPAWN_SETSIGDEF) == 0;
}

static bool set_files(posix_spawn_file_actions_t *files, int socket) {
  for (int fd = 0; fd <= 2; fd++)
    if (posix_spawn_file_actions_adddup2(files, socket, fd) != 0)
      return false;
  return true;
}

/* Gives an errno, or 0. */
static int spawn_with(pid_t *pid,
                      const posix_spawn_file_actions_t *files,
                      const posix_spawnattr_t *attributes,
                      const char *why) {
  char reason[200];
  char *arguments[] = {"systemd-inhibit",
                       "--what=sleep:shutdown:idle",
                       "--mode=block",
                       "--who=discrecorder",
                       reason,
                       "cat",
                       NULL};
  snprintf(reason, sizeof reason, "--why=%s", why);
  return posix_spawnp(pid, arguments[0], files, attributes, arguments, environ);
}

static int spawn(pid_t *pid, int socket, const char *why) {
  posix_spawn_file_actions_t files;
  posix_spawnattr_t attributes;
  int err = posix_spawn_file_actions_init(&files);
  if (err != 0)
    return err;
  err = posix_spawnattr_init(&attributes);
  if (err == 0) {
    err = ENOMEM;
    if (set_files(&files, socket) && set_attributes(&attributes))
      err = spawn_with(pid, &files, &attributes, why);
    posix_spawnattr_destroy(&attributes);
  }
  posix_spawn_file_actions_destroy(&files);
  return err;
}

/* === its answer === */

struct answer {
  size_t len;
  char text[300];
};

enum heard { HEARD, ENDED, TOO_LATE };

static enum heard listen_to(int socket, uint64_t limit, struct answer *a) {
  struct clock *clock = clock_monotonic();
  uint64_t start = clock_now(clock), passed = 0;
  for (; passed < limit; passed = clock_now(clock) - start) {
    struct pollfd ready = {.fd = socket, .events = POLLIN};
    uint64_t ms = (limit - passed) / CLOCK_MS + 1;
    ssize_t n;
    if (poll(&ready, 1, ms < 1000 ? (int)ms : 1000) <= 0)
      continue; /* nothing yet, or a signal */
    n =
      recv(socket, a->text + a->len, sizeof a->text - 1 - a->len, MSG_DONTWAIT);
    if (n < 0 && (errno == EAGAIN || errno == EINTR))
      continue;
    if (n <= 0)
      return ENDED;
    a->len += (size_t)n;
    a->text[a->len] = '\0';
    if (strstr(a->text, echo) != NULL)
      return HEARD;
  }
  return TOO_LATE;
}

static bool refused(const struct answer *a, struct failure *f) {
  int line = (int)strcspn(a->text, "\n");
  /* As sd_booted(3) asks. Not before the attempt: others answer by this name
     too. */
  if (access("/run/systemd/system", F_OK) != 0)
    return fail(f,
                FAIL_UNSUPPORTED,
                "suspend cannot be inhibited, systemd does not run here: %.*s",
                line,
                a->text);
  fail(f,
       FAIL_GENERIC,
       "suspend cannot be inhibited: %.*s",
       line,
       line > 0 ? a->text : "systemd-inhibit ended at once");
  f->culprit = CULPRIT_PERMISSION;
  f->advice = "Keep the machine awake by other means while a disc is written.";
  return false;
}

static bool
wait_for_echo(const struct inhibitor *i, uint64_t limit, struct failure *f) {
  struct answer a = {0};
  send(i->socket, echo, sizeof echo - 1, MSG_NOSIGNAL);
  switch (listen_to(i->socket, limit, &a)) {
    case HEARD:
      return true;
    case ENDED:
      return refused(&a, f);
    case TOO_LATE:
      break;
  }
  fail(f, FAIL_BUSY, "suspend cannot be inhibited: systemd does not answer");
  f->culprit = CULPRIT_PROGRAM;
  f->advice = "Try again; `systemctl status systemd-logind` tells more.";
  return false;
}

/* Where systemd-inhibit, and others of that name, asks: the address that the
   D-Bus specification tells. */
static bool has_system_bus(void) {
  return getenv("DBUS_SYSTEM_BUS_ADDRESS") != NULL ||
         access("/var/run/dbus/system_bus_socket", F_OK) == 0 ||
         access("/run/dbus/system_bus_socket", F_OK) == 0;
}

bool inhibitor_hold(struct inhibitor *i,
                    const char *why,
                    uint64_t limit,
                    struct failure *f) {
  int ends[2], err;
  *i = INHIBITOR_NONE;
  if (!has_system_bus())
    return fail(f,
                FAIL_UNSUPPORTED,
                "suspend cannot be inhibited, there is no system bus here");
  if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
    return fail_errno(f, errno, FAIL_NO_MEMORY, "no socket for an inhibitor");
  err = spawn(&i->pid, ends[1], why);
  close(ends[1]);
  if (err != 0) {
    close(ends[0]);
    return fail(f,
                err == ENOMEM || err == EAGAIN ? FAIL_NO_MEMORY
                                               : FAIL_UNSUPPORTED,
                "suspend cannot be inhibited, systemd-inhibit does not run: %s",
                strerror(err));
  }
  i->socket = ends[0];
  if (wait_for_echo(i, limit, f))
    return true;
  inhibitor_release(i);
  return false;
}

/* The group is killed only while its leader is certainly ours: a program that
   reaps all children may have done so, and then the number is anyone's. */
void inhibitor_release(struct inhibitor *i) {
  if (i->socket < 0)
    return;
  close(i->socket);
  i->socket = -1;
  if (waitpid(i->pid, NULL, WNOHANG) != 0)
    return;
  kill(-i->pid, SIGKILL);
  while (waitpid(i->pid, NULL, 0) < 0 && errno == EINTR)
    ;
}
