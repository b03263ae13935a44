/* ring.c: the ring of `serve`. The input is the memory that a hostile kernel
   shares with us: mailbox, commands, data. */
#include "input.h"

#include "../src/serve/answer.h"
#include "../src/serve/ring.h"

#include <linux/target_core_user.h>

#define SIZE 1024u
#define COMMANDS_MOST 64

static uint8_t *map; /* of exactly its size */

/* A drive that says something of all that drives say. */
static void run(struct transport *t, struct packet *p) {
  static const enum packet_status statuses[] = {
    PACKET_GOOD, PACKET_CHECK, PACKET_BUSY, PACKET_GONE, PACKET_LOST};
  (void)t;
  must(p->cdb_len >= 6 && p->cdb_len <= PACKET_CDB_MAX);
  must((p->len > 0) == (p->dir != PACKET_NONE));
  must(p->len <= SIZE);
  p->status = statuses[p->cdb[5] % (sizeof statuses / sizeof *statuses)];
  p->sense_len = p->status == PACKET_CHECK ? PACKET_SENSE_MAX : 0;
  memset(p->sense, 0x70, p->sense_len);
  if (p->dir == PACKET_IN) {
    p->moved = p->cdb[4] < p->len ? p->cdb[4] : p->len;
    memset(p->in, p->cdb[2], p->moved);
  } else if (p->dir == PACKET_OUT) {
    unsigned sum = 0;
    for (size_t i = 0; i < p->len; i++)
      sum += p->out[i];
    p->moved = sum % 2 == 0 ? p->len : p->len / 2;
  }
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const struct transport_ops ops = {.name = "fuzz", .run = run};
  static struct bounce bounce;
  static struct ring_command command;
  struct transport t = {.ops = &ops};
  struct ring ring;
  if (map == NULL)
    map = malloc(SIZE);
  must(map != NULL);
  memset(map, 0, SIZE);
  memcpy(map, data, size < SIZE ? size : SIZE);
  if (!ring_open(&ring, map, SIZE))
    return 0;
  for (int i = 0; i < COMMANDS_MOST; i++) {
    if (ring_next(&ring, &command) != RING_COMMAND)
      break;
    answer_command(&ring, &command, &t, &bounce);
  }
  return 0;
}
