/* medium.c: sessions and tracks of a disc. The distances are those of the
   Orange Book and of ECMA-349 (DVD+R) as MMC-6 shows them to a host. */
#include "medium.h"

#include <stddef.h>
#include <string.h>

#include "srm.h"

/* CDs: lead-out 6750 blocks after the first session and 2250 after later ones,
   lead-in 4500, pregap 150. None holds more than 99:59:74, none that is made
   less than 8 minutes. */
#define CD(called)                                                             \
  {                                                                            \
    .name = called, .end_least = 36000, .end_most = 449849,                    \
    .end_default = 359849, .unit = 1, .track_min = VTRACK_MIN,                 \
    .runout = VRUNOUT, .gap = VPREGAP, .first_gap = 11400, .later_gap = 6900,  \
    .lead_in = 4500 + VPREGAP, .sessions = VTRACKS, .tracks = VTRACKS,         \
    .tracks_open = VTRACKS                                                     \
  }

/* ECC blocks of 16; a run-in before each fragment but a session's first; 1024
   blocks each of closure, which ends a session, and intro, which begins one:
   where no intro and one ECC block fit any more the disc is at its end. */
#define PLUS_R(called, blocks)                                                 \
  .name = called, .end_most = blocks, .end_default = blocks, .unit = 16,       \
  .track_min = 16, .gap = 16, .first_gap = 2048, .later_gap = 2048,            \
  .lead_in = 1024, .room_min = 16, .tracks = VTRACKS_MAX, .tracks_open = 16,   \
  .fragments = true

static bool good_boundary(const struct vmedium *m);

/* Formatted or not: what a disc that can be overwritten may hold. */
static bool overwritable_format(const struct vmedium *m) {
  const struct vformat *f = &m->format;
  if (m->nsessions == 0)
    return f->type == 0 && f->capacity == 0;
  return f->type != 0 && m->nsessions == 1 && m->ntracks == 1 &&
         m->sessions[0].closed && !m->finalised && m->tracks[0].start == 0 &&
         m->tracks[0].blocks == f->capacity &&
         m->sessions[0].leadout == (int32_t)f->capacity &&
         f->recorded <= f->capacity;
}

/* DVDs and BDs whose blocks can be written in any order. */
#define OVERWRITE(called, blocks, ecc)                                         \
  .name = called, .end_least = blocks, .end_most = blocks,                     \
  .end_default = blocks, .unit = ecc, .track_min = ecc, .sessions = 1,         \
  .tracks = 1, .tracks_open = 1, .overwrite = true, .formats = true,           \
  .good_format = overwritable_format

/* Border-out and border-in, with the 16 blocks of a link before them. The first
   two of the longer ones are what drives do (132800 to 161488, 745760 to
   783664); the radii that they belong to and all others follow from these:
   half a millimetre at the outer end, later a tenth. */
static const struct vborder dvd_r_borders[] = {
  {534016, 28672 + 16, 6144 + 16},
  {1267456, 37888 + 16, 8192 + 16},
  {INT32_MAX, 47104 + 16, 10240 + 16},
};

/* ECC blocks of 16 and a link of one of them between two RZones. */
#define DVD_R(called, blocks)                                                  \
  .name = called, .end_most = blocks, .end_default = blocks, .unit = 16,       \
  .track_min = 16, .gap = 16, .borders = dvd_r_borders, .first_least = 65264,  \
  .lead_in = 96, .tracks = VTRACKS_MAX, .tracks_open = VTRACKS_MAX,            \
  .fragments = true, .apart = true, .formats = true

/* One layer: what is recorded incrementally leaves room for the last
   border-out. */
#define DVD_R_SINGLE(called)                                                   \
  DVD_R(called, 2298496), .end_least = 2298496, .tail = 608,                   \
                          .room_min = 608 + 16, .sessions = VSESSIONS_MAX

static bool nothing_set(const struct vformat *f) {
  return f->type == 0 && f->capacity == 0 && f->spare == 0 &&
         f->layer_boundary == 0 && f->recorded == 0;
}

/* Disc-at-once makes one session with one track. */
static bool sequential_format(const struct vmedium *m) {
  const struct vformat *f = &m->format;
  return nothing_set(f) && !f->minimal &&
         (!f->disc_at_once || (m->nsessions == 1 && m->ntracks == 1));
}

/* Recorded in sequence, or formatted to be overwritten: then one RZone is all
   there is, in a border that is closed or not. */
static bool dvd_rw_format(const struct vmedium *m) {
  const struct vformat *f = &m->format;
  const struct vtrack *t = &m->tracks[0];
  if (f->type == 0)
    return nothing_set(f) && (!f->disc_at_once || m->ntracks <= 1) &&
           (!f->minimal || m->nsessions == 0 || f->disc_at_once);
  return !f->minimal && !f->disc_at_once && m->nsessions == 1 &&
         m->ntracks == 1 && !m->finalised && t->start == 0 &&
         t->reserved == 0 && (int32_t)t->blocks <= vmedium_end(m) &&
         (!m->sessions[0].closed ||
          (t->blocks > 0 && t->state == VTRACK_COMPLETE &&
           m->sessions[0].leadout == (int32_t)t->blocks));
}

/* Clusters of 32; tracks and sessions follow each other without a gap. A real
   one has room for 7927 tracks. */
#define BD_R(called, blocks, spare_clusters)                                   \
  {                                                                            \
    .name = called, .end_least = (blocks)-32 * (spare_clusters),               \
    .end_most = blocks, .end_default = blocks, .unit = 32, .track_min = 32,    \
    .sessions = VSESSIONS_MAX, .tracks = VTRACKS_MAX,                          \
    .tracks_open = VTRACKS_MAX, .fragments = true, .apart = true,              \
    .formats = true, .good_format = vsrm_good_format                           \
  }

/* In the order of their numbers. */
static const struct vgeometry kinds[VKIND_COUNT] = {
  [VKIND_CD_R] = CD("cd-r"),
  [VKIND_CD_RW] = CD("cd-rw"),
  [VKIND_DVD_PLUS_R] =
    {
      PLUS_R("dvd+r", 2295104),
      .end_least = 2295104,
      .sessions = 153,
      .compatible = 266240, /* a radius of 30 mm */
    },
  /* ECMA-364: layers of equal size, at most 2086912 blocks each. */
  [VKIND_DVD_PLUS_R_DL] =
    {
      PLUS_R("dvd+r-dl", 4173824),
      .end_least = 32,
      .sessions = 127,
      .compatible = 242432,
      .formats = true,
      .good_format = good_boundary,
      .opposite = true,
    },
  [VKIND_DVD_R] =
    {
      DVD_R_SINGLE("dvd-r"),
      .good_format = sequential_format,
    },
  /* ECMA-382: one session only. */
  [VKIND_DVD_R_DL] =
    {
      DVD_R("dvd-r-dl", 4171712),
      .end_least = 32,
      .room_min = 16,
      .sessions = 1,
      .good_format = good_boundary,
      .opposite = true,
    },
  [VKIND_DVD_RW] =
    {
      DVD_R_SINGLE("dvd-rw"),
      .good_format = dvd_rw_format,
    },
  [VKIND_DVD_PLUS_RW] = {OVERWRITE("dvd+rw", 2295104, 16)},
  /* 2295072 without a supplementary spare area; the primary one is always
     there. */
  [VKIND_DVD_RAM] = {OVERWRITE("dvd-ram", 2295072, 16),
                     .formatted = 2236704,
                     .spare = 12800},
  [VKIND_BD_R] = BD_R("bd-r", 12219392, 200704),
  [VKIND_BD_R_DL] = BD_R("bd-r-dl", 24438784, 401408),
  [VKIND_BD_R_TL] = BD_R("bd-r-tl", 48878592, 811008),
  [VKIND_BD_R_QL] = BD_R("bd-r-ql", 62500864, 1048576),
  [VKIND_BD_RE] = {OVERWRITE("bd-re", 12219392, 32)},
  [VKIND_BD_RE_DL] = {OVERWRITE("bd-re-dl", 24438784, 32)},
  [VKIND_BD_RE_TL] = {OVERWRITE("bd-re-tl", 48878592, 32)},
};

const struct vgeometry *vgeometry(unsigned kind) {
  if (kind >= VKIND_COUNT || kinds[kind].name == NULL)
    return NULL;
  return &kinds[kind];
}

enum vkind vgeometry_kind(const char *name) {
  for (unsigned i = 1; i < VKIND_COUNT; i++)
    if (kinds[i].name != NULL && strcmp(kinds[i].name, name) == 0)
      return (enum vkind)i;
  return 0;
}

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
  t->control = 4;
  t->data_mode = 1;
  t->block_type = 8;
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
    if (lba >= t->start && lba - t->start < (int32_t)vtrack_extent(m, t))
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

uint32_t vtrack_extent(const struct vmedium *m, const struct vtrack *t) {
  uint32_t runout = vgeometry(m->kind)->runout;
  uint32_t blocks = t->blocks + t->runout;
  /* Closing fills a track up, but not on BD-R. */
  if (t->reserved + runout > blocks && t->reserved > 0)
    blocks = t->reserved + runout;
  return blocks;
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

bool vmedium_next(const struct vmedium *m, struct vspace *s) {
  const struct vgeometry *g = vgeometry(m->kind);
  int32_t end;
  if (g == NULL || m->finalised || m->blanking || m->ntracks >= g->tracks)
    return false;
  for (unsigned i = 0; i < m->ntracks; i++)
    if (m->tracks[i].state == VTRACK_OPEN &&
        (!g->fragments || m->tracks[i].reserved == 0))
      return false;
  if (!next_place(m, s))
    return false;
  end = vmedium_end(m);
  s->free = 0;
  if (end - s->start >= (int32_t)g->track_min)
    s->free = (uint32_t)(end - s->start) / g->unit * g->unit;
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

/* Blocks of an extended partial lead-out, on layer 1. */
#define PARTIAL_LEADOUT 0x30000

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
  int32_t end = m->leadout_max - PARTIAL_LEADOUT;
  if (vmedium_boundary(m) < g->compatible ||
      vsession_next_start(m, s) > end - (int32_t)g->room_min)
    return false;
  m->leadout_max = end;
  return true;
}

static bool good_boundary(const struct vmedium *m) {
  const struct vgeometry *g = vgeometry(m->kind);
  uint32_t boundary = vmedium_boundary(m);
  return boundary > 0 && boundary <= (uint32_t)g->end_default / 2 &&
         m->format.boundary_set == (m->format.layer_boundary != 0) &&
         ((uint32_t)m->leadout_max == 2 * boundary ||
          (uint32_t)m->leadout_max == 2 * boundary - PARTIAL_LEADOUT);
}

/* ===} */
