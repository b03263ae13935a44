/* speed.c: how fast the drive reads and writes, and what it is told about it.
   Speeds are kB/s of 1000 bytes; single speed is 176.4. */
#include "../bytes.h"
#include "../mmc_names.h"
#include "commands.h"
#include "family.h"

/* Those of the disc; without one, those of what the drive is made for. */
static const struct vdisc_kind *kind(const struct vdrive *d) {
  if (vdrive_profile(d) != PROFILE_NONE)
    return vdrive_disc(d);
  return vdisc_kind(VKIND_CD_R);
}

static unsigned count(const uint16_t *speeds) {
  unsigned n = 0;
  while (speeds[n] != 0)
    n++;
  return n;
}

/* The fastest that is not above what was asked for; the slowest if all are. */
static unsigned choose(const uint16_t *speeds, unsigned asked) {
  unsigned n = count(speeds);
  for (unsigned i = 0; i < n; i++)
    if (asked == 0 || speeds[i] <= asked)
      return speeds[i];
  return speeds[n - 1];
}

unsigned vdrive_write_speeds(const struct vdrive *d, const uint16_t **speeds) {
  *speeds = kind(d)->write_speeds;
  return count(*speeds);
}

unsigned vdrive_write_speed(const struct vdrive *d) {
  return choose(kind(d)->write_speeds, d->write_speed);
}

unsigned vdrive_max_write_speed(const struct vdrive *d) {
  return kind(d)->write_speeds[0];
}

unsigned vdrive_read_speed(const struct vdrive *d) {
  return choose(kind(d)->read_speeds, d->read_speed);
}

unsigned vdrive_max_read_speed(const struct vdrive *d) {
  return kind(d)->read_speeds[0];
}

double vdrive_write_seconds(const struct vdrive *d, double blocks) {
  return blocks <= 0 ? 0 : blocks * (VBLOCK / 1000.0) / vdrive_write_speed(d);
}

double vdrive_certify_seconds(const struct vdrive *d, double blocks) {
  return vdrive_write_seconds(d, blocks) +
         blocks * (VBLOCK / 1000.0) / vdrive_read_speed(d);
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
