/* medium.c: sessions and tracks of a disc. The distances are those of the
   Orange Book as MMC-6 shows them to a host: lead-out 6750 blocks after the
   first session and 2250 after later ones, lead-in 4500, pregap 150. */
#include "medium.h"

#include <stddef.h>
#include <string.h>

#define FIRST_SESSION_GAP 11400
#define LATER_SESSION_GAP 6900

void vmedium_blank(struct vmedium *m, enum vkind kind, int32_t leadout_max) {
  memset(m, 0, sizeof *m);
  m->kind = (uint8_t)kind;
  m->leadout_max = leadout_max;
}

bool vmedium_is_blank(const struct vmedium *m) {
  return m->nsessions == 0 && !m->blanking;
}

struct vsession *vmedium_open_session(struct vmedium *m) {
  struct vsession *last;
  if (m->nsessions == 0)
    return NULL;
  last = &m->sessions[m->nsessions - 1];
  return last->closed ? NULL : last;
}

const struct vsession *vmedium_closed(const struct vmedium *m) {
  unsigned i = m->nsessions;
  while (i > 0)
    if (m->sessions[--i].closed)
      return &m->sessions[i];
  return NULL;
}

bool vmedium_tracks_of(const struct vmedium *m,
                       unsigned session,
                       unsigned *first,
                       unsigned *last) {
  bool found = false;
  for (unsigned i = 0; i < m->ntracks; i++) {
    if (m->tracks[i].session != session)
      continue;
    if (!found)
      *first = m->tracks[i].number;
    *last = m->tracks[i].number;
    found = true;
  }
  return found;
}

struct vtrack *vmedium_track(struct vmedium *m, unsigned number) {
  for (unsigned i = 0; i < m->ntracks; i++)
    if (m->tracks[i].number == number)
      return &m->tracks[i];
  return NULL;
}

struct vtrack *vmedium_track_at(struct vmedium *m, int32_t lba) {
  for (unsigned i = 0; i < m->ntracks; i++) {
    struct vtrack *t = &m->tracks[i];
    if (lba >= t->start && lba - t->start < (int32_t)vtrack_extent(t))
      return t;
  }
  return NULL;
}

struct vtrack *vmedium_open_track(struct vmedium *m) {
  for (unsigned i = 0; i < m->ntracks; i++)
    if (m->tracks[i].state == VTRACK_OPEN)
      return &m->tracks[i];
  return NULL;
}

bool vmedium_damaged(const struct vmedium *m) {
  if (m->blanking)
    return true;
  for (unsigned i = 0; i < m->ntracks; i++)
    if (m->tracks[i].damaged)
      return true;
  return false;
}

int32_t vsession_next_start(const struct vsession *s) {
  return s->leadout + (s->number == 1 ? FIRST_SESSION_GAP : LATER_SESSION_GAP);
}

uint32_t vtrack_extent(const struct vtrack *t) {
  uint32_t blocks = t->blocks + t->runout;
  if (t->state != VTRACK_COMPLETE && t->reserved + VRUNOUT > blocks &&
      t->reserved > 0)
    blocks = t->reserved + VRUNOUT;
  return blocks;
}

bool vmedium_next(const struct vmedium *m, struct vspace *s) {
  const struct vsession *last =
    m->nsessions > 0 ? &m->sessions[m->nsessions - 1] : NULL;
  const struct vtrack *before =
    m->ntracks > 0 ? &m->tracks[m->ntracks - 1] : NULL;
  int32_t end = m->leadout_max - (int32_t)VRUNOUT;
  if (m->finalised || m->blanking || m->ntracks >= VTRACKS)
    return false;
  for (unsigned i = 0; i < m->ntracks; i++)
    if (m->tracks[i].state == VTRACK_OPEN)
      return false;
  s->number = before == NULL ? 1 : (uint8_t)(before->number + 1);
  if (last == NULL) {
    s->session = 1;
    s->start = 0;
  } else if (last->closed) {
    s->session = (uint8_t)(last->number + 1);
    s->start = vsession_next_start(last);
  } else {
    s->session = last->number;
    s->start = before->start + (int32_t)(vtrack_extent(before) + VPREGAP);
  }
  s->free =
    end - s->start < (int32_t)VTRACK_MIN ? 0 : (uint32_t)(end - s->start);
  return true;
}

bool vmedium_space(const struct vmedium *m, struct vspace *s) {
  return vmedium_next(m, s) && s->free > 0;
}

struct vtrack *vmedium_add_track(struct vmedium *m, const struct vspace *s) {
  struct vtrack *t = &m->tracks[m->ntracks++];
  if (m->nsessions < s->session) {
    struct vsession *session = &m->sessions[m->nsessions++];
    memset(session, 0, sizeof *session);
    session->number = s->session;
  }
  memset(t, 0, sizeof *t);
  t->number = s->number;
  t->session = s->session;
  t->start = s->start;
  return t;
}

void vmedium_close_session(struct vmedium *m, uint8_t format, bool next) {
  struct vsession *s = vmedium_open_session(m);
  const struct vtrack *t = &m->tracks[m->ntracks - 1];
  s->closed = true;
  s->next_allowed = next;
  s->format = format;
  s->leadout = t->start + (int32_t)vtrack_extent(t);
  m->finalised = !next;
}
