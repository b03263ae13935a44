/* run.c: carries a packet to the command that it names. The table says what
   each command needs; the order of the refusals is that of SPC-4 5.14 (unit
   attention first) and MMC-6 (then readiness, then write protection). */
#include "../mmc_names.h"
#include "commands.h"

enum {
  MEDIUM = 1,    /* refused without a medium that is ready */
  ATTENTION = 2, /* answered although a unit attention waits */
  BUSY = 4,      /* answered while something goes on */
  WRITES = 8,    /* refused by a write-protected medium */
  DVD = 16,      /* only a drive for DVDs knows it */
  FORMATS = 32   /* only a drive that writes what can be formatted */
};

struct command {
  void (*run)(struct vtransport *t, struct packet *p);
  unsigned flags;
};

static const struct command commands[256] = {
  [OP_TEST_UNIT_READY] = {vcmd_test_unit_ready, MEDIUM},
  [OP_REQUEST_SENSE] = {vcmd_request_sense, ATTENTION | BUSY},
  [OP_FORMAT_UNIT] = {vcmd_format_unit, MEDIUM | WRITES | FORMATS},
  [OP_INQUIRY] = {vcmd_inquiry, ATTENTION | BUSY},
  [OP_MODE_SENSE_6] = {vcmd_mode_sense_6, BUSY},
  [OP_START_STOP_UNIT] = {vcmd_start_stop, BUSY},
  [OP_PREVENT_ALLOW] = {vcmd_prevent_allow, BUSY},
  [OP_READ_FORMAT_CAPACITIES] = {vcmd_read_format_capacities, 0},
  [OP_READ_CAPACITY] = {vcmd_read_capacity, MEDIUM},
  [OP_READ_10] = {vcmd_read, MEDIUM},
  [OP_WRITE_10] = {vcmd_write, MEDIUM | WRITES},
  [OP_SEEK_10] = {vcmd_seek, MEDIUM},
  [OP_WRITE_AND_VERIFY_10] = {vcmd_write_verify, MEDIUM | WRITES | FORMATS},
  [OP_VERIFY_10] = {vcmd_verify, MEDIUM},
  [OP_SYNCHRONIZE_CACHE] = {vcmd_synchronize_cache, MEDIUM | BUSY},
  [OP_READ_SUBCHANNEL] = {vcmd_read_subchannel, MEDIUM},
  [OP_READ_TOC] = {vcmd_read_toc, MEDIUM},
  [OP_GET_CONFIGURATION] = {vcmd_get_configuration, ATTENTION | BUSY},
  [OP_GET_EVENT_STATUS] = {vcmd_get_event_status, ATTENTION | BUSY},
  [OP_READ_DISC_INFORMATION] = {vcmd_read_disc_information, MEDIUM},
  [OP_READ_TRACK_INFORMATION] = {vcmd_read_track_information, MEDIUM},
  [OP_RESERVE_TRACK] = {vcmd_reserve_track, MEDIUM | WRITES},
  [OP_SEND_OPC] = {vcmd_send_opc, MEDIUM | WRITES},
  [OP_MODE_SELECT_10] = {vcmd_mode_select_10, 0},
  [OP_MODE_SENSE_10] = {vcmd_mode_sense_10, BUSY},
  [OP_CLOSE_TRACK_SESSION] = {vcmd_close_track_session, MEDIUM | WRITES},
  [OP_REPAIR_TRACK] = {vcmd_repair_track, MEDIUM | WRITES | DVD},
  [OP_SEND_CUE_SHEET] = {vcmd_send_cue_sheet, MEDIUM | WRITES},
  [OP_READ_BUFFER_CAPACITY] = {vcmd_read_buffer_capacity, BUSY},
  [OP_BLANK] = {vcmd_blank, MEDIUM | WRITES},
  [OP_READ_12] = {vcmd_read, MEDIUM},
  [OP_WRITE_12] = {vcmd_write, MEDIUM | WRITES},
  [OP_GET_PERFORMANCE] = {vcmd_get_performance, MEDIUM},
  [OP_READ_DISC_STRUCTURE] = {vcmd_read_disc_structure, MEDIUM | DVD},
  [OP_SET_STREAMING] = {vcmd_set_streaming, 0},
  [OP_READ_CD_MSF] = {vcmd_read_cd, MEDIUM},
  [OP_SET_CD_SPEED] = {vcmd_set_cd_speed, 0},
  [OP_MECHANISM_STATUS] = {vcmd_mechanism_status, BUSY},
  [OP_READ_CD] = {vcmd_read_cd, MEDIUM},
  [OP_SEND_DISC_STRUCTURE] = {vcmd_send_disc_structure, MEDIUM | DVD},
};

/* The length of a command block, by the group of its opcode (SPC-4 4.3.4). */
static unsigned cdb_length(uint8_t opcode) {
  static const uint8_t lengths[8] = {6, 10, 10, 0, 16, 12, 0, 0};
  return lengths[opcode >> 5];
}

static bool attention(struct vtransport *t, struct packet *p) {
  struct vdrive *d = t->drive;
  if (t->attention_reset) {
    t->attention_reset = false;
    vrefuse(p, KEY_UNIT_ATTENTION, 0x29, 0x00);
  } else if (t->attention_medium) {
    t->attention_medium = false;
    vrefuse(p, KEY_UNIT_ATTENTION, 0x28, 0x00);
  } else if (d->has_deferred) {
    d->has_deferred = false;
    vrefuse(p, d->deferred.key, d->deferred.asc, d->deferred.ascq);
    p->sense[0] = 0x71;
  } else {
    return false;
  }
  return true;
}

/* TEST UNIT READY of a drive that thinks it is when it is not. */
static bool claims_ready(const struct vdrive *d, const struct packet *p) {
  return p->cdb[0] == OP_TEST_UNIT_READY && vquirk(d, VQUIRK_EARLY_READY) &&
         (d->going_on.finish == NULL || d->going_on.closing);
}

static bool ready(struct vdrive *d, struct packet *p) {
  if (!vdrive_has_medium(d))
    vrefuse(p, KEY_NOT_READY, 0x3A, d->tray_open ? 0x02 : 0x01);
  else if (vdrive_now(d) < d->ready_at && !claims_ready(d, p))
    vrefuse_busy(d, p);
  else if (d->unreadable)
    vrefuse(p, KEY_NOT_READY, 0x30, 0x00);
  else
    return true;
  return false;
}

static bool knows(const struct vdrive *d, const struct packet *p) {
  const struct command *c = &commands[p->cdb[0]];
  if (c->run == NULL || vquirk_unknown(d, p->cdb[0]))
    return false;
  if ((c->flags & DVD) && !vmodel_has(d->model, PROFILE_DVD_ROM))
    return false;
  return !(c->flags & FORMATS) || vdrive_formats(d);
}

static void execute(struct vtransport *t, struct packet *p) {
  struct vdrive *d = t->drive;
  const struct command *c = &commands[p->cdb[0]];
  vdrive_settle(d);
  if (!knows(d, p)) {
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x20, 0x00);
    return;
  }
  if (p->cdb_len < cdb_length(p->cdb[0])) {
    vrefuse_field(p);
    return;
  }
  if (!(c->flags & ATTENTION) && attention(t, p))
    return;
  if (!(c->flags & BUSY) && d->going_on.finish != NULL && !claims_ready(d, p)) {
    vrefuse_busy(d, p);
    return;
  }
  if ((c->flags & MEDIUM) && !ready(d, p))
    return;
  if ((c->flags & WRITES) && vdrive_protected(d)) {
    vrefuse(p, KEY_DATA_PROTECT, 0x27, 0x00);
    return;
  }
  if (!vquirk_swallows(d, p))
    c->run(t, p);
}

/* Somebody who had the file meanwhile may have left another disc in it. */
static bool lock_disc(struct vdrive *d) {
  if (d->disc.fd < 0)
    return true;
  if (!vdisc_lock(&d->disc))
    return false;
  if (vdisc_changed(&d->disc) && vdrive_has_medium(d))
    vdrive_take_in(d, false);
  return true;
}

bool vdrive_enter(struct vtransport *t, enum packet_status *why) {
  struct vdrive *d = t->drive;
  if (!d->plugged || !d->powered)
    *why = PACKET_GONE;
  else if (d->owner == t)
    return true;
  else if (d->owner == NULL && lock_disc(d))
    return true;
  else
    *why = PACKET_BUSY;
  return false;
}

void vdrive_leave(struct vtransport *t) {
  struct vdrive *d = t->drive;
  if (d->owner == NULL && d->disc.fd >= 0)
    vdisc_unlock(&d->disc);
}

/* The medium is a file: why that could not be written says more than 3/0C. */
static void tell_os_error(struct vdrive *d, struct packet *p) {
  uint8_t key = p->sense[2] & 0x0F;
  if (d->disc.error == 0 || p->status != PACKET_CHECK ||
      (key != KEY_MEDIUM_ERROR && key != KEY_HARDWARE_ERROR) ||
      p->sense[12] == 0x11) /* of reading */
    return;
  p->os_error = d->disc.error;
  d->disc.error = 0;
}

void vdrive_run(struct transport *base, struct packet *p) {
  struct vtransport *t = (struct vtransport *)base;
  p->status = PACKET_GOOD;
  p->moved = 0;
  p->sense_len = 0;
  p->os_error = 0;
  pthread_mutex_lock(&t->drive->mutex);
  if (vdrive_enter(t, &p->status)) {
    execute(t, p);
    tell_os_error(t->drive, p);
    vdrive_leave(t);
  }
  pthread_mutex_unlock(&t->drive->mutex);
  vclock_catch_up(t->drive->clock);
}
