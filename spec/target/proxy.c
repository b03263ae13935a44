/* proxy.c: stands between an initiator and an iSCSI target on loopback and
   spoils what passes. Usage: proxy TARGET_PORT FAULT NUMBER; it prints the port
   on which it listens. It ends after two minutes, or when it is told to.

   What the target sends is passed on PDU by PDU (RFC 3720 10.2), and the fault
   meets the NUMBER-th one of its kind; what the initiator sends, as it comes.

     none     0       nothing is spoiled
     refuse   STATUS  the login is refused, with class and detail (0x0201)
     drop     BYTES   both connections end when the initiator has sent so many
     mute     NUMBER  from this answer on nothing is passed on
     late     NUMBER  this answer comes three seconds later
     short    NUMBER  half of this data is missing, and nothing says so
     long     NUMBER  this data is longer than it was asked for
     noise    NUMBER  this answer is bytes without sense
     flood    NUMBER  this data comes again and again, without an end
     status   NUMBER  all answers from this one on: reservation conflict
     bare     NUMBER  answers from this one on have no sense bytes
     turn     0       the login is redirected to where nobody listens
     strict   BYTES   the drive tells of itself what MMC says (strict.c); the
                      first connection ends after so many bytes, if not 0 */
#include <arpa/inet.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "pdu.h"

static const char *fault;
static unsigned long number;
static unsigned long sent, answers, data_ins;
static int muted;

static struct pdu pdu, command;

static int is(const char *name) {
  return strcmp(fault, name) == 0;
}

static int read_all(int fd, void *buf, size_t len) {
  unsigned char *p = buf;
  while (len > 0) {
    ssize_t n = read(fd, p, len);
    if (n <= 0)
      return 0;
    p += n;
    len -= (size_t)n;
  }
  return 1;
}

static int write_all(int fd, const void *buf, size_t len) {
  const unsigned char *p = buf;
  while (len > 0) {
    ssize_t n = write(fd, p, len);
    if (n <= 0)
      return 0;
    p += n;
    len -= (size_t)n;
  }
  return 1;
}

static int read_pdu(int fd, struct pdu *p) {
  if (!read_all(fd, p->header, HEADER))
    return 0;
  p->len =
    (size_t)p->header[5] << 16 | (size_t)p->header[6] << 8 | p->header[7];
  return read_all(fd, p->data, (p->len + 3) & ~(size_t)3);
}

void set_length(struct pdu *p, size_t len) {
  for (size_t i = p->len; i < len; i++)
    p->data[i] = 0xEE;
  p->len = len;
  p->header[5] = (unsigned char)(len >> 16);
  p->header[6] = (unsigned char)(len >> 8);
  p->header[7] = (unsigned char)len;
}

static int write_pdu(int fd, const struct pdu *p) {
  return write_all(fd, p->header, HEADER) &&
         write_all(fd, p->data, (p->len + 3) & ~(size_t)3);
}

static void spoil_login(void) {
  if (is("refuse")) {
    pdu.header[36] = (unsigned char)(number >> 8);
    pdu.header[37] = (unsigned char)number;
  } else if (is("turn")) {
    static const char elsewhere[] = "TargetAddress=127.0.0.1:1,1";
    pdu.header[36] = 1;
    pdu.header[37] = 1;
    set_length(&pdu, sizeof elsewhere);
    memcpy(pdu.data, elsewhere, sizeof elsewhere);
  }
}

static void spoil_data(void) {
  if (data_ins++ != number)
    return;
  if (is("short")) {
    set_length(&pdu, pdu.len / 2);
    pdu.header[1] &= (unsigned char)~0x06; /* no residual is told */
  } else if (is("long")) {
    set_length(&pdu, pdu.len + 4096);
  }
}

static void spoil_answer(void) {
  if (answers++ < number)
    return;
  if (is("status")) {
    pdu.header[3] = 0x18;
    if ((pdu.header[0] & 0x3F) == OP_DATA_IN) {
      pdu.header[0] = OP_RESPONSE;
      pdu.header[1] = 0x80;
      set_length(&pdu, 0);
    }
  } else if (is("bare") && (pdu.header[0] & 0x3F) == OP_RESPONSE) {
    set_length(&pdu, 0);
  } else if (is("mute")) {
    muted = 1;
  } else if (is("late") && answers == number + 1) {
    sleep(3);
  } else if (is("noise") && answers == number + 1) {
    for (size_t i = 0; i < HEADER; i++)
      pdu.header[i] = (unsigned char)(i * 37 + 11);
    set_length(&pdu, 64);
  }
}

/* One PDU of the target's, spoiled and passed on. */
static int from_target(int target, int initiator) {
  int op;
  if (!read_pdu(target, &pdu))
    return 0;
  op = pdu.header[0] & 0x3F;
  if (op == OP_LOGIN)
    spoil_login();
  if (op == OP_DATA_IN)
    spoil_data();
  if (op == OP_RESPONSE || (op == OP_DATA_IN && (pdu.header[1] & 0x01)))
    spoil_answer();
  if (is("flood") && op == OP_DATA_IN && data_ins > number) {
    pdu.header[1] = 0; /* neither the last one nor with a status */
    while (write_pdu(initiator, &pdu))
      ;
    return 0;
  }
  if (is("strict"))
    strict_answer(&pdu);
  return muted || write_pdu(initiator, &pdu);
}

/* PDU by PDU, for what strict.c wants to know. */
static int command_from(int initiator, int target) {
  if (!read_pdu(initiator, &command))
    return 0;
  sent += command.len;
  if (number > 0 && sent > number) {
    number = 0;
    return 0;
  }
  strict_command(&command);
  return write_pdu(target, &command);
}

static int from_initiator(int initiator, int target) {
  static unsigned char buf[65536];
  ssize_t n = read(initiator, buf, sizeof buf);
  if (n <= 0)
    return 0;
  sent += (unsigned long)n;
  if (is("drop") && sent > number)
    return 0;
  return write_all(target, buf, (size_t)n);
}

static int loopback(unsigned port, int listening) {
  struct sockaddr_in a = {
    .sin_family = AF_INET,
    .sin_port = htons((unsigned short)port),
    .sin_addr.s_addr = htonl(INADDR_LOOPBACK),
  };
  int fd = socket(AF_INET, SOCK_STREAM, 0);
  if (fd < 0)
    return -1;
  if (listening
        ? bind(fd, (struct sockaddr *)&a, sizeof a) == 0 && listen(fd, 4) == 0
        : connect(fd, (struct sockaddr *)&a, sizeof a) == 0)
    return fd;
  close(fd);
  return -1;
}

static void serve(int initiator, unsigned port) {
  struct pollfd p[2] = {{.fd = initiator, .events = POLLIN},
                        {.fd = loopback(port, 0), .events = POLLIN}};
  while (p[1].fd >= 0 && poll(p, 2, -1) > 0) {
    if (p[0].revents != 0 &&
        !(is("strict") ? command_from : from_initiator)(initiator, p[1].fd))
      break;
    if (p[1].revents != 0 && !from_target(p[1].fd, initiator))
      break;
  }
  close(p[1].fd);
  close(initiator);
}

int main(int argc, char **argv) {
  struct sockaddr_in a;
  socklen_t len = sizeof a;
  int listener = loopback(0, 1), initiator;
  if (argc != 4 || listener < 0 ||
      getsockname(listener, (struct sockaddr *)&a, &len) != 0)
    return 2;
  signal(SIGPIPE, SIG_IGN);
  alarm(120);
  fault = argv[2];
  number = strtoul(argv[3], NULL, 0);
  printf("%u\n", ntohs(a.sin_port));
  fflush(stdout);
  while ((initiator = accept(listener, NULL, NULL)) >= 0)
    serve(initiator, (unsigned)atoi(argv[1]));
  return 0;
}
