/* write.c: WRITE, SYNCHRONIZE CACHE, RESERVE TRACK, REPAIR TRACK, SEND OPC:
   what is the same for every way of recording. */
#include <string.h>

#include "../bytes.h"
#include "../mmc_names.h"
#include "commands.h"
#include "family.h"

#define OPC_SECONDS 5.0

static void refuse_medium(struct packet *p) {
  /* cannot write medium: incompatible format */
  vrefuse(p, KEY_ILLEGAL_REQUEST, 0x30, 0x05);
}

/* The buffer ran empty and the laser had to stop: the track ends there. */
static bool refuse_underrun(struct vdrive *d, struct packet *p) {
  if (!d->underrun)
    return false;
  d->underrun = false;
  if (d->rec.track != NULL)
    d->rec.track->damaged = true;
  vdrive_break_off(d);
  vrefuse(p, KEY_MEDIUM_ERROR, 0x0C, 0x09);
  return true;
}

void vcmd_write(struct vtransport *t, struct packet *p) {
  struct vdrive *d = t->drive;
  const struct vwrite_mode *mode = vdrive_family(d)->write_mode(d);
  int32_t lba = (int32_t)get_be32(p->cdb + 2);
  uint32_t n = get_be16(p->cdb + 7);
  if (p->cdb[0] == OP_WRITE_12) {
    n = get_be32(p->cdb + 6);
    /* streaming: as feature 107h says */
    if ((p->cdb[10] & 0x80) && !vdrive_family(d)->streams) {
      vrefuse_field(p);
      return;
    }
  }
  if (refuse_underrun(d, p))
    return;
  if (!vdrive_can_write(d) || d->medium.finalised)
    refuse_medium(p);
  else if (mode == NULL || (d->rec.mode != NULL && d->rec.mode != mode))
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x64, 0x00);
  else if (n > 0)
    mode->write(d, p, lba, n);
}

/* Mandatory with features 20h and 41h; elsewhere nothing could be read yet.
   What the disc took it holds, and reading it back takes its time. */
void vcmd_write_verify(struct vtransport *t, struct packet *p) {
  struct vdrive *d = t->drive;
  uint32_t n = get_be16(p->cdb + 7);
  double rate = vdrive_read_speed(d) * 1000.0;
  if (!vgeometry(d->medium.kind)->overwrite && !vdrive_bd(d)) {
    refuse_medium(p);
    return;
  }
  vcmd_write(t, p);
  if (p->status == PACKET_GOOD && d->pace > 0)
    vclock_add(d->clock,
               vdrive_ns(d, vbuffer_seconds(d) + n * (double)VBLOCK / rate));
}

void vcmd_synchronize_cache(struct vtransport *t, struct packet *p) {
  struct vdrive *d = t->drive;
  bool immediate = (p->cdb[1] & 0x02) != 0;
  struct vlong what = {.finish = vbuffer_flush, .ascq = 0x08};
  if (d->going_on.finish != NULL && d->going_on.finish != vbuffer_flush) {
    vrefuse_busy(d, p);
  } else if (d->going_on.finish == vbuffer_flush) {
    if (!immediate)
      vlong_end(d);
  } else if (!refuse_underrun(d, p) && d->rec.mode != NULL) {
    vlong_begin(d, p, immediate, what, vbuffer_flush_seconds(d));
  }
}

void vcmd_reserve_track(struct vtransport *t, struct packet *p) {
  struct vdrive *d = t->drive;
  if (p->cdb[1] & 0x03) /* RMZ, ARSV: features that it has not */
    vrefuse_field(p);
  else if (!vdrive_can_write(d))
    refuse_medium(p);
  else
    vdrive_family(d)->reserve(d, p, get_be32(p->cdb + 5));
}

void vcmd_repair_track(struct vtransport *t, struct packet *p) {
  struct vdrive *d = t->drive;
  const struct vfamily *family = vdrive_family(d);
  if (!vdrive_can_write(d) || d->medium.finalised || family->repair == NULL)
    refuse_medium(p);
  else
    family->repair(d, p, get_be16(p->cdb + 4));
}

void vcmd_send_opc(struct vtransport *t, struct packet *p) {
  struct vdrive *d = t->drive;
  unsigned len = get_be16(p->cdb + 7);
  if (!vdrive_can_write(d)) {
    refuse_medium(p);
  } else if (d->rec.mode != NULL) {
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x2C, 0x00);
  } else if (vquirk(d, VQUIRK_OPC_ATTENTION)) {
    vrefuse(p, KEY_UNIT_ATTENTION, 0x5A, 0x03);
  } else if (p->cdb[1] & 0x01) {
    vclock_add(d->clock, vdrive_ns(d, OPC_SECONDS));
  } else if (len % 8 != 0) { /* values of a former calibration, 8 bytes each */
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x1A, 0x00);
  } else if (len > 0) {
    vparameters(p, len);
  }
}
