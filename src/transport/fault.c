/* fault.c: the decorator that makes chosen packets fail. It only counts,
   compares and spoils; it knows nothing of what is behind it. */
#include "fault.h"

#include "../bytes.h"
#include "../mmc_names.h"
#include "opcodes.h"
#include "reply_length.h"

#include <errno.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

struct fault {
  struct transport base; /* base.next is what is wrapped */
  uint64_t packets;      /* so far */
  uint64_t by_opcode[256];
  atomic_bool gone; /* read by fault_present, from any thread */
  /* A busy rule at work: 'left' more packets are turned away, then the one in
     'cdb' is carried without asking the rules again. */
  struct {
    bool waiting;
    uint64_t left;
    uint8_t cdb[PACKET_CDB_MAX];
  } busy;
  size_t count;
  struct rule {
    struct fault_rule is;
    uint64_t acted;
  } rules[];
};

/* {=== Does a rule fit? */

static bool touches(const struct packet *p, int32_t lba) {
  int32_t first;
  uint32_t count;
  if (!opcode_range(p->cdb, &first, &count))
    return false;
  return lba >= first && (int64_t)lba < (int64_t)first + count;
}

/* What spoils a reply needs one, what spoils a write needs data to write. */
static bool can_act(const struct packet *p, enum fault_what what) {
  if (what == FAULT_DEFECT)
    return p->dir == PACKET_OUT && opcode_is_write(p->cdb[0]);
  if (what == FAULT_LONG)
    return p->dir == PACKET_IN && reply_tells_length(p->cdb);
  if (what == FAULT_SHORT || what == FAULT_CORRUPT || what == FAULT_GARBAGE)
    return p->dir == PACKET_IN;
  return what != FAULT_LOST_WRITE || p->dir == PACKET_OUT;
}

static bool fits(const struct fault *self,
                 const struct rule *rule,
                 const struct packet *p) {
  const struct fault_rule *r = &rule->is;
  if (r->times > 0 && rule->acted >= r->times)
    return false;
  if (r->packet > 0 && r->packet != self->packets)
    return false;
  if (r->has_opcode && r->opcode != p->cdb[0])
    return false;
  if (r->nth > 0 && r->nth != self->by_opcode[p->cdb[0]])
    return false;
  if (r->has_lba && !touches(p, r->lba))
    return false;
  if (r->longer > 0 && p->len <= r->longer)
    return false;
  return can_act(p, r->what);
}

static struct rule *choose(struct fault *self, const struct packet *p) {
  for (size_t i = 0; i < self->count; i++)
    if (fits(self, &self->rules[i], p))
      return &self->rules[i];
  return NULL;
}

/* ===} */

/* {=== Answers */

static void answer(struct packet *p, enum packet_status status, int os_error) {
  p->status = status;
  p->moved = 0;
  p->sense_len = 0;
  p->os_error = os_error;
}

/* Fixed format, as most drives use it (SPC-4 4.5.3). */
static void
answer_sense(struct packet *p, uint8_t key, uint8_t asc, uint8_t ascq) {
  answer(p, PACKET_CHECK, 0);
  memset(p->sense, 0, sizeof p->sense);
  p->sense[0] = 0x70;
  p->sense[2] = key;
  p->sense[7] = 10;
  p->sense[12] = asc;
  p->sense[13] = ascq;
  p->sense_len = 18;
}

static void answer_busy(struct packet *p) {
  /* Drives say "long write" to a WRITE that must wait (drives.md 4). */
  answer_sense(p, KEY_NOT_READY, 0x04, opcode_is_write(p->cdb[0]) ? 8 : 7);
}

/* ===} */

/* {=== What happens */

typedef void act(struct fault *self, struct rule *rule, struct packet *p);

static void act_sense(struct fault *self, struct rule *rule, struct packet *p) {
  const struct fault_rule *r = &rule->is;
  /* Recovered, or nothing to say: the command does its work all the same. */
  if (r->delivered || r->key == KEY_NO_SENSE || r->key == KEY_RECOVERED_ERROR) {
    size_t moved;
    transport_run(self->base.next, p);
    if (p->status != PACKET_GOOD)
      return;
    moved = p->moved;
    answer_sense(p, r->key, r->asc, r->ascq);
    p->moved = moved;
  } else {
    answer_sense(p, r->key, r->asc, r->ascq);
  }
  if (r->deferred)
    p->sense[0] |= 0x01;
  if (r->has_lba) {
    p->sense[0] |= 0x80; /* VALID: the information says where */
    put_be32(p->sense + 3, (uint32_t)r->lba);
  }
}

static void act_gone(struct fault *self, struct rule *rule, struct packet *p) {
  (void)rule;
  self->gone = true;
  answer(p, PACKET_GONE, ENODEV);
}

static void act_lost(struct fault *self, struct rule *rule, struct packet *p) {
  (void)rule;
  transport_run(self->base.next, p);
  if (p->dir == PACKET_IN)
    memset(p->in, 0, p->len);
  answer(p, PACKET_LOST, 0); /* 0: it was delivered */
}

static void act_busy(struct fault *self, struct rule *rule, struct packet *p) {
  self->busy.waiting = true;
  self->busy.left = rule->is.amount - 1;
  memcpy(self->busy.cdb, p->cdb, sizeof p->cdb);
  answer_busy(p);
}

static void act_short(struct fault *self, struct rule *rule, struct packet *p) {
  uint64_t keep = rule->is.amount;
  transport_run(self->base.next, p);
  if (p->moved <= keep)
    return;
  memset(p->in + keep, 0, p->moved - keep);
  p->moved = (size_t)keep;
}

/* The part of a reply that a rule is about: its block, where it names one. */
static void part(const struct fault_rule *r,
                 const struct packet *p,
                 size_t *at,
                 size_t *len) {
  int32_t first;
  uint32_t count;
  *at = 0;
  *len = p->moved;
  if (!r->has_lba || !opcode_range(p->cdb, &first, &count))
    return;
  if (p->moved % count == 0) {
    *len = p->moved / count;
    *at = *len * (size_t)((int64_t)r->lba - first);
  }
}

static void
act_corrupt(struct fault *self, struct rule *rule, struct packet *p) {
  size_t at, len;
  transport_run(self->base.next, p);
  part(&rule->is, p, &at, &len);
  /* Odd, so never 0: each byte changes, and each time in the same way. */
  for (size_t i = 0; i < len; i++)
    p->in[at + i] ^= (uint8_t)((i * 0x5B) | 1);
}

static void act_long(struct fault *self, struct rule *rule, struct packet *p) {
  (void)rule;
  transport_run(self->base.next, p);
  reply_claim_more(p->cdb, p->in, p->moved);
}

/* xorshift64*: the same seed, the same noise on every machine. */
static void
act_garbage(struct fault *self, struct rule *rule, struct packet *p) {
  uint64_t x = rule->is.amount * 0x9E3779B97F4A7C15u | 1;
  transport_run(self->base.next, p);
  for (size_t i = 0; i < p->moved; i++) {
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    p->in[i] = (uint8_t)(x * 0x2545F4914F6CDD1Du >> 56);
  }
}

static void
act_lost_write(struct fault *self, struct rule *rule, struct packet *p) {
  bool before = p->lose;
  (void)rule;
  p->lose = true;
  transport_run(self->base.next, p);
  p->lose = before;
}

static void
act_defect(struct fault *self, struct rule *rule, struct packet *p) {
  bool before = p->has_defect;
  p->has_defect = true;
  p->defect = rule->is.lba;
  transport_run(self->base.next, p);
  p->has_defect = before;
}

static void
act_denied(struct fault *self, struct rule *rule, struct packet *p) {
  (void)self, (void)rule;
  answer(p, PACKET_DENIED, EINVAL);
}

static void act_hang(struct fault *self, struct rule *rule, struct packet *p) {
  clock_sleep(clock_monotonic(), rule->is.amount * CLOCK_MS);
  transport_run(self->base.next, p);
}

static act *const acts[] = {
  [FAULT_SENSE] = act_sense,
  [FAULT_GONE] = act_gone,
  [FAULT_LOST] = act_lost,
  [FAULT_BUSY] = act_busy,
  [FAULT_SHORT] = act_short,
  [FAULT_LONG] = act_long,
  [FAULT_CORRUPT] = act_corrupt,
  [FAULT_GARBAGE] = act_garbage,
  [FAULT_LOST_WRITE] = act_lost_write,
  [FAULT_DEFECT] = act_defect,
  [FAULT_DENIED] = act_denied,
  [FAULT_HANG] = act_hang,
};

/* ===} */

/* {=== The transport */

/* A busy rule is at work: true when the packet is dealt with. */
static bool still_busy(struct fault *self, struct packet *p) {
  bool same = memcmp(self->busy.cdb, p->cdb, p->cdb_len) == 0;
  if (!same && p->cdb[0] != OP_TEST_UNIT_READY)
    return false;
  if (self->busy.left > 0) {
    self->busy.left--;
    answer_busy(p);
    return true;
  }
  if (!same)
    return false;
  self->busy.waiting = false;
  transport_run(self->base.next, p);
  return true;
}

static void fault_run(struct transport *t, struct packet *p) {
  struct fault *self = (struct fault *)t;
  struct rule *rule;
  self->packets++;
  self->by_opcode[p->cdb[0]]++;
  if (self->gone) {
    answer(p, PACKET_GONE, ENODEV);
    return;
  }
  if (self->busy.waiting && still_busy(self, p))
    return;
  rule = choose(self, p);
  if (rule == NULL) {
    transport_run(t->next, p);
    return;
  }
  rule->acted++;
  acts[rule->is.what](self, rule, p);
}

static bool fault_acquire(struct transport *t, struct failure *f) {
  if (((struct fault *)t)->gone)
    return fail(f, FAIL_DEVICE_NOT_PRESENT, "the drive is gone");
  return transport_acquire(t->next, f);
}

static void fault_release(struct transport *t) {
  transport_release(t->next);
}

static void fault_close(struct transport *t) {
  transport_close(t->next);
  free(t);
}

static bool fault_present(struct transport *t) {
  return !atomic_load_explicit(&((struct fault *)t)->gone,
                               memory_order_relaxed) &&
         transport_present(t->next);
}

static const struct transport_ops fault_ops = {
  .name = "fault",
  .run = fault_run,
  .acquire = fault_acquire,
  .release = fault_release,
  .close = fault_close,
  .present = fault_present,
};

struct transport *fault_wrap(struct transport *inner,
                             const struct fault_rule *rules,
                             size_t count,
                             struct failure *f) {
  struct fault *self;
  if (!fault_check(rules, count, f))
    return NULL;
  self = calloc(1, sizeof *self + count * sizeof *self->rules);
  if (self == NULL) {
    fail(f, FAIL_NO_MEMORY, "no memory for faults");
    return NULL;
  }
  transport_wrap(&self->base, &fault_ops, inner);
  self->base.timed = false;
  self->count = count;
  for (size_t i = 0; i < count; i++)
    self->rules[i].is = rules[i];
  return &self->base;
}

/* ===} */
