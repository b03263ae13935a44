/* information.c: what the medium is and holds: READ CAPACITY, READ FORMAT
   CAPACITIES, READ DISC INFORMATION, READ TRACK INFORMATION. */
#include <string.h>

#include "../bytes.h"
#include "../mmc_names.h"
#include "atip.h"
#include "commands.h"
#include "sector.h"

#define INVISIBLE 0xFF

/* The last block before the lead-out of the last closed session: run-out
   blocks are counted although they cannot be read. */
static uint32_t last_block(const struct vdrive *d) {
  const struct vsession *s = vmedium_closed(&d->medium);
  return s == NULL ? 0 : (uint32_t)s->leadout - 1;
}

void vcmd_read_capacity(struct vtransport *t, struct packet *p) {
  uint8_t r[8];
  put_be32(r, last_block(t->drive));
  put_be32(r + 4, VBLOCK);
  vreply(p, r, sizeof r, sizeof r);
}

void vcmd_read_format_capacities(struct vtransport *t, struct packet *p) {
  const struct vdrive *d = t->drive;
  uint8_t r[12] = {[3] = 8};
  enum { UNFORMATTED = 1, FORMATTED = 2, NO_MEDIUM = 3 } type = NO_MEDIUM;
  uint32_t blocks = 449847; /* the longest CD that there could be */
  if (vdrive_profile(d) != PROFILE_NONE) {
    type = vmedium_closed(&d->medium) == NULL ? UNFORMATTED : FORMATTED;
    blocks = type == FORMATTED ? last_block(d) + 1
                               : (uint32_t)d->medium.leadout_max - VRUNOUT;
  }
  put_be32(r + 4, blocks);
  r[8] = (uint8_t)type;
  put_be24(r + 9, VBLOCK);
  vreply(p, r, sizeof r, get_be16(p->cdb + 7));
}

/* {=== The disc === */

enum { BLANK, APPENDABLE, COMPLETE };
enum { EMPTY, INCOMPLETE, DAMAGED, SESSION_COMPLETE };

static void hmsf(uint8_t *p, int32_t lba) {
  p[0] = 0;
  vmsf(p + 1, lba);
}

/* The last session, which may be one that has not begun. */
struct last_session {
  unsigned number, state, first, last;
};

static struct last_session last_session(struct vmedium *m) {
  struct last_session l = {m->nsessions, SESSION_COMPLETE, 1, 1};
  struct vspace space;
  if (m->blanking)
    return (struct last_session){1, DAMAGED, 1, 1};
  if (!m->finalised && vmedium_open_session(m) == NULL) {
    unsigned next = m->ntracks + 1;
    return (struct last_session){m->nsessions + 1, EMPTY, next, next};
  }
  vmedium_tracks_of(m, l.number, &l.first, &l.last);
  if (m->finalised)
    return l;
  l.state = vmedium_damaged(m) ? DAMAGED : INCOMPLETE;
  if (vmedium_next(m, &space))
    l.last = space.number;
  return l;
}

/* Where the lead-in of the last session begins. */
static int32_t last_lead_in(const struct vdrive *d) {
  const struct vmedium *m = &d->medium;
  unsigned before = m->nsessions;
  const struct vsession *s;
  if (before > 0 && !m->sessions[before - 1].closed)
    before--;
  if (before == 0)
    return vatip_lead_in((enum vkind)m->kind);
  s = &m->sessions[before - 1];
  return vsession_next_start(s) - 4500 - (int32_t)VPREGAP;
}

void vcmd_read_disc_information(struct vtransport *t, struct packet *p) {
  const struct vdrive *d = t->drive;
  const struct vmedium *m = &d->medium;
  struct last_session l = last_session(&t->drive->medium);
  uint8_t r[34] = {0, 32};
  unsigned status = m->finalised ? COMPLETE : APPENDABLE;
  if ((p->cdb[1] & 0x07) != 0) { /* track and POW resources: not on CDs */
    vrefuse_field(p);
    return;
  }
  if (vmedium_is_blank(m))
    status = BLANK;
  r[2] = (uint8_t)(l.state << 2 | status);
  if (vdrive_profile(d) == PROFILE_CD_RW)
    r[2] |= 0x10; /* erasable */
  r[3] = 1;
  r[4] = (uint8_t)l.number;
  r[5] = (uint8_t)l.first;
  r[6] = (uint8_t)l.last;
  r[7] = 0x20; /* unrestricted use */
  r[8] =
    m->nsessions > 0 && m->sessions[0].closed ? m->sessions[0].format : 0xFF;
  memset(r + 16, 0xFF, 8);
  if (!m->finalised) {
    hmsf(r + 16, last_lead_in(d));
    hmsf(r + 20, m->leadout_max);
  }
  vreply(p, r, sizeof r, get_be16(p->cdb + 7));
}

/* ===} */

/* {=== Tracks === */

/* A track as READ TRACK INFORMATION shows it. */
struct shown {
  unsigned number, session;
  bool damaged, reserved, blank, writable;
  unsigned control, data_mode;
  int32_t start, next;
  uint32_t free, size;
};

static void
show_track(const struct vdrive *d, const struct vtrack *t, struct shown *s) {
  bool open = t->state != VTRACK_COMPLETE;
  s->number = t->number;
  s->session = t->session;
  s->damaged = t->damaged;
  s->reserved = open && t->was_reserved;
  s->blank = t->state == VTRACK_RESERVED;
  s->control = t->control;
  s->data_mode = t->data_mode;
  s->start = t->start;
  s->size = open && t->reserved > 0 ? t->reserved : t->blocks + t->runout;
  if (open && !t->damaged) {
    uint32_t room = d->rec.track == t ? d->rec.limit : t->reserved;
    s->writable = true;
    s->next = t->start + (int32_t)t->blocks;
    s->free = room - t->blocks;
    if (t->reserved == 0)
      s->size = room;
  }
}

/* The track that is not there yet: mode page 05h says what it would be. A test
   write moves in it, and leaves no trace when it is over. */
static bool show_invisible(const struct vdrive *d, struct shown *s) {
  const uint8_t *page = d->pages[VPAGE_WRITE_PARAMETERS];
  struct vspace space;
  memset(s, 0, sizeof *s);
  if (d->medium.blanking) {
    s->number = s->session = 1;
    s->damaged = true;
    s->control = 4;
    s->data_mode = 0x0F;
    return true;
  }
  if (!vmedium_next(&d->medium, &space))
    return false;
  if (space.free == 0 && vquirk(d, VQUIRK_FULL_TRACK_INFO))
    return false;
  s->number = space.number;
  s->session = space.session;
  s->blank = true;
  s->writable = space.free > 0;
  s->control = page[3] & 0x0F;
  s->data_mode = 1;
  s->start = s->next = space.start;
  s->free = s->size = space.free;
  if (d->rec.mode != NULL && d->rec.test && d->rec.number == space.number) {
    s->next = d->rec.next;
    s->free = space.free - (uint32_t)(s->next - s->start);
  }
  if (vquirk(d, VQUIRK_NWA_150) && vmedium_is_blank(&d->medium) && s->next == 0)
    s->next = -(int32_t)VPREGAP;
  return true;
}

/* Which track is meant; false: none. */
static bool find(struct vdrive *d, struct packet *p, struct shown *s) {
  uint32_t number = get_be32(p->cdb + 2);
  struct vtrack *t = NULL;
  unsigned first, last;
  bool unseen = false;
  memset(s, 0, sizeof *s);
  switch (p->cdb[1] & 0x03) {
    case 0: /* the track that a block is in */
      t = vmedium_track_at(&d->medium, (int32_t)number);
      unseen = t == NULL && show_invisible(d, s) &&
               (int32_t)number >= s->start &&
               (int32_t)number < d->medium.leadout_max;
      break;
    case 1:
      t = number == INVISIBLE ? vmedium_open_track(&d->medium)
                              : vmedium_track(&d->medium, number);
      unseen = t == NULL && show_invisible(d, s) &&
               (number == INVISIBLE || number == s->number);
      break;
    case 2: /* the first track of a session */
      if (number <= VTRACKS &&
          vmedium_tracks_of(&d->medium, number, &first, &last))
        t = vmedium_track(&d->medium, first);
      unseen = t == NULL && show_invisible(d, s) && number == s->session;
      break;
  }
  if (t != NULL)
    show_track(d, t, s);
  return t != NULL || unseen;
}

void vcmd_read_track_information(struct vtransport *t, struct packet *p) {
  uint8_t r[36] = {0, 34};
  struct shown s;
  if (!find(t->drive, p, &s)) {
    vrefuse_field(p);
    return;
  }
  if (s.writable && s.blank && vquirk(t->drive, VQUIRK_NWA_NEEDS_PAGE) &&
      !t->drive->page_05_set) {
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x64, 0x00);
    return;
  }
  r[2] = (uint8_t)s.number;
  r[3] = (uint8_t)s.session;
  r[5] = (uint8_t)((s.damaged ? 0x20 : 0) | s.control);
  r[6] =
    (uint8_t)((s.reserved ? 0x80 : 0) | (s.blank ? 0x40 : 0) | s.data_mode);
  r[7] = s.writable ? 0x01 : 0x00;
  put_be32(r + 8, (uint32_t)s.start);
  put_be32(r + 12, (uint32_t)s.next);
  put_be32(r + 16, s.free);
  put_be32(r + 24, s.size);
  vreply(p, r, sizeof r, get_be16(p->cdb + 7));
}

/* ===} */
