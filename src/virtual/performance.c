/* performance.c: GET PERFORMANCE and READ BUFFER CAPACITY. */
#include "../bytes.h"
#include "../mmc_names.h"
#include "commands.h"

enum { PERFORMANCE = 0, WRITE_SPEED = 3 };

/* The last block that the host may use: of a formatted disc, less. */
static uint32_t last_block(const struct vdrive *d) {
  const struct vmedium *m = &d->medium;
  return (m->format.capacity > 0 ? m->format.capacity
                                 : (uint32_t)m->leadout_max) -
         1;
}

/* One descriptor for the whole disc: it turns at constant linear velocity. */
static unsigned nominal(const struct vdrive *d, bool write, uint8_t *r) {
  unsigned speed = write ? vdrive_write_speed(d) : vdrive_read_speed(d);
  put_be32(r + 4, speed);
  put_be32(r + 8, last_block(d));
  put_be32(r + 12, speed);
  return 1;
}

static unsigned
write_speeds(const struct vdrive *d, unsigned room, uint8_t *r) {
  const uint16_t *speeds;
  unsigned n = vdrive_write_speeds(d, &speeds);
  for (unsigned i = 0; i < n && i < room; i++, r += 16) {
    put_be32(r + 4, last_block(d));
    put_be32(r + 8, vdrive_read_speed(d));
    put_be32(r + 12, speeds[i]);
  }
  return n;
}

void vcmd_get_performance(struct vtransport *t, struct packet *p) {
  const struct vdrive *d = t->drive;
  unsigned type = p->cdb[10], room = get_be16(p->cdb + 8), n = 0;
  bool write = (p->cdb[1] & 0x04) != 0;
  unsigned except = p->cdb[1] & 0x03;
  uint8_t r[8 + 16 * 16] = {0};
  if (room > 16)
    room = 16;
  if (type == WRITE_SPEED) {
    n = write_speeds(d, room, r + 8);
  } else if (type == PERFORMANCE && except < 3) {
    r[4] = (uint8_t)((write ? 2 : 0) | (except != 0 ? 1 : 0));
    if (except == 0) /* and no place is an exception */
      n = nominal(d, write, r + 8);
  } else {
    vrefuse_field(p);
    return;
  }
  /* The length tells of all there are, the data ends with what was asked. */
  put_be32(r, 4 + 16 * n);
  vreply(p, r, 8 + 16 * (n < room ? n : room), sizeof r);
}

void vcmd_read_buffer_capacity(struct vtransport *t, struct packet *p) {
  const struct vdrive *d = t->drive;
  uint8_t r[12] = {0, 10};
  uint64_t free = d->filled < d->buffer ? d->buffer - d->filled : 0;
  if (vquirk(d, VQUIRK_FALSE_BUFFER))
    free += d->buffer;
  if (p->cdb[1] & 0x01) { /* in blocks */
    r[3] = 1;
    put_be32(r + 8, (uint32_t)(free / VBLOCK));
  } else {
    put_be32(r + 4, (uint32_t)d->buffer);
    put_be32(r + 8, (uint32_t)free);
  }
  vreply(p, r, sizeof r, get_be16(p->cdb + 7));
}
