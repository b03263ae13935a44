/* cdio_judge.c: what came of one packet, from the little that libcdio tells:
   a number, perhaps a sense, and how long it took (drives.md 9). */
#include "cdio_judge.h"

#include "clock.h"
#include "reply_length.h"

#include <cdio/cdio.h>
#include <errno.h>

/* Is it a sense that says something? Key, code: SPC-4 4.5. */
static bool is_sense(const struct packet *p, uint8_t *key) {
  uint8_t form = p->sense[0] & 0x7F;
  if (p->sense_len >= 14 && (form == 0x70 || form == 0x71))
    *key = p->sense[2] & 0x0F;
  else if (p->sense_len >= 4 && (form == 0x72 || form == 0x73))
    *key = p->sense[1] & 0x0F;
  else
    return false;
  return true;
}

static void judge_failure(struct packet *p, int rc, int err, bool sense) {
  if (rc == DRIVER_OP_NOT_PERMITTED) {
    p->status = PACKET_DENIED;
    p->os_error = EPERM;
  } else if (rc == DRIVER_OP_UNSUPPORTED || rc == DRIVER_OP_UNINIT ||
             rc == DRIVER_OP_BAD_PARAMETER || rc == DRIVER_OP_BAD_POINTER) {
    p->status = PACKET_DENIED;
    p->os_error = rc == DRIVER_OP_UNSUPPORTED ? EOPNOTSUPP : EINVAL;
  } else if (sense) {
    p->status = PACKET_CHECK;
  } else if (err == ENODEV || err == ENXIO) {
    p->status = PACKET_GONE;
    p->os_error = err;
  } else {
    p->status = PACKET_LOST;
    p->os_error = err;
  }
}

void cdio_judge(int rc, int err, uint64_t elapsed, struct packet *p) {
  uint8_t key = 0;
  bool sense = is_sense(p, &key);
  if (rc != 0) {
    judge_failure(p, rc, err, sense);
    return;
  }
  if (sense && key > 1) {
    p->status = PACKET_CHECK;
    return;
  }
  /* A time-out comes back as success (drives.md 9). */
  if (elapsed >= p->timeout_ms * (CLOCK_MS * 9 / 10)) {
    p->status = PACKET_LOST;
    return;
  }
  if (p->dir == PACKET_OUT)
    p->moved = p->len;
  else if (p->dir == PACKET_IN)
    p->moved = reply_length(p->cdb, p->in, p->len);
}
