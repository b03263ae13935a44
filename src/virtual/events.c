/* events.c: GET EVENT STATUS NOTIFICATION and MECHANISM STATUS. Asking never
   changes anything but what this host has been told. */
#include "../bytes.h"
#include "../mmc_names.h"
#include "commands.h"

enum { OPERATIONAL = 1, POWER = 2, MEDIA = 4, DEVICE_BUSY = 6 };

#define SUPPORTED                                                              \
  (1 << OPERATIONAL | 1 << POWER | 1 << MEDIA | 1 << DEVICE_BUSY)

static void media(struct vtransport *t, uint8_t *e) {
  const struct vdrive *d = t->drive;
  e[0] = t->event;
  e[1] = (uint8_t)((d->tray_open ? 1 : 0) | (vdrive_has_medium(d) ? 2 : 0));
  t->event = 0;
}

static void device_busy(const struct vdrive *d, uint8_t *e) {
  uint64_t now = vdrive_now(d), until = d->ready_at, tenths;
  if (d->going_on.finish != NULL)
    until = d->going_on.end;
  if (until <= now)
    return;
  tenths = (until - now) / (100 * CLOCK_MS) + 1;
  e[0] = e[1] = 1;
  put_be16(e + 2, tenths > 0xFFFF ? 0xFFFF : (unsigned)tenths);
}

/* Which class to report: one with news, else the lowest that was asked for. */
static unsigned choose(const struct vtransport *t, unsigned asked) {
  const struct vdrive *d = t->drive;
  if ((asked & 1 << MEDIA) && t->event != 0)
    return MEDIA;
  if ((asked & 1 << DEVICE_BUSY) &&
      (d->going_on.finish != NULL || vdrive_now(d) < d->ready_at))
    return DEVICE_BUSY;
  for (unsigned class = 1; class < 7; class ++)
    if (asked & 1u << class)
      return class;
  return 0;
}

void vcmd_get_event_status(struct vtransport *t, struct packet *p) {
  uint8_t r[8] = {0, 2, 0x80, SUPPORTED};
  unsigned asked = p->cdb[4] & SUPPORTED, class;
  unsigned alloc = get_be16(p->cdb + 7);
  if (!(p->cdb[1] & 0x01)) { /* only polled (feature 2, morphing) */
    vrefuse_field(p);
    return;
  }
  if (asked == 0 || alloc <= 4) { /* nothing could be told, so nothing is */
    vreply(p, r, 4, alloc);
    return;
  }
  class = choose(t, asked);
  r[1] = 6;
  r[2] = (uint8_t) class;
  if (class == MEDIA)
    media(t, r + 4);
  else if (class == DEVICE_BUSY)
    device_busy(t->drive, r + 4);
  else if (class == POWER)
    r[5] = 1; /* active */
  vreply(p, r, sizeof r, alloc);
}

void vcmd_mechanism_status(struct vtransport *t, struct packet *p) {
  uint8_t r[8] = {0};
  r[1] = t->drive->tray_open ? 0x10 : 0x00;
  r[5] = 1; /* slots */
  vreply(p, r, sizeof r, get_be16(p->cdb + 8));
}
