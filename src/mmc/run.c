/* run.c: building, sending and judging one packet: what every command shares.
 */
#include "mmc.h"

#include "../bytes.h"
#include "../transport/opcodes.h"
#include <errno.h>
#include <stdio.h>
#include <string.h>

struct packet mmc_packet(uint8_t opcode, uint32_t timeout_ms) {
  static const uint8_t length_of_group[8] = {6, 10, 10, 12, 16, 12, 10, 10};
  struct packet p = {0};
  p.cdb[0] = opcode;
  p.cdb_len = length_of_group[opcode >> 5];
  p.dir = PACKET_NONE;
  p.timeout_ms = timeout_ms;
  return p;
}

void mmc_expect(struct packet *p, void *buf, size_t len) {
  memset(buf, 0, len);
  p->dir = PACKET_IN;
  p->in = buf;
  p->len = len;
}

void mmc_carry(struct packet *p, const void *data, size_t len) {
  p->dir = PACKET_OUT;
  p->out = data;
  p->len = len;
}

/* What an answer without sense stands for. */
static const struct {
  enum failure_code code;
  const char *text;
} answers[] = {
  [PACKET_GOOD] = {FAIL_GENERIC, "no failure"},
  [PACKET_CHECK] = {FAIL_GENERIC, "refused without a reason"},
  [PACKET_BUSY] = {FAIL_DEVICE_NOT_ACCESSIBLE,
                   "the drive is in use by somebody else"},
  [PACKET_GONE] = {FAIL_DEVICE_NOT_PRESENT, "the drive is not there"},
  [PACKET_DENIED] = {FAIL_DEVICE_NOT_ACCESSIBLE,
                     "the system did not let it through"},
  [PACKET_LOST] = {FAIL_TRANSPORT_ERROR,
                   "no answer: what became of the command is not known"},
};

static void judge(const struct packet *p, struct failure *f) {
  const char *name = opcode_name(p->cdb[0]);
  enum failure_code code = answers[p->status].code;
  struct sense s;
  if (p->status == PACKET_CHECK && sense_decode(p->sense, p->sense_len, &s)) {
    fail_sense(f, name, &s);
    return;
  }
  if (p->status == PACKET_DENIED && p->os_error == EOPNOTSUPP)
    code = FAIL_UNSUPPORTED;
  fail(f, code, "%s: %s", name, answers[p->status].text);
  f->command = name;
}

/* What the transport has to say besides, at the message's end. */
static void add_why(const struct packet *p, struct failure *f) {
  size_t len = strlen(f->message);
  if (p->why != NULL)
    snprintf(f->message + len, sizeof f->message - len, "; %s", p->why);
}

/* A virtual recorder's disc is a file, and another disc would not help. */
static void blame_file(const struct packet *p, struct failure *f) {
  size_t len = strlen(f->message);
  if (p->status != PACKET_CHECK || p->os_error == 0)
    return;
  snprintf(f->message + len,
           sizeof f->message - len,
           "; the disc's file could not be written: %s",
           strerror(p->os_error));
  f->culprit = CULPRIT_DATA;
  f->advice = "See why the disc's file cannot be written: its disk, the limits "
              "of this process.";
  if (p->os_error == ENOSPC || p->os_error == EDQUOT)
    f->advice = "Free some disk space where the disc's file is.";
  else if (p->os_error == ENOENT)
    f->advice = "The disc's file was removed or replaced while the recorder "
                "was in use: open the recorder anew.";
}

bool mmc_fail(const struct packet *p, struct failure *f) {
  uint32_t count;
  judge(p, f);
  add_why(p, f);
  blame_file(p, f);
  /* The block that the drive names, else the first of those asked for. */
  if (!f->has_lba)
    f->has_lba = opcode_range(p->cdb, &f->lba, &count);
  return false;
}

bool mmc_run(struct transport *t, struct packet *p, struct failure *f) {
  transport_run(t, p);
  if (p->status == PACKET_GOOD)
    return true;
  return mmc_fail(p, f);
}

size_t mmc_ask(struct transport *t,
               struct packet *p,
               size_t field,
               size_t least,
               struct failure *f) {
  const uint8_t *reply = p->in;
  uint64_t said = p->len; /* as large as it likes: 64 bits hold the sum */
  size_t len;
  if (!mmc_run(t, p, f))
    return 0;
  if (field == 2)
    said = (uint64_t)get_be16(reply) + 2;
  else if (field == 4)
    said = (uint64_t)get_be32(reply) + 4;
  len = said < p->moved ? (size_t)said : p->moved;
  if (len >= least)
    return len;
  fail(f, FAIL_DISC_INFO, "%s: reply too short", opcode_name(p->cdb[0]));
  f->command = opcode_name(p->cdb[0]);
  return 0;
}
