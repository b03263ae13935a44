/* overwrite_show.c: what discs that can be overwritten tell of themselves: one
   session with one track, as large as the disc is formatted. */
#include <string.h>

#include "../bytes.h"
#include "../mmc_names.h"
#include "family.h"

enum { DISC_BLANK = 0, DISC_COMPLETE = 2, DISC_OTHER = 3 };
enum { SESSION_EMPTY = 0, SESSION_DAMAGED = 2, SESSION_COMPLETE = 3 };
enum { BG_NONE, BG_SUSPENDED, BG_RUNNING, BG_COMPLETE };

/* Where defects are managed the track is one of fixed packets. */
static bool packets(const struct vdrive *d) {
  return vdrive_disc(d)->manages_defects;
}

void voverwrite_show_track(const struct vdrive *d,
                           const struct vtrack *t,
                           struct vshown *s) {
  s->number = t->number;
  s->session = t->session;
  s->control = t->control;
  s->data_mode = t->data_mode;
  s->start = t->start;
  s->size = t->blocks;
  s->packet = vgeometry(d->medium.kind)->unit;
  s->fixed = packets(d);
}

/* Of an unformatted disc: what it could be. */
bool voverwrite_show_invisible(struct vdrive *d, struct vshown *s) {
  memset(s, 0, sizeof *s);
  if (d->medium.ntracks > 0)
    return false;
  s->number = s->session = 1;
  s->damaged = d->medium.blanking;
  s->blank = true;
  s->control = 4;
  s->data_mode = 1;
  s->size = s->free = (uint32_t)d->medium.leadout_max;
  s->packet = vgeometry(d->medium.kind)->unit;
  s->fixed = packets(d);
  return true;
}

static unsigned background(const struct vdrive *d) {
  const struct vformat *f = &d->medium.format;
  if (f->type != VFORMAT(0x26))
    return BG_NONE;
  if (!f->background)
    return BG_COMPLETE;
  return d->formatting ? BG_RUNNING : BG_SUSPENDED;
}

/* 'other' is what DVD-RAM are, and were before there was a word for it. */
void voverwrite_disc_information(const struct vdrive *d, uint8_t *r) {
  const struct vmedium *m = &d->medium;
  unsigned disc = DISC_BLANK, session = SESSION_EMPTY;
  if (m->ntracks > 0) {
    disc =
      vdrive_disc(d)->profile == PROFILE_DVD_RAM ? DISC_OTHER : DISC_COMPLETE;
    session = SESSION_COMPLETE;
  } else if (m->blanking) {
    session = SESSION_DAMAGED;
  }
  r[2] = (uint8_t)((r[2] & 0x10) | session << 2 | disc);
  r[4] = r[5] = r[6] = 1;
  r[7] |= (uint8_t)background(d);
  r[8] = 0;
  memset(r + 16, 0, 4);
  put_be32(r + 20, (uint32_t)m->leadout_max);
}

enum vcapacity voverwrite_capacity(const struct vdrive *d, uint32_t *blocks) {
  if (d->medium.ntracks == 0) {
    *blocks = (uint32_t)d->medium.leadout_max;
    return VCAPACITY_UNFORMATTED;
  }
  *blocks = d->medium.format.capacity;
  return VCAPACITY_FORMATTED;
}
