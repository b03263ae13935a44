/* information.c: what the medium is and holds: READ CAPACITY, READ DISC
   INFORMATION, READ TRACK INFORMATION. */
#include <string.h>

#include "../bytes.h"
#include "../mmc_names.h"
#include "commands.h"
#include "family.h"

/* The last block before the lead-out of the last closed session: run-out
   blocks are counted although they cannot be read. */
static uint32_t last_block(const struct vdrive *d) {
  const struct vsession *s = vmedium_closed(&d->medium);
  if (vdrive_family(d)->last_block != NULL)
    return vdrive_family(d)->last_block(d);
  return s == NULL ? 0 : (uint32_t)s->leadout - 1;
}

void vcmd_read_capacity(struct vtransport *t, struct packet *p) {
  uint8_t r[8];
  put_be32(r, last_block(t->drive));
  put_be32(r + 4, VBLOCK);
  vreply(p, r, sizeof r, sizeof r);
}

/* {=== The disc === */

enum { BLANK, APPENDABLE, COMPLETE };
enum { EMPTY, INCOMPLETE, DAMAGED, SESSION_COMPLETE };

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

/* What is left of tracks, or for overwriting, where that is limited. */
static void read_resources(const struct vdrive *d, struct packet *p) {
  const struct vfamily *family = vdrive_family(d);
  unsigned type = p->cdb[1] & 0x07, len = 0;
  uint8_t r[16] = {0};
  if (family->resources != NULL)
    len = family->resources(d, type, r);
  if (len == 0) {
    vrefuse_field(p);
    return;
  }
  put_be16(r, len - 2);
  r[2] = (uint8_t)(type << 5);
  vreply(p, r, len, get_be16(p->cdb + 7));
}

void vcmd_read_disc_information(struct vtransport *t, struct packet *p) {
  const struct vdrive *d = t->drive;
  const struct vmedium *m = &d->medium;
  struct last_session l = last_session(&t->drive->medium);
  uint8_t r[34] = {0, 32};
  unsigned status = m->finalised ? COMPLETE : APPENDABLE;
  if ((p->cdb[1] & 0x07) != 0) {
    read_resources(d, p);
    return;
  }
  if (vmedium_is_blank(m))
    status = BLANK;
  r[2] = (uint8_t)(l.state << 2 | status);
  if (vdrive_disc(d)->erasable && vdrive_can_write(d))
    r[2] |= 0x10;
  r[3] = 1;
  r[4] = (uint8_t)l.number;
  r[5] = (uint8_t)l.first;
  r[6] = (uint8_t)l.last;
  r[7] = 0x20; /* unrestricted use */
  vdrive_family(d)->disc_addresses(d, r);
  vreply(p, r, sizeof r, get_be16(p->cdb + 7));
}

/* ===} */

/* {=== Tracks === */

/* Which track is meant; false: none. */
static bool find(struct vdrive *d, struct packet *p, struct vshown *s) {
  const struct vfamily *family = vdrive_family(d);
  uint32_t number = get_be32(p->cdb + 2);
  struct vtrack *t = NULL;
  unsigned first, last;
  bool unseen = false, invisible;
  memset(s, 0, sizeof *s);
  switch (p->cdb[1] & 0x03) {
    case 0: /* the track that a block is in */
      t = vmedium_track_at(&d->medium, (int32_t)number);
      unseen = t == NULL && family->show_invisible(d, s) &&
               (int32_t)number >= s->start &&
               (int32_t)number < d->medium.leadout_max;
      break;
    case 1:
      invisible = vdrive_invisible(d, number);
      if (!invisible)
        t = vmedium_track(&d->medium, number);
      unseen = t == NULL && family->show_invisible(d, s) &&
               (invisible || number == s->number);
      break;
    case 2: /* the first track of a session */
      if (number <= VSESSIONS_MAX &&
          vmedium_tracks_of(&d->medium, number, &first, &last))
        t = vmedium_track(&d->medium, first);
      unseen =
        t == NULL && family->show_invisible(d, s) && number == s->session;
      break;
  }
  if (t != NULL) {
    memset(s, 0, sizeof *s);
    family->show_track(d, t, s);
  }
  return t != NULL || unseen;
}

void vcmd_read_track_information(struct vtransport *t, struct packet *p) {
  uint8_t r[40] = {0};
  size_t len = 36;
  struct vshown s;
  if (!find(t->drive, p, &s)) {
    vrefuse_field(p);
    return;
  }
  if (s.writable && s.blank && vdrive_on_cd(t->drive) &&
      vquirk(t->drive, VQUIRK_NWA_NEEDS_PAGE) && !t->drive->page_05_set) {
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x64, 0x00);
    return;
  }
  r[2] = (uint8_t)s.number;
  r[3] = (uint8_t)s.session;
  r[5] = (uint8_t)((s.damaged ? 0x20 : 0) | s.control);
  r[6] = (uint8_t)((s.reserved ? 0x80 : 0) | (s.blank ? 0x40 : 0) |
                   (s.incremental || s.fixed ? 0x20 : 0) |
                   (s.fixed ? 0x10 : 0) | s.data_mode);
  r[7] = (uint8_t)((s.writable ? 0x01 : 0x00) | (s.recorded ? 0x02 : 0x00));
  put_be32(r + 8, (uint32_t)s.start);
  put_be32(r + 12, (uint32_t)s.next);
  put_be32(r + 16, s.free);
  put_be32(r + 20, s.packet);
  put_be32(r + 24, s.size);
  if (s.recorded)
    put_be32(r + 28, (uint32_t)s.last);
  if (!vdrive_on_cd(t->drive)) {
    put_be32(r + 36, s.compatible);
    len = 40;
  }
  r[1] = (uint8_t)(len - 2);
  vreply(p, r, len, get_be16(p->cdb + 7));
}

/* ===} */
