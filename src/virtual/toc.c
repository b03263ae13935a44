/* toc.c: READ TOC/PMA/ATIP, formats 0 to 5 (MMC-6 6.26). The table of contents
   is that of closed sessions; what is not closed stands in the PMA only. */
#include <string.h>

#include "../bytes.h"
#include "../mmc_names.h"
#include "atip.h"
#include "commands.h"
#include "family.h"
#include "sector.h"
#include "toc.h"

#define LEADOUT_TRACK 0xAA
#define MSF_LAST ((256 * 60) * 75 - 151) /* 255:59:74 */
/* header, per track 11, per session A0 A1 A2 B0, C0 */
#define TOC_MAX                                                                \
  (4 + 11 * (VTRACKS * 5 + 1)) /* more than 8 * (VTRACKS_MAX + 1) */

struct toc {
  uint8_t bytes[TOC_MAX];
  size_t len;
};

static void reply(struct packet *p, struct toc *toc) {
  put_be16(toc->bytes, (unsigned)toc->len - 2);
  vreply(p, toc->bytes, toc->len, get_be16(p->cdb + 7));
}

static void address(uint8_t *at, int32_t lba, bool msf) {
  put_be32(at, (uint32_t)lba);
  if (!msf)
    return;
  at[0] = 0;
  vmsf(at + 1, lba);
  if (lba > MSF_LAST) { /* where minutes end (MMC-6 6.26) */
    at[1] = 0xFF;
    at[2] = 59;
    at[3] = 74;
  }
}

static bool closed(const struct vmedium *m, const struct vtrack *t) {
  return m->sessions[t->session - 1].closed;
}

static void entry(
  struct toc *toc, unsigned control, unsigned track, int32_t lba, bool msf) {
  uint8_t *e = toc->bytes + toc->len;
  e[1] = (uint8_t)(0x10 | control);
  e[2] = (uint8_t)track;
  address(e + 4, lba, msf);
  toc->len += 8;
}

void vtoc_tracks(const struct vdrive *d, struct packet *p, bool msf) {
  const struct vmedium *m = &d->medium;
  const struct vsession *last = vmedium_closed(m);
  unsigned from = p->cdb[6], highest = 0, control = 4;
  struct toc toc = {.len = 4};
  if (last == NULL || (from > VTRACKS_MAX && from != LEADOUT_TRACK)) {
    vrefuse_field(p);
    return;
  }
  for (unsigned i = 0; i < m->ntracks; i++) {
    const struct vtrack *t = &m->tracks[i];
    if (!closed(m, t))
      break;
    highest = t->number;
    control = t->control;
    if (t->number >= from)
      entry(&toc, t->control, t->number, t->start, msf);
  }
  if (from > highest && from != LEADOUT_TRACK) {
    vrefuse_field(p);
    return;
  }
  entry(&toc, control, LEADOUT_TRACK, last->leadout, msf);
  toc.bytes[2] = 1;
  toc.bytes[3] = (uint8_t)highest;
  reply(p, &toc);
}

void vtoc_sessions(struct vdrive *d, struct packet *p, bool msf) {
  struct vmedium *m = &d->medium;
  const struct vsession *last = vmedium_closed(m);
  struct toc toc = {.len = 4};
  unsigned first, highest;
  const struct vtrack *t;
  if (last == NULL || !vmedium_tracks_of(m, last->number, &first, &highest)) {
    vrefuse_field(p);
    return;
  }
  t = vmedium_track(m, first);
  entry(&toc, t->control, first, t->start, msf);
  toc.bytes[2] = 1;
  toc.bytes[3] = last->number;
  reply(p, &toc);
}

void vtoc_whole(struct packet *p, bool msf, unsigned format, int32_t blocks) {
  unsigned from = p->cdb[6];
  struct toc toc = {.bytes = {[2] = 1, 1}, .len = 4};
  if (format > 1 || (format == 0 && from > 1 && from != LEADOUT_TRACK)) {
    vrefuse_field(p);
    return;
  }
  if (format == 1 || from <= 1)
    entry(&toc, 4, 1, 0, msf);
  if (format == 0)
    entry(&toc, 4, LEADOUT_TRACK, blocks, msf);
  reply(p, &toc);
}

/* An entry of the lead-in: 'point' and its P time, in the Q sub-channel. */
static uint8_t *point(struct toc *toc,
                      unsigned session,
                      unsigned adr,
                      unsigned control,
                      unsigned which) {
  uint8_t *e = toc->bytes + toc->len;
  e[0] = (uint8_t)session;
  e[1] = (uint8_t)(adr << 4 | control);
  e[3] = (uint8_t)which;
  toc->len += 11;
  return e;
}

/* Where the next session may be, if one may follow; and where the disc itself
   begins, once, in the first session. */
static void pointers(const struct vmedium *m,
                     const struct vsession *s,
                     unsigned control,
                     struct toc *toc) {
  uint8_t *e;
  if (s->number == 1 && m->nsessions == 1 && !s->next_allowed)
    return;
  e = point(toc, s->number, 5, control, 0xB0);
  if (s->next_allowed)
    vmsf(e + 4, vsession_next_start(m, s));
  else
    memset(e + 4, 0xFF, 3);
  e[7] = s->number == 1 ? 2 : 1; /* how many mode-5 pointers there are */
  vmsf(e + 8, m->leadout_max);
  if (s->number == 1)
    vmsf(point(toc, 1, 5, control, 0xC0) + 8,
         vatip_lead_in((enum vkind)m->kind));
}

static void
lead_in(struct vmedium *m, const struct vsession *s, struct toc *toc) {
  unsigned first = 0, last = 0, control_first, control_last;
  uint8_t *e;
  vmedium_tracks_of(m, s->number, &first, &last);
  control_first = vmedium_track(m, first)->control;
  control_last = vmedium_track(m, last)->control;
  e = point(toc, s->number, 1, control_first, 0xA0);
  e[8] = (uint8_t)first;
  e[9] = s->format;
  e = point(toc, s->number, 1, control_last, 0xA1);
  e[8] = (uint8_t)last;
  vmsf(point(toc, s->number, 1, control_last, 0xA2) + 8, s->leadout);
  for (unsigned n = first; n <= last; n++) {
    const struct vtrack *t = vmedium_track(m, n);
    vmsf(point(toc, s->number, 1, t->control, n) + 8, t->start);
  }
  pointers(m, s, control_first, toc);
}

/* Format 2: the lead-ins of all closed sessions, from one on. */
static void full(struct vdrive *d, struct packet *p) {
  struct vmedium *m = &d->medium;
  const struct vsession *last = vmedium_closed(m);
  struct toc toc = {.len = 4};
  if (last == NULL || p->cdb[6] > last->number) {
    vrefuse_field(p);
    return;
  }
  for (unsigned i = 0; i < last->number; i++)
    if (m->sessions[i].number >= p->cdb[6])
      lead_in(m, &m->sessions[i], &toc);
  toc.bytes[2] = 1;
  toc.bytes[3] = last->number;
  reply(p, &toc);
}

/* Format 3: the program memory area: start and end of every track there is. */
static void program_memory(const struct vdrive *d, struct packet *p) {
  const struct vmedium *m = &d->medium;
  struct toc toc = {.len = 4};
  for (unsigned i = 0; i < m->ntracks; i++) {
    const struct vtrack *t = &m->tracks[i];
    uint8_t *e;
    /* Entered when it ends; what was recorded at once is in the lead-in only.
     */
    if (t->state == VTRACK_OPEN || t->at_once)
      continue;
    e = point(&toc, 0, 1, t->control, t->number);
    vmsf(e + 4, t->start + (int32_t)vtrack_extent(m, t));
    vmsf(e + 8, t->start);
  }
  reply(p, &toc);
}

/* Format 4: what the groove says. */
static void atip(const struct vdrive *d, struct packet *p) {
  const struct vmedium *m = &d->medium;
  struct toc toc = {.len = 28};
  uint8_t *r = toc.bytes;
  bool rw = m->kind == VKIND_CD_RW;
  r[4] = rw ? 0x91 : 0xD0; /* write power, reference speed */
  r[6] = rw ? 0xCC : 0x80; /* rewritable, high speed, A1 is valid */
  vmsf(r + 8, vatip_lead_in((enum vkind)m->kind));
  vmsf(r + 12, m->leadout_max);
  if (rw) {
    r[16] = 0x24; /* from 4x to 10x */
    r[17] = 0x3D;
    r[18] = 0x00;
  }
  reply(p, &toc);
}

void vcd_read_toc(struct vdrive *d,
                  struct packet *p,
                  bool msf,
                  unsigned format) {
  switch (format) {
    case 0:
      vtoc_tracks(d, p, msf);
      break;
    case 1:
      vtoc_sessions(d, p, msf);
      break;
    case 2:
      full(d, p);
      break;
    case 3:
      program_memory(d, p);
      break;
    case 4:
      atip(d, p);
      break;
    case 5:
      vtoc_text(d, p);
      break;
    default:
      vrefuse_field(p);
  }
}

void vcmd_read_toc(struct vtransport *t, struct packet *p) {
  struct vdrive *d = t->drive;
  unsigned format = p->cdb[2] & 0x0F;
  /* Formats 1 and 2 as SFF-8020 had them: the Linux kernel asks so. */
  if (format == 0)
    format = p->cdb[9] >> 6;
  vdrive_family(d)->read_toc(d, p, (p->cdb[1] & 0x02) != 0, format);
}
