/* answer.c: how a drive answers: data, or a sense. Sense is always in the
   fixed format (SPC-4 4.5.3). */
#include <string.h>

#include "../bytes.h"
#include "../mmc_names.h"
#include "drive.h"

const struct vsense vsense_bad_address = {KEY_ILLEGAL_REQUEST, 0x21, 0x02};
const struct vsense vsense_out_of_range = {KEY_ILLEGAL_REQUEST, 0x21, 0x00};
const struct vsense vsense_write_error = {KEY_MEDIUM_ERROR, 0x0C, 0x00};

void vsense_fixed(uint8_t sense[18], struct vsense s, bool deferred) {
  memset(sense, 0, 18);
  sense[0] = deferred ? 0x71 : 0x70;
  sense[2] = s.key;
  sense[7] = 10;
  sense[12] = s.asc;
  sense[13] = s.ascq;
}

void vsense_progress(const struct vdrive *d, uint8_t sense[18]) {
  const struct vlong *g = &d->going_on;
  const struct vformat *f = &d->medium.format;
  uint64_t now = vdrive_now(d), done, whole;
  if (g->finish != NULL) {
    done = now > g->start ? now - g->start : 0;
    whole = g->end - g->start;
  } else {
    done = vbackground_recorded(d);
    whole = d->formatting ? f->capacity : 0;
  }
  if (whole == 0)
    return;
  done = (uint64_t)((double)done / (double)whole * 65536);
  sense[15] = 0x80;
  put_be16(sense + 16, done > 65535 ? 65535 : (unsigned)done);
}

static void check(struct packet *p, struct vsense s) {
  memset(p->sense, 0, sizeof p->sense);
  vsense_fixed(p->sense, s, false);
  p->sense_len = 18;
  p->status = PACKET_CHECK;
}

void vrefuse(struct packet *p, uint8_t key, uint8_t asc, uint8_t ascq) {
  check(p, (struct vsense){key, asc, ascq});
}

/* The information field names the block where the medium failed (SPC-4 4.5.3,
   VALID). A request that was wrong has none: the kernel's sr would take it for
   the end of the disc. */
void vrefuse_at(struct packet *p, struct vsense s, int32_t lba) {
  check(p, s);
  if (s.key != KEY_MEDIUM_ERROR)
    return;
  p->sense[0] |= 0x80;
  put_be32(p->sense + 3, (uint32_t)lba);
}

void vrefuse_field(struct packet *p) {
  vrefuse(p, KEY_ILLEGAL_REQUEST, 0x24, 0x00);
}

void vrefuse_busy(struct vdrive *d, struct packet *p) {
  if (d->going_on.finish != NULL) {
    vrefuse(p, KEY_NOT_READY, 0x04, d->going_on.ascq);
    vsense_progress(d, p->sense);
  } else {
    /* Becoming ready; or, after having said that it was, at work. */
    vrefuse(
      p, KEY_NOT_READY, 0x04, vquirk(d, VQUIRK_EARLY_READY) ? 0x07 : 0x01);
  }
  vclock_add(d->clock, VNOT_READY_NS);
}

void vreply(struct packet *p,
            const uint8_t *data,
            size_t len,
            size_t allocated) {
  if (len > allocated)
    len = allocated;
  if (p->dir != PACKET_IN)
    len = 0;
  if (len > p->len)
    len = p->len;
  if (len > 0)
    memcpy(p->in, data, len);
  p->moved = len;
}

const uint8_t *vparameters(struct packet *p, size_t len) {
  if (p->dir != PACKET_OUT || p->len < len) {
    vrefuse(p, KEY_ABORTED_COMMAND, 0x4B, 0x00); /* data phase error */
    return NULL;
  }
  p->moved = len;
  return p->out;
}
