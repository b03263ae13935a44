/* iscsi.c: an iSCSI target that answers anything. An input is what it sends,
   PDU by PDU, a choice and a length (2) before each. Sockets and time are of
   our own making: these functions stand in place of the system's, for libiscsi
   too. When the pieces are used up, the connection ends or hangs. */
#include "input.h"

#include "../src/bytes.h"
#include "../src/iscsi/session.h"
#include "../src/transport/clock.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <poll.h>
#include <stdarg.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

#define SOCKET 9000
#define HEADER 48 /* bytes of a PDU's head (RFC 3720 10.2.1) */
#define ROOM 8192

/* What is put right in a piece, besides its length. */
enum { TAG = 1, NUMBERS = 4, HANGS = 0x80 };

/* Opcodes (RFC 3720 10.2.1.2). */
enum {
  COMMAND = 0x01,
  LOGIN = 0x03,
  DATA_OUT = 0x05,
  NOP_IN = 0x20,
  RESPONSE = 0x21,
  LOGIN_RESPONSE = 0x23,
  DATA_IN = 0x25,
  LOGOUT_RESPONSE = 0x26,
  R2T = 0x31,
  ASYNC = 0x32,
  REJECT = 0x3F
};

static struct {
  struct input in;
  uint8_t piece[65536 + HEADER];
  size_t size, at; /* of the piece that is on its way */
  bool hangs;
  uint64_t now;
  uint8_t sent[HEADER]; /* the head of what the initiator sent last */
  size_t skip;          /* bytes of its data that are still to come */
  size_t have;          /* bytes of its next head */
  uint8_t head[HEADER];
} net;

/* {=== The target */

/* Is it a kind of answer to what was said last? libiscsi reads through null
   pointers where a login is answered with data. */
static bool fits(uint8_t opcode) {
  switch (net.sent[0] & 0x3F) {
    case LOGIN:
      return opcode == LOGIN_RESPONSE;
    case COMMAND:
    case DATA_OUT:
      return opcode == RESPONSE || opcode == DATA_IN || opcode == R2T ||
             opcode == NOP_IN || opcode == ASYNC || opcode == REJECT;
    default:
      return opcode == LOGOUT_RESPONSE || opcode == NOP_IN || opcode == ASYNC ||
             opcode == REJECT;
  }
}

static void put_right(unsigned choice) {
  put_be32(net.piece + 4, (uint32_t)(net.size - HEADER)); /* and no AHS */
  while (net.size % 4 != 0)
    net.piece[net.size++] = 0;
  if (choice & TAG)
    memcpy(net.piece + 16, net.sent + 16, 4);
  if (choice & NUMBERS) { /* StatSN as expected, and room for commands */
    memcpy(net.piece + 24, net.sent + 28, 4);
    put_be32(net.piece + 28, get_be32(net.sent + 24) + 1);
    put_be32(net.piece + 32, get_be32(net.sent + 24) + 64);
  }
}

/* Half a PDU is the last thing that is said. */
static bool next_piece(void) {
  while (net.at == net.size && net.in.left > 0) {
    unsigned choice = take_byte(&net.in);
    net.hangs = (choice & HANGS) != 0;
    net.size = take_bytes(&net.in, net.piece, take_16(&net.in));
    net.at = 0;
    if (net.size >= HEADER)
      put_right(choice);
    else
      net.in.left = 0;
    if (net.size > 0 && !fits(net.piece[0] & 0x3F))
      net.size = 0;
  }
  return net.at < net.size;
}

/* What comes from the initiator: only heads matter. */
static void hear(const uint8_t *bytes, size_t n) {
  while (n > 0) {
    size_t some = net.skip < n ? net.skip : n;
    net.skip -= some;
    bytes += some;
    n -= some;
    if (n == 0)
      return;
    some = HEADER - net.have < n ? HEADER - net.have : n;
    memcpy(net.head + net.have, bytes, some);
    net.have += some;
    bytes += some;
    n -= some;
    if (net.have == HEADER) {
      memcpy(net.sent, net.head, HEADER);
      net.skip = net.head[4] * 4u + (get_be24(net.head + 5) + 3u) / 4u * 4u;
      net.have = 0;
    }
  }
}

static ssize_t say(void *to, size_t n) {
  if (!next_piece()) {
    errno = EAGAIN;
    return net.hangs ? -1 : 0;
  }
  if (n > net.size - net.at)
    n = net.size - net.at;
  memcpy(to, net.piece + net.at, n);
  net.at += n;
  return (ssize_t)n;
}

/* ===} */

/* {=== In place of the system's */

int socket(int domain, int type, int protocol) {
  (void)domain;
  (void)type;
  (void)protocol;
  return SOCKET;
}

int connect(int fd, const struct sockaddr *to, socklen_t size) {
  (void)fd;
  (void)to;
  (void)size;
  return 0;
}

int close(int fd) {
  return fd == SOCKET ? 0 : (int)syscall(SYS_close, fd);
}

int fcntl(int fd, int command, ...) {
  va_list rest;
  long argument;
  va_start(rest, command);
  argument = va_arg(rest, long);
  va_end(rest);
  return fd == SOCKET ? 0 : (int)syscall(SYS_fcntl, fd, command, argument);
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t size) {
  (void)fd;
  (void)level;
  (void)name;
  (void)value;
  (void)size;
  return 0;
}

int getsockopt(int fd, int level, int name, void *value, socklen_t *size) {
  (void)fd;
  (void)level;
  (void)name;
  memset(value, 0, *size);
  return 0;
}

int getaddrinfo(const char *node,
                const char *service,
                const struct addrinfo *hints,
                struct addrinfo **found) {
  static struct sockaddr_storage address = {.ss_family = AF_INET};
  static struct addrinfo only = {
    .ai_family = AF_INET,
    .ai_socktype = SOCK_STREAM,
    .ai_addrlen = 16,
    .ai_addr = (struct sockaddr *)&address,
  };
  (void)node;
  (void)service;
  (void)hints;
  *found = &only;
  return 0;
}

void freeaddrinfo(struct addrinfo *found) {
  (void)found;
}

int poll(struct pollfd *fds, nfds_t n, int timeout) {
  must(n == 1);
  fds->revents = fds->events & POLLOUT;
  if ((fds->events & POLLIN) && (next_piece() || !net.hangs))
    fds->revents |= POLLIN;
  if (fds->revents == 0 && timeout > 0)
    net.now += (uint64_t)timeout * CLOCK_MS;
  return fds->revents != 0;
}

ssize_t recv(int fd, void *to, size_t n, int flags) {
  (void)flags;
  must(fd == SOCKET);
  return say(to, n);
}

ssize_t readv(int fd, const struct iovec *v, int count) {
  ssize_t all = 0;
  must(fd == SOCKET);
  for (int i = 0; i < count; i++) {
    ssize_t n = say(v[i].iov_base, v[i].iov_len);
    if (n <= 0)
      return all > 0 ? all : n;
    all += n;
    if ((size_t)n < v[i].iov_len)
      break;
  }
  return all;
}

ssize_t writev(int fd, const struct iovec *v, int count) {
  ssize_t all = 0;
  must(fd == SOCKET);
  for (int i = 0; i < count; i++) {
    hear(v[i].iov_base, v[i].iov_len);
    all += (ssize_t)v[i].iov_len;
  }
  return all;
}

ssize_t send(int fd, const void *bytes, size_t n, int flags) {
  (void)flags;
  must(fd == SOCKET);
  hear(bytes, n);
  return (ssize_t)n;
}

/* The same in each run: numbers of sessions and tasks. */
int rand(void) {
  return 1;
}

ssize_t getrandom(void *to, size_t n, unsigned flags) {
  (void)flags;
  memset(to, 0xE5, n);
  return (ssize_t)n;
}

static uint64_t now(struct clock *c) {
  (void)c;
  return net.now;
}

static void pass(struct clock *c, uint64_t ns) {
  (void)c;
  net.now += ns;
}

struct clock *clock_monotonic(void) {
  static const struct clock_ops ops = {now, pass};
  static struct clock clock = {&ops};
  return &clock;
}

/* ===} */

static void
run(struct session *s, uint8_t opcode, enum packet_dir dir, size_t n) {
  static uint8_t room[ROOM];
  struct packet p = {
    .cdb = {opcode}, .cdb_len = 10, .dir = dir, .timeout_ms = 30000};
  if (s->context == NULL)
    return;
  if (opcode == 0x12 || opcode == 0)
    p.cdb_len = 6;
  p.len = n;
  p.in = dir == PACKET_IN ? room : NULL;
  p.out = dir == PACKET_OUT ? room : NULL;
  session_run(s, 0, &p);
  must(p.status <= PACKET_LOST);
  must(p.moved <= p.len && p.sense_len <= PACKET_SENSE_MAX);
  must(p.status != PACKET_LOST || s->context != NULL || p.why != NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const struct target target = {
    .portal = "127.0.0.1:3260",
    .name = "iqn.2020-01.example:drive",
    .initiator = "iqn.2020-01.example:us",
    .user = "user",
    .password = "a password of ours",
  };
  struct session s = {0};
  struct failure f = {.message = ""};
  net.in = (struct input){data, size};
  net.size = net.at = net.skip = net.have = 0;
  net.hangs = false;
  net.now = CLOCK_SECOND;
  memset(net.sent, 0, sizeof net.sent);
  if (!session_login(&s, &target, &f)) {
    must(f.code < FAIL_COUNT && f.message[0] != '\0' && f.advice != NULL);
    must(s.context == NULL);
    return 0;
  }
  run(&s, 0x12, PACKET_IN, 36);
  run(&s, 0x00, PACKET_NONE, 0);
  run(&s, 0x28, PACKET_IN, ROOM);
  session_tend(&s);
  run(&s, 0x2A, PACKET_OUT, ROOM);
  run(&s, 0x28, PACKET_IN, 2048);
  session_logout(&s);
  must(s.context == NULL);
  return 0;
}
