/* describe_check.c: do a description's sessions and tracks hang together? The
   numbers were read from a file that anybody may have made. */
#include <string.h>

#include "disc.h"

/* Addresses and lengths, each by itself. */
static bool within(const struct vmedium *m, const struct vtrack *t) {
  const struct vgeometry *g = vgeometry(m->kind);
  uint32_t extent, least = g->track_min + (t->at_once ? 0 : g->runout);
  uint32_t end = (uint32_t)(t->at_once ? vmedium_reach(m) : m->leadout_max);
  if (t->blocks > end || t->runout > g->runout || t->reserved > end)
    return false;
  if ((uint32_t)t->start % g->unit != 0 || t->reserved % g->unit != 0)
    return false;
  if ((t->state != VTRACK_OPEN || t->at_rest) && t->blocks % g->unit != 0)
    return false;
  extent = vtrack_extent(m, t);
  /* One that is not complete will have the least length at least. */
  if (t->state != VTRACK_COMPLETE && extent < least)
    extent = least;
  return extent <= end - (uint32_t)t->start;
}

/* A way of recording that this version cannot read is not this version's. */
static bool good_mode(const struct vmedium *m, const struct vtrack *t) {
  bool data = (t->control & 4) != 0;
  if (vtrack_is_audio(t))
    return vgeometry(m->kind)->audio && !data && t->data_mode == 0x0F;
  if (t->block_type == VBLOCK_TYPE_FORM_1 || vtrack_is_mixed(t))
    return vgeometry(m->kind)->audio && data && t->data_mode == 2;
  return data && t->block_type == VBLOCK_TYPE_MODE_1 && t->data_mode == 1;
}

static bool
good_track(const struct vmedium *m, const struct vtrack *t, int32_t from) {
  const struct vgeometry *g = vgeometry(m->kind);
  if (t->at_once
        ? !g->audio || t->reserved > 0 || t->pregap > (uint32_t)g->end_most
        : t->pregap > 0)
    return false;
  /* The first pregap of a disc lies before its address 0. */
  if (t->at_once && from == 0)
    from = -(int32_t)VPREGAP;
  if (t->start < 0 || t->start - (int32_t)t->pregap < from)
    return false;
  if (t->state > VTRACK_COMPLETE || t->start >= vmedium_reach(m) ||
      t->session == 0 || t->session > m->nsessions || !within(m, t))
    return false;
  if (t->at_rest && (!g->fragments || t->state != VTRACK_OPEN || t->damaged))
    return false;
  if (t->state == VTRACK_RESERVED &&
      (!t->was_reserved || t->reserved < g->track_min))
    return false;
  if (t->reserved > 0 && t->state == VTRACK_OPEN && t->blocks > t->reserved)
    return false;
  return good_mode(m, t);
}

/* What only some of the tracks may be, counted over all of them. */
struct counted {
  unsigned open;    /* not at rest */
  unsigned in_last; /* tracks of the session looked at last */
  unsigned session;
  int32_t from; /* where the next track may begin */
};

/* Unfinished tracks only in an open session; only the last may be unfinished
   without a reservation. */
static bool fits_in(const struct vmedium *m, unsigned i, struct counted *c) {
  const struct vgeometry *g = vgeometry(m->kind);
  const struct vtrack *t = &m->tracks[i];
  const struct vsession *s;
  if (!good_track(m, t, c->from) || t->session < c->session ||
      t->session > c->session + 1)
    return false;
  c->in_last = t->session == c->session ? c->in_last + 1 : 1;
  c->session = t->session;
  s = &m->sessions[c->session - 1];
  if (c->in_last >
      (g->fragments && !g->apart && s->closed ? 1 : g->tracks_open))
    return false;
  if (t->state != VTRACK_COMPLETE && s->closed)
    return false;
  if (t->state == VTRACK_OPEN && t->reserved == 0 && i + 1 < m->ntracks)
    return false;
  if (t->state == VTRACK_OPEN && !t->at_rest)
    c->open++;
  c->from = t->start + (int32_t)vtrack_extent(m, t);
  return !s->closed ||
         (c->from <= s->leadout && s->leadout <= vmedium_reach(m) &&
          (uint32_t)s->leadout % g->unit == 0);
}

/* Of kinds without it the record says nothing, as if it were not there. */
static bool good_format(struct vmedium *m) {
  const struct vgeometry *g = vgeometry(m->kind);
  struct vformat *f = &m->format;
  uint32_t end = (uint32_t)m->leadout_max;
  if (!g->formats) {
    memset(f, 0, sizeof *f);
    return true;
  }
  return f->type <= VFORMAT(0x3F) && f->capacity <= end &&
         f->spare <= (uint32_t)g->end_most && f->spare_used <= f->spare &&
         f->layer_boundary <= end && f->recorded <= end &&
         f->capacity % g->unit == 0 && f->spare % g->unit == 0 &&
         f->layer_boundary % g->unit == 0 &&
         (g->good_format == NULL || g->good_format(m));
}

/* Sessions in order, each with tracks; tracks in order, apart from each other.
 */
bool vdescription_consistent(struct vmedium *m) {
  const struct vgeometry *g = vgeometry(m->kind);
  struct counted c = {0};
  if (m->nsessions == 0 ? m->finalised : m->blanking)
    return false;
  if (m->ntracks > g->tracks || m->nsessions > g->sessions || !good_format(m))
    return false;
  for (unsigned i = 0; i < m->ntracks; i++)
    if (!fits_in(m, i, &c))
      return false;
  for (unsigned i = 0; i < m->nsessions; i++) {
    const struct vsession *s = &m->sessions[i];
    bool last = i + 1 == m->nsessions;
    if (!s->closed && (!last || m->finalised))
      return false;
    /* Another follows, or may: unless the disc is finalised. */
    if (s->closed && s->next_allowed == (last && m->finalised))
      return false;
  }
  return c.session == m->nsessions && c.open <= 1;
}
