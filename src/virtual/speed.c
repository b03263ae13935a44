/* speed.c: how fast the drive reads and writes, and what it is told about it.
   Speeds are kB/s of 1000 bytes; single speed is 176.4. */
#include "../bytes.h"
#include "../mmc_names.h"
#include "commands.h"

static const uint16_t cd_r_speeds[] = {8467, 7056, 5645, 4234, 2822, 1411, 706};
static const uint16_t cd_rw_speeds[] = {1764, 706};
static const uint16_t read_speeds[] = {8467, 7056, 5645, 4234, 1411, 706};

unsigned vdrive_write_speeds(const struct vdrive *d, const uint16_t **speeds) {
  if (vdrive_has_medium(d) && !d->unreadable && vdrive_kind(d) == VKIND_CD_RW) {
    *speeds = cd_rw_speeds;
    return sizeof cd_rw_speeds / sizeof *cd_rw_speeds;
  }
  *speeds = cd_r_speeds;
  return sizeof cd_r_speeds / sizeof *cd_r_speeds;
}

/* The fastest that is not above what was asked for; the slowest if all are. */
static unsigned choose(const uint16_t *speeds, unsigned n, unsigned asked) {
  for (unsigned i = 0; i < n; i++)
    if (asked == 0 || speeds[i] <= asked)
      return speeds[i];
  return speeds[n - 1];
}

unsigned vdrive_write_speed(const struct vdrive *d) {
  const uint16_t *speeds;
  unsigned n = vdrive_write_speeds(d, &speeds);
  return choose(speeds, n, d->write_speed);
}

unsigned vdrive_max_write_speed(const struct vdrive *d) {
  const uint16_t *speeds;
  vdrive_write_speeds(d, &speeds);
  return speeds[0];
}

unsigned vdrive_read_speed(const struct vdrive *d) {
  return choose(
    read_speeds, sizeof read_speeds / sizeof *read_speeds, d->read_speed);
}

/* What has been filled so far drained at the speed before. */
static void set(struct vdrive *d, unsigned read, unsigned write) {
  vdrive_settle(d);
  d->read_speed = read >= 0xFFFF ? 0 : read;
  d->write_speed = write >= 0xFFFF ? 0 : write;
}

void vcmd_set_cd_speed(struct vtransport *t, struct packet *p) {
  unsigned read = get_be16(p->cdb + 2), write = get_be16(p->cdb + 4);
  if ((p->cdb[1] & 0x03) > 1) /* rotational control: CLV or CAV */
    vrefuse_field(p);
  else
    set(t->drive, read == 0 ? 1 : read, write == 0 ? 1 : write);
}

/* kB in milliseconds, as kB/s. */
static unsigned rate(const uint8_t *size_and_time) {
  uint64_t kb = get_be32(size_and_time), ms = get_be32(size_and_time + 4);
  uint64_t speed = ms == 0 ? 0xFFFF : kb * 1000 / ms;
  if (speed == 0)
    return 1;
  return speed > 0xFFFF ? 0xFFFF : (unsigned)speed;
}

void vcmd_set_streaming(struct vtransport *t, struct packet *p) {
  const uint8_t *list;
  if (p->cdb[8] != 0) {
    vrefuse_field(p);
    return;
  }
  if (get_be16(p->cdb + 9) != 28) {
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x1A, 0x00);
    return;
  }
  list = vparameters(p, 28);
  if (list == NULL)
    return;
  if (list[0] & 0x04) /* restore the drive's defaults */
    set(t->drive, 0xFFFF, 0xFFFF);
  else if (get_be32(list + 4) > get_be32(list + 8))
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x26, 0x00);
  else
    set(t->drive, rate(list + 12), rate(list + 20));
}
