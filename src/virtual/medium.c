/* medium.c: sessions and tracks of a disc. The distances are geometry.c's. */
#include "medium.h"

#include <stddef.h>
#include <string.h>

void vmedium_blank(struct vmedium *m, enum vkind kind, int32_t leadout_max) {
  const struct vgeometry *g = vgeometry(kind);
  memset(m, 0, sizeof *m);
  m->kind = (uint8_t)kind;
  m->leadout_max = leadout_max;
  if (g->formatted > 0)
    vmedium_lay_out(m,
                    VFORMAT(0),
                    g->formatted,
                    g->spare + (uint32_t)leadout_max - g->formatted);
}

void vmedium_unformat(struct vmedium *m) {
  m->nsessions = m->ntracks = 0;
  m->blanking = true;
  memset(&m->format, 0, sizeof m->format);
}

void vmedium_lay_out(struct vmedium *m,
                     unsigned type,
                     uint32_t capacity,
                     uint32_t spare) {
  struct vspace all = {1, 1, 0, capacity};
  struct vtrack *t;
  m->nsessions = m->ntracks = 0;
  m->blanking = false;
  memset(&m->format, 0, sizeof m->format);
  m->format.type = (uint8_t)type;
  m->format.capacity = capacity;
  m->format.spare = spare;
  t = vmedium_add_track(m, &all);
  t->state = VTRACK_COMPLETE;
  t->blocks = capacity;
  vmedium_close_session(m, 0, true);
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
    if (lba >= t->start - (int32_t)t->pregap &&
        lba - t->start < (int32_t)vtrack_extent(m, t))
      return t;
  }
  return NULL;
}

struct vtrack *vmedium_open_track(struct vmedium *m) {
  for (unsigned i = 0; i < m->ntracks; i++)
    if (m->tracks[i].state == VTRACK_OPEN && !m->tracks[i].at_rest)
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

int32_t vsession_next_start(const struct vmedium *m, const struct vsession *s) {
  const struct vgeometry *g = vgeometry(m->kind);
  const struct vborder *b = g->borders;
  if (b != NULL) {
    int32_t end = s->leadout;
    if (s->number == 1 && end < g->first_least)
      end = g->first_least;
    while (end >= b->below)
      b++;
    return end + (int32_t)(s->number == 1 ? b->first : b->later);
  }
  return s->leadout + (int32_t)(s->number == 1 ? g->first_gap : g->later_gap);
}

uint32_t vmedium_whole_units(const struct vmedium *m, uint32_t blocks) {
  uint32_t unit = vgeometry(m->kind)->unit;
  return (blocks + unit - 1) / unit * unit;
}

uint32_t vtrack_extent(const struct vmedium *m, const struct vtrack *t) {
  uint32_t runout = vgeometry(m->kind)->runout;
  uint32_t blocks = t->blocks + t->runout;
  /* Closing fills a track up, but not on BD-R. */
  if (t->reserved + runout > blocks && t->reserved > 0)
    blocks = t->reserved + runout;
  return blocks;
}

uint32_t vtrack_pregap(const struct vmedium *m, const struct vtrack *t) {
  const struct vtrack *before = t - 1;
  if (t->at_once)
    return t->pregap;
  if (t == m->tracks || before->session != t->session)
    return VPREGAP;
  return (uint32_t)(t->start - before->start) - vtrack_extent(m, before);
}

/* Number and session of the next track, and where it begins. */
static bool next_place(const struct vmedium *m, struct vspace *s) {
  const struct vgeometry *g = vgeometry(m->kind);
  const struct vsession *last;
  const struct vtrack *before;
  unsigned first = 0, highest = 0;
  if (m->nsessions == 0) {
    *s = (struct vspace){.number = 1, .session = 1};
    return true;
  }
  last = &m->sessions[m->nsessions - 1];
  before = &m->tracks[m->ntracks - 1];
  s->number = (uint8_t)(before->number + 1);
  if (last->closed) {
    s->session = (uint8_t)(last->number + 1);
    s->start = vsession_next_start(m, last);
    return last->number < g->sessions;
  }
  s->session = last->number;
  s->start = before->start + (int32_t)(vtrack_extent(m, before) + g->gap);
  vmedium_tracks_of(m, last->number, &first, &highest);
  return highest - first + 1 < g->tracks_open;
}

int32_t vmedium_end(const struct vmedium *m) {
  const struct vgeometry *g = vgeometry(m->kind);
  return m->leadout_max - (int32_t)(g->runout + g->tail);
}

int32_t vmedium_reach(const struct vmedium *m) {
  const struct vgeometry *g = vgeometry(m->kind);
  int32_t reach;
  if (g == NULL) /* a description that does not say what it is of */
    return m->leadout_max;
  reach = m->leadout_max + g->beyond;
  return reach < g->end_most ? reach : g->end_most;
}

static uint32_t room_from(const struct vmedium *m, int32_t start) {
  const struct vgeometry *g = vgeometry(m->kind);
  int32_t room = vmedium_end(m) - start;
  return room >= (int32_t)g->track_min ? (uint32_t)room / g->unit * g->unit : 0;
}

void vspace_move(const struct vmedium *m, struct vspace *s, int32_t by) {
  s->start += by;
  s->free = room_from(m, s->start);
}

bool vmedium_next(const struct vmedium *m, struct vspace *s) {
  const struct vgeometry *g = vgeometry(m->kind);
  if (g == NULL || m->finalised || m->blanking || m->format.disc_at_once ||
      m->ntracks >= g->tracks)
    return false;
  for (unsigned i = 0; i < m->ntracks; i++)
    if (m->tracks[i].state == VTRACK_OPEN &&
        (!g->fragments || m->tracks[i].reserved == 0))
      return false;
  if (!next_place(m, s))
    return false;
  s->free = room_from(m, s->start);
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
  t->control = 4;
  t->data_mode = 1;
  t->block_type = VBLOCK_TYPE_MODE_1;
  return t;
}

/* The fragments of a session become one track, with all that is between them.
 */
static void join_fragments(struct vmedium *m, unsigned session, int32_t end) {
  unsigned first = 0, last = 0;
  struct vtrack *t;
  vmedium_tracks_of(m, session, &first, &last);
  t = vmedium_track(m, first);
  t->blocks = (uint32_t)(end - t->start);
  t->reserved = 0;
  m->ntracks -= last - first;
}

/* A disc whose boundary was moved has one session less. */
static unsigned sessions_most(const struct vmedium *m) {
  return vgeometry(m->kind)->sessions - (m->format.boundary_set ? 1 : 0);
}

void vmedium_close_session(struct vmedium *m, uint8_t format, bool next) {
  const struct vgeometry *g = vgeometry(m->kind);
  struct vsession *s = vmedium_open_session(m);
  const struct vtrack *t = &m->tracks[m->ntracks - 1];
  s->closed = true;
  s->format = format;
  s->leadout = t->start + (int32_t)vtrack_extent(m, t);
  if (g->fragments && !g->apart)
    join_fragments(m, s->number, s->leadout);
  if (g->room_min > 0 &&
      (s->number >= sessions_most(m) ||
       vsession_next_start(m, s) > m->leadout_max - (int32_t)g->room_min))
    next = false;
  s->next_allowed = next;
  if (!next)
    vmedium_finalise(m);
}

/* A disc that never came to layer 1 has it as far as layer 0 was recorded:
   filled, so that players find something there. */
void vmedium_finalise(struct vmedium *m) {
  struct vsession *last = &m->sessions[m->nsessions - 1];
  last->next_allowed = false;
  m->finalised = true;
  if ((uint32_t)last->leadout < vmedium_boundary(m))
    vmedium_set_boundary(m, (uint32_t)last->leadout);
}

/* {=== Two layers === */

uint32_t vmedium_boundary(const struct vmedium *m) {
  const struct vgeometry *g = vgeometry(m->kind);
  if (!g->opposite)
    return 0;
  return m->format.boundary_set ? m->format.layer_boundary
                                : (uint32_t)g->end_default / 2;
}

void vmedium_set_boundary(struct vmedium *m, uint32_t blocks) {
  m->format.boundary_set = true;
  m->format.layer_boundary = blocks;
  m->leadout_max = (int32_t)(2 * blocks);
}

bool vmedium_add_partial_leadout(struct vmedium *m) {
  const struct vsession *s = vmedium_closed(m);
  const struct vgeometry *g = vgeometry(m->kind);
  int32_t end = m->leadout_max - VPARTIAL_LEADOUT;
  if (vmedium_boundary(m) < g->compatible ||
      vsession_next_start(m, s) > end - (int32_t)g->room_min)
    return false;
  m->leadout_max = end;
  return true;
}

/* ===} */
