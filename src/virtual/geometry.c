/* geometry.c: the table of the distances and limits of all kinds of discs:
   those of the Orange Book and of ECMA-349 (DVD+R), of DVD-R and -RW, and of
   the BDA as MMC-6 shows them to a host. */
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
    .lead_in = 4500 + VPREGAP, .beyond = 2 * 60 * 75, .sessions = VTRACKS,     \
    .tracks = VTRACKS, .tracks_open = VTRACKS, .audio = true                   \
  }

/* ECC blocks of 16; a run-in before each fragment but a session's first; 1024
   blocks each of closure, which ends a session, and intro, which begins one:
   where no intro and one ECC block fit any more the disc is at its end. */
#define PLUS_R(called, blocks)                                                 \
  .name = called, .end_most = blocks, .end_default = blocks, .unit = 16,       \
  .track_min = 16, .gap = 16, .first_gap = 2048, .later_gap = 2048,            \
  .lead_in = 1024, .room_min = 16, .tracks = VTRACKS_MAX, .tracks_open = 16,   \
  .fragments = true

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

/* Clusters of 32; tracks and sessions follow each other without a gap. A real
   one has room for 7927 tracks. */
#define BD_R(called, blocks, spare_clusters)                                   \
  {                                                                            \
    .name = called, .end_least = (blocks)-32 * (spare_clusters),               \
    .end_most = blocks, .end_default = blocks, .unit = 32, .track_min = 32,    \
    .sessions = VSESSIONS_MAX, .tracks = VTRACKS_MAX,                          \
    .tracks_open = VTRACKS_MAX, .fragments = true, .apart = true,              \
    .unfilled = true, .formats = true, .good_format = vsrm_good_format         \
  }

static bool good_boundary(const struct vmedium *m) {
  const struct vgeometry *g = vgeometry(m->kind);
  uint32_t boundary = vmedium_boundary(m);
  return boundary > 0 && boundary <= (uint32_t)g->end_default / 2 &&
         m->format.boundary_set == (m->format.layer_boundary != 0) &&
         ((uint32_t)m->leadout_max == 2 * boundary ||
          (uint32_t)m->leadout_max == 2 * boundary - VPARTIAL_LEADOUT);
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
      .good_format = vrzone_good_format,
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
      .good_format = vrestricted_good_format,
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
