/* inquiry.c: who the drive is and how it feels: INQUIRY with its vital product
   data (SPC-4), TEST UNIT READY, REQUEST SENSE. */
#include <stdio.h>
#include <string.h>

#include "../bytes.h"
#include "../mmc_names.h"
#include "commands.h"

#define VENDOR "DISCREC "
#define REVISION "1.00"
#define DEVICE_TYPE 5 /* CD or DVD */

void vcmd_test_unit_ready(struct vtransport *t, struct packet *p) {
  (void)t;
  p->moved = 0;
}

static void text(uint8_t *field, const char *s, size_t len) {
  size_t n = strlen(s);
  memset(field, ' ', len);
  memcpy(field, s, n < len ? n : len);
}

static void standard(const struct vdrive *d, struct packet *p, size_t alloc) {
  uint8_t r[96] = {DEVICE_TYPE, 0x80, 0x05, 0x02, sizeof r - 5};
  text(r + 8, VENDOR, 8);
  text(r + 16, d->model->product, 16);
  text(r + 32, REVISION, 4);
  put_be16(r + 58, 0x0300); /* SPC-3 */
  put_be16(r + 60, 0x04E0); /* MMC-6 */
  vreply(p, r, sizeof r, alloc);
}

/* Vital product data: supported pages, serial number, device identification. */
static void vital(const struct vdrive *d, struct packet *p, size_t alloc) {
  uint8_t r[96] = {DEVICE_TYPE, p->cdb[2]};
  size_t serial = strlen(d->serial), len;
  switch (p->cdb[2]) {
    case 0x00:
      r[5] = 0x80;
      r[6] = 0x83;
      len = 3;
      break;
    case 0x80:
      memcpy(r + 4, d->serial, serial);
      len = serial;
      break;
    case 0x83:
      r[4] = 0x02; /* ASCII ... */
      r[5] = 0x01; /* ... of the logical unit, by vendor */
      r[7] = (uint8_t)(24 + serial);
      text(r + 8, VENDOR, 8);
      text(r + 16, d->model->product, 16);
      memcpy(r + 32, d->serial, serial);
      len = 28 + serial;
      break;
    default:
      vrefuse_field(p);
      return;
  }
  r[3] = (uint8_t)len;
  vreply(p, r, 4 + len, alloc);
}

void vcmd_inquiry(struct vtransport *t, struct packet *p) {
  size_t alloc = get_be16(p->cdb + 3);
  if (p->cdb[1] & 0x01)
    vital(t->drive, p, alloc);
  else if (p->cdb[2] != 0)
    vrefuse_field(p);
  else
    standard(t->drive, p, alloc);
}

/* What a TEST UNIT READY would complain about, as data; taking a unit
   attention or a deferred error this way counts as having been told. */
static struct vsense state(struct vtransport *t, bool *deferred) {
  struct vdrive *d = t->drive;
  *deferred = false;
  if (t->attention_reset) {
    t->attention_reset = false;
    return (struct vsense){KEY_UNIT_ATTENTION, 0x29, 0x00};
  }
  if (t->attention_medium) {
    t->attention_medium = false;
    return (struct vsense){KEY_UNIT_ATTENTION, 0x28, 0x00};
  }
  if (d->has_deferred) {
    d->has_deferred = false;
    *deferred = true;
    return d->deferred;
  }
  if (d->going_on.finish != NULL)
    return (struct vsense){KEY_NOT_READY, 0x04, d->going_on.ascq};
  if (!vdrive_has_medium(d))
    return (struct vsense){KEY_NOT_READY, 0x3A, d->tray_open ? 2 : 1};
  if (vdrive_now(d) < d->ready_at)
    return (struct vsense){KEY_NOT_READY, 0x04, 0x01};
  if (d->formatting) /* in the background: it is ready */
    return (struct vsense){KEY_NO_SENSE, 0x04, 0x04};
  return (struct vsense){KEY_NO_SENSE, 0x00, 0x00};
}

void vcmd_request_sense(struct vtransport *t, struct packet *p) {
  uint8_t r[18];
  bool deferred;
  struct vsense s;
  if (p->cdb[1] & 0x01) { /* descriptor format */
    vrefuse_field(p);
    return;
  }
  s = state(t, &deferred);
  vsense_fixed(r, s, deferred);
  if (s.asc == 0x04)
    vsense_progress(t->drive, r);
  vreply(p, r, sizeof r, p->cdb[4]);
}
