/* ring.c: the ring of target_core_user (linux/target_core_user.h says how it is
   laid out). The kernel writes, we read; each number is read once. */
#include "ring.h"

#include <linux/target_core_user.h>
#include <stdatomic.h>
#include <string.h>

#define HEADER sizeof(struct tcmu_cmd_entry_hdr)
#define REQUEST offsetof(struct tcmu_cmd_entry, req.iov)

/* The two numbers that both sides change. They are aligned (tail has a cache
   line of its own), though the struct is packed. */
static uint32_t head_of(const struct ring *r) {
  uint8_t *at = r->map + offsetof(struct tcmu_mailbox, cmd_head);
  return atomic_load_explicit((_Atomic uint32_t *)(void *)at,
                              memory_order_acquire);
}

static _Atomic uint32_t *tail_of(const struct ring *r) {
  uint8_t *at = r->map + offsetof(struct tcmu_mailbox, cmd_tail);
  return (_Atomic uint32_t *)(void *)at;
}

bool ring_open(struct ring *r, uint8_t *map, size_t size) {
  struct tcmu_mailbox box;
  if (size < sizeof box)
    return false;
  memcpy(&box, map, sizeof box);
  r->map = map;
  r->size = size;
  r->start = box.cmdr_off;
  r->length = box.cmdr_size;
  r->tells_length = (box.flags & TCMU_MAILBOX_FLAG_CAP_READ_LEN) != 0;
  return box.version == TCMU_MAILBOX_VERSION && r->start >= sizeof box &&
         r->start % TCMU_OP_ALIGN_SIZE == 0 && r->length > 0 &&
         r->length % TCMU_OP_ALIGN_SIZE == 0 && r->start <= size &&
         r->length <= size - r->start;
}

/* The entry's bytes go back to the kernel. */
static void advance(struct ring *r, uint32_t at, uint32_t length) {
  uint32_t tail = (at - r->start + length) % r->length;
  atomic_store_explicit(tail_of(r), tail, memory_order_release);
}

static bool inside(const struct ring *r, uint64_t offset, uint64_t length) {
  return offset <= r->size && length <= r->size - offset;
}

/* The length of a command block, by the group of its opcode (SPC-4 4.3.4);
   vendors' groups are taken for the longest that a packet has. */
static unsigned cdb_length(uint8_t opcode) {
  static const uint8_t lengths[8] = {6, 10, 10, 16, 16, 12, 16, 16};
  return lengths[opcode >> 5];
}

static bool
take_cdb(const struct ring *r, struct ring_command *c, uint64_t offset) {
  if (!inside(r, offset, 1))
    return false;
  memset(c->cdb, 0, sizeof c->cdb);
  c->cdb[0] = r->map[offset];
  c->cdb_len = (uint8_t)cdb_length(c->cdb[0]);
  if (!inside(r, offset, c->cdb_len))
    return false;
  memcpy(c->cdb + 1, r->map + offset + 1, c->cdb_len - 1u);
  return true;
}

/* The answer overwrites the request, so nothing of it may be needed later. */
static bool take_request(const struct ring *r, struct ring_command *c) {
  struct tcmu_cmd_entry entry;
  if (c->length < REQUEST || c->length < sizeof entry)
    return false;
  memcpy(&entry, r->map + c->at, sizeof entry);
  if (entry.req.iov_cnt > (c->length - REQUEST) / sizeof(struct iovec))
    return false;
  if (!take_cdb(r, c, entry.req.cdb_off))
    return false;
  c->refused =
    entry.req.iov_bidi_cnt != 0 || entry.req.iov_cnt > RING_PIECES_MAX;
  c->pieces = c->refused ? 0 : entry.req.iov_cnt;
  c->bytes = 0;
  for (unsigned i = 0; i < c->pieces; i++) {
    struct iovec v;
    memcpy(&v, r->map + c->at + REQUEST + i * sizeof v, sizeof v);
    if (!inside(r, (uintptr_t)v.iov_base, v.iov_len))
      return false;
    c->piece[i] =
      (struct ring_piece){r->map + (uintptr_t)v.iov_base, v.iov_len};
    c->bytes += v.iov_len;
  }
  /* Pieces may not share memory: together they have no more than there is. */
  return c->bytes <= r->size;
}

enum ring_found ring_next(struct ring *r, struct ring_command *c) {
  for (;;) {
    uint32_t tail = atomic_load_explicit(tail_of(r), memory_order_relaxed);
    uint32_t head = head_of(r), room;
    struct tcmu_cmd_entry_hdr header;
    if (head == tail)
      return RING_EMPTY;
    if (head >= r->length || tail >= r->length ||
        tail % TCMU_OP_ALIGN_SIZE != 0)
      return RING_NONSENSE;
    room = (head > tail ? head : r->length) - tail;
    if (room < HEADER)
      return RING_NONSENSE;
    c->at = r->start + tail;
    memcpy(&header, r->map + c->at, HEADER);
    c->length = tcmu_hdr_get_len(header.len_op);
    if (c->length < HEADER || c->length > room)
      return RING_NONSENSE;
    switch (tcmu_hdr_get_op(header.len_op)) {
      case TCMU_OP_CMD:
        return take_request(r, c) ? RING_COMMAND : RING_NONSENSE;
      case TCMU_OP_PAD:
        break;
      default:
        r->map[c->at + offsetof(struct tcmu_cmd_entry_hdr, uflags)] |=
          TCMU_UFLAG_UNKNOWN_OP;
    }
    advance(r, c->at, c->length);
  }
}

void ring_answer(struct ring *r,
                 const struct ring_command *c,
                 uint8_t status,
                 const uint8_t *sense,
                 size_t sense_len,
                 size_t moved) {
  struct tcmu_cmd_entry entry;
  memcpy(&entry, r->map + c->at, sizeof entry);
  memset(&entry.rsp, 0, sizeof entry.rsp);
  entry.rsp.scsi_status = status;
  if (sense_len > sizeof entry.rsp.sense_buffer)
    sense_len = sizeof entry.rsp.sense_buffer;
  if (sense != NULL)
    memcpy(entry.rsp.sense_buffer, sense, sense_len);
  if (r->tells_length) {
    entry.rsp.read_len = (uint32_t)(moved < c->bytes ? moved : c->bytes);
    entry.hdr.uflags |= TCMU_UFLAG_READ_LEN;
  }
  memcpy(r->map + c->at, &entry, sizeof entry);
  advance(r, c->at, c->length);
}
