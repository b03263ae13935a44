/* ring.c: a program around src/serve/ring.c and answer.c: rings made by hand,
   good ones and hostile ones, in memory of exactly their size, so that a
   sanitizer sees each byte that is read beside them. Prints what went wrong; 0:
   nothing. */
#include <linux/target_core_user.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../src/serve/answer.h"
#include "../../src/serve/ring.h"

#define START 128u
#define LENGTH 4096u
#define DATA (START + LENGTH)
#define SIZE (DATA + 8192u)

static uint8_t *map;
static struct ring ring;
static struct ring_command command;
static int wrong;

static void expect(int ok, const char *what) {
  if (ok)
    return;
  printf("wrong: %s\n", what);
  wrong++;
}

static void put32(size_t at, uint32_t v) {
  memcpy(map + at, &v, sizeof v);
}

static uint32_t get32(size_t at) {
  uint32_t v;
  memcpy(&v, map + at, sizeof v);
  return v;
}

#define HEAD offsetof(struct tcmu_mailbox, cmd_head)
#define TAIL offsetof(struct tcmu_mailbox, cmd_tail)

static void begin(void) {
  struct tcmu_mailbox box;
  free(map);
  map = calloc(1, SIZE);
  if (map == NULL)
    abort();
  memset(&box, 0, sizeof box);
  box.version = TCMU_MAILBOX_VERSION;
  box.flags = TCMU_MAILBOX_FLAG_CAP_READ_LEN;
  box.cmdr_off = START;
  box.cmdr_size = LENGTH;
  memcpy(map, &box, sizeof box);
  expect(ring_open(&ring, map, SIZE), "a good ring is taken");
}

/* An entry as the kernel makes it: request, vector, command block. */
static uint32_t put_entry(uint32_t at,
                          const uint8_t cdb[16],
                          const struct iovec *v,
                          uint32_t n) {
  struct tcmu_cmd_entry e;
  uint32_t base =
    (uint32_t)(offsetof(struct tcmu_cmd_entry, req.iov) + n * sizeof *v);
  if (base < sizeof e)
    base = (uint32_t)sizeof e;
  base = (base + 7) & ~7u;
  memset(&e, 0, sizeof e);
  tcmu_hdr_set_op(&e.hdr.len_op, TCMU_OP_CMD);
  tcmu_hdr_set_len(&e.hdr.len_op, base + 16);
  e.req.iov_cnt = n;
  e.req.cdb_off = START + at + base;
  memcpy(map + START + at, &e, sizeof e);
  for (uint32_t i = 0; i < n; i++)
    memcpy(map + START + at + offsetof(struct tcmu_cmd_entry, req.iov) +
             i * sizeof *v,
           v + i,
           sizeof *v);
  memcpy(map + START + at + base, cdb, 16);
  put32(HEAD, at + base + 16);
  return base + 16;
}

static struct iovec piece(uintptr_t offset, size_t length) {
  struct iovec v = {(void *)offset, length};
  return v;
}

/* {=== a transport that remembers === */

static struct packet seen;
static uint8_t sent[8192];

static void remember(struct transport *t, struct packet *p) {
  (void)t;
  if (p->dir == PACKET_OUT)
    memcpy(sent, p->out, p->len);
  if (p->dir == PACKET_IN) {
    memset(p->in, 0x5A, p->len / 2);
    p->moved = p->len / 2;
  }
  seen = *p;
}

static const struct transport_ops ops = {.name = "test", .run = remember};
static struct transport transport = {.ops = &ops};

/* ===} */

static const uint8_t inquiry[16] = {0x12, 0, 0, 0, 96};
static const uint8_t write10[16] = {0x2A, 0, 0, 0, 0, 0, 0, 0, 1};

static void good(void) {
  struct bounce b = {0};
  struct iovec v[2] = {piece(DATA, 1000), piece(DATA + 4096, 1048)};
  struct tcmu_cmd_entry e;
  begin();
  expect(ring_next(&ring, &command) == RING_EMPTY, "an empty ring is empty");
  put_entry(0, inquiry, v, 2);
  expect(ring_next(&ring, &command) == RING_COMMAND, "a command is found");
  expect(command.bytes == 2048 && command.cdb_len == 6, "with its size");
  answer_command(&ring, &command, &transport, &b);
  expect(seen.dir == PACKET_IN && seen.len == 2048, "it became a packet");
  expect(map[DATA + 999] == 0x5A && map[DATA + 4096 + 23] == 0x5A &&
           map[DATA + 4096 + 24] == 0,
         "data was put where it belongs");
  memcpy(&e, map + START, sizeof e);
  expect(e.rsp.scsi_status == 0 && e.rsp.read_len == 1024 &&
           (e.hdr.uflags & TCMU_UFLAG_READ_LEN),
         "the answer tells how much");
  expect(get32(TAIL) == get32(HEAD), "the kernel has it back");
  memset(map + DATA, 1, 1000);
  memset(map + DATA + 4096, 2, 1048);
  put_entry(get32(TAIL), write10, v, 2);
  expect(ring_next(&ring, &command) == RING_COMMAND, "the next one");
  answer_command(&ring, &command, &transport, &b);
  expect(seen.dir == PACKET_OUT && sent[999] == 1 && sent[1000] == 2,
         "data was brought together");
  free(b.bytes);
}

static void other_entries(void) {
  struct tcmu_cmd_entry_hdr pad = {0};
  begin();
  tcmu_hdr_set_op(&pad.len_op, TCMU_OP_PAD);
  tcmu_hdr_set_len(&pad.len_op, 64);
  memcpy(map + START, &pad, sizeof pad);
  tcmu_hdr_set_op(&pad.len_op, 5);
  memcpy(map + START + 64, &pad, sizeof pad);
  put_entry(128, inquiry, NULL, 0);
  expect(ring_next(&ring, &command) == RING_COMMAND && command.bytes == 0,
         "padding and the unknown are passed over");
  expect(map[START + 64 + offsetof(struct tcmu_cmd_entry_hdr, uflags)] &
           TCMU_UFLAG_UNKNOWN_OP,
         "the unknown is said to be so");
}

static void hostile_box(void) {
  static const struct {
    size_t at;
    uint32_t value;
    const char *what;
  } boxes[] = {
    {0, 1, "another version"},
    {offsetof(struct tcmu_mailbox, cmdr_off), 4, "commands in the mailbox"},
    {offsetof(struct tcmu_mailbox, cmdr_off), SIZE, "commands at the end"},
    {offsetof(struct tcmu_mailbox, cmdr_off), 0xFFFFFFF8, "far away"},
    {offsetof(struct tcmu_mailbox, cmdr_size), 0, "no room"},
    {offsetof(struct tcmu_mailbox, cmdr_size), SIZE, "too much room"},
    {offsetof(struct tcmu_mailbox, cmdr_size), 4095, "a crooked size"},
  };
  for (size_t i = 0; i < sizeof boxes / sizeof *boxes; i++) {
    begin();
    put32(boxes[i].at, boxes[i].value);
    expect(!ring_open(&ring, map, SIZE), boxes[i].what);
  }
  expect(!ring_open(&ring, map, 16), "hardly any memory");
}

/* One number of a good entry is made bad. */
static void
hostile_entry(size_t at, uint64_t value, size_t n, const char *why) {
  struct iovec v = piece(DATA, 2048);
  begin();
  put_entry(0, inquiry, &v, 1);
  memcpy(map + at, &value, n);
  expect(ring_next(&ring, &command) == RING_NONSENSE, why);
}

#define ENTRY(member) (START + offsetof(struct tcmu_cmd_entry, member))

static void hostile_entries(void) {
  size_t vector = ENTRY(req.iov);
  hostile_entry(HEAD, LENGTH, 4, "the head outside");
  hostile_entry(TAIL, LENGTH + 8, 4, "the tail outside");
  hostile_entry(TAIL, 4, 4, "a crooked tail");
  hostile_entry(HEAD, 4, 4, "an entry without room for its header");
  hostile_entry(ENTRY(hdr.len_op), TCMU_OP_CMD, 4, "an entry without length");
  hostile_entry(ENTRY(hdr.len_op), LENGTH | 1, 4, "an entry past the head");
  hostile_entry(ENTRY(hdr.len_op), 16 | 1, 4, "an entry that is too short");
  hostile_entry(ENTRY(req.iov_cnt), 1000, 4, "a vector past the entry");
  hostile_entry(ENTRY(req.iov_cnt), 0xFFFFFFFF, 4, "an endless vector");
  hostile_entry(ENTRY(req.cdb_off), SIZE, 8, "a command block outside");
  hostile_entry(ENTRY(req.cdb_off), SIZE - 1, 8, "half a command block");
  hostile_entry(ENTRY(req.cdb_off), UINT64_MAX, 8, "one far away");
  hostile_entry(vector, SIZE, 8, "data outside");
  hostile_entry(vector, UINT64_MAX - 7, 8, "data far away");
  hostile_entry(vector + 8, SIZE, 8, "too much data");
  hostile_entry(vector + 8, UINT64_MAX, 8, "endless data");
}

static void overlapping(void) {
  struct iovec v[64];
  for (int i = 0; i < 64; i++)
    v[i] = piece(DATA, 8192);
  begin();
  put_entry(0, inquiry, v, 64);
  expect(ring_next(&ring, &command) == RING_NONSENSE, "data told many times");
}

static void refused(void) {
  struct bounce b = {0};
  struct iovec v = piece(DATA, 2048);
  struct tcmu_cmd_entry e;
  uint32_t one = 1;
  begin();
  put_entry(0, inquiry, &v, 1);
  memcpy(map + ENTRY(req.iov_bidi_cnt), &one, sizeof one);
  expect(ring_next(&ring, &command) == RING_COMMAND, "both directions");
  memset(&seen, 0, sizeof seen);
  answer_command(&ring, &command, &transport, &b);
  memcpy(&e, map + START, sizeof e);
  expect(seen.cdb_len == 0 && e.rsp.scsi_status == 2 &&
           e.rsp.sense_buffer[12] == 0x24,
         "are refused");
  free(b.bytes);
}

/* Any bytes at all: whatever is found, nothing beside the memory is touched. */
static void noise(void) {
  struct bounce b = {0};
  uint64_t state = 88172645463325252u;
  for (int round = 0; round < 20000; round++) {
    struct iovec v[3] = {
      piece(DATA, 512), piece(DATA + 4096, 4096), piece(DATA + 1024, 8)};
    begin();
    put_entry(0, round & 1 ? inquiry : write10, v, 3);
    for (int i = 0; i < 3; i++) {
      size_t span = round % 3 == 0 ? START + 256 : START + 96;
      state ^= state << 13;
      state ^= state >> 7;
      state ^= state << 17;
      map[64 + state % (span - 64)] = (uint8_t)(state >> 32);
    }
    for (int i = 0; i < 8; i++) {
      if (ring_next(&ring, &command) != RING_COMMAND)
        break;
      if (command.bytes <= sizeof sent)
        answer_command(&ring, &command, &transport, &b);
      else
        break;
    }
  }
  free(b.bytes);
}

int main(void) {
  good();
  other_entries();
  hostile_box();
  hostile_entries();
  overlapping();
  refused();
  noise();
  free(map);
  return wrong != 0;
}
