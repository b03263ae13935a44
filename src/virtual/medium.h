/* medium.h: what is recorded on a disc: sessions and tracks, as numbers. Pure
   data and arithmetic: no file, no drive, no packets. */
#ifndef DISCRECORDER_VIRTUAL_MEDIUM_H
#define DISCRECORDER_VIRTUAL_MEDIUM_H

#include <stdbool.h>
#include <stdint.h>

#define VBLOCK 2048u     /* user bytes of a sector */
#define VBLOCK_RAW 2352u /* ... of audio; of any sector, all of it */
#define VBLOCK_SUBCHANNEL 96u
#define VRUNOUT 2u        /* blocks after a track written track-at-once */
#define VPREGAP 150u      /* blocks before each track of a CD */
#define VPAUSE_MAX 225u   /* of those between tracks of audio */
#define VTRACK_MIN 300u   /* four seconds: the shortest track of a CD */
#define VTRACKS 99u       /* of a CD */
#define VTRACKS_MAX 168u  /* of any disc: 152 sessions and 16 fragments */
#define VINDEXES_MAX 512u /* of a disc, from index 2 on */
#define VMCN_LEN 13u
#define VISRC_LEN 12u
#define VSESSIONS_MAX 153u       /* of any disc */
#define VPARTIAL_LEADOUT 0x30000 /* blocks of an extended one, on layer 1 */

/* Numbers of the disc file. */
enum vkind {
  VKIND_CD_R = 1,
  VKIND_CD_RW,
  VKIND_DVD_PLUS_R,
  VKIND_DVD_PLUS_R_DL,
  VKIND_DVD_R,
  VKIND_DVD_R_DL,
  VKIND_DVD_RW,
  VKIND_DVD_PLUS_RW,
  VKIND_DVD_RAM,
  VKIND_BD_R,
  VKIND_BD_R_DL,
  VKIND_BD_R_TL,
  VKIND_BD_R_QL,
  VKIND_BD_RE,
  VKIND_BD_RE_DL,
  VKIND_BD_RE_TL,
  VKIND_COUNT
};

struct vmedium;

/* Blocks between two sessions, where that depends on where the first of them
   ends: at less than 'below'. */
struct vborder {
  int32_t below;
  uint32_t first, later; /* after the disc's first session; after later ones */
};

/* The distances and limits of a kind of disc. */
struct vgeometry {
  const char *name;                         /* "cd-r" */
  int32_t end_least, end_most, end_default; /* for vmedium.leadout_max */
  uint32_t unit;                 /* blocks that are recorded together */
  uint32_t track_min;            /* the shortest track */
  uint32_t runout;               /* blocks after a track that cannot be read */
  uint32_t gap;                  /* blocks between two tracks of a session */
  uint32_t first_gap, later_gap; /* blocks between two sessions */
  const struct vborder *borders; /* instead of these, ascending */
  int32_t first_least; /* the first session takes that much at least */
  int32_t beyond;      /* what is there behind the last possible lead-out */
  uint32_t tail;       /* blocks at the end that no track may be begun into */
  uint32_t lead_in; /* of them, those before the later session's first track */
  uint32_t compatible; /* LBA that old players want a disc to reach, or 0 */
  uint32_t room_min;   /* a session that leaves less than this is the last */
  unsigned sessions, tracks,
    tracks_open; /* most; the last: of an open session */
  /* Tracks of the open session are fragments: several may be unfinished, each
     goes on after a rest, and closing makes one track of them ... */
  bool fragments;
  bool apart;    /* ... unless they stay apart */
  bool unfilled; /* closing a track does not fill it up */
  /* Once formatted, each block can be written at any time: one closed session
     with one track, or nothing. */
  bool overwrite;
  uint32_t formatted; /* it comes formatted to so many blocks, or 0 */
  uint32_t spare;     /* spare blocks that it has whatever the format */
  /* There is more to tell than sessions and tracks: struct vformat counts. */
  bool formats;
  bool audio;    /* tracks may be of audio */
  bool opposite; /* two layers, recorded there and back */
  /* Can such a format be? NULL: whatever is within the disc. */
  bool (*good_format)(const struct vmedium *m);
};

enum vtrack_state { VTRACK_RESERVED, VTRACK_OPEN, VTRACK_COMPLETE };

/* Data block types of mode page 05h. A track of any of the last three is kept
   as VBLOCK_TYPE_MIXED: each of its sectors has a subheader of its own. */
enum vblock_type {
  VBLOCK_TYPE_AUDIO = 0,
  VBLOCK_TYPE_TEXT = 3, /* with R to W: some drives want it for CD-TEXT */
  VBLOCK_TYPE_MODE_1 = 8,
  VBLOCK_TYPE_FORM_1 = 10,           /* mode 2: 2048 bytes */
  VBLOCK_TYPE_FORM_1_SUBHEADER = 11, /* 8 and 2048 */
  VBLOCK_TYPE_FORM_2 = 12,           /* 2324 */
  VBLOCK_TYPE_MIXED = 13             /* 8 and 2324, of either form */
};

/* Blocks start .. start + blocks - 1 are recorded, 'runout' blocks after them
   cannot be read. A reserved track holds 'reserved' blocks of room. An open
   track is damaged unless it is at rest (fragments only: all of it is on the
   disc, and it may go on) or somebody is recording it right now. */
struct vtrack {
  uint8_t number, session;
  uint8_t state; /* enum vtrack_state */
  bool damaged;
  bool was_reserved;
  bool at_rest;
  uint8_t control;      /* Q sub-channel: 4 is data */
  uint8_t data_mode;    /* 1; CDs: also 2, and Fh, audio */
  uint8_t block_type;   /* enum vblock_type */
  uint8_t subheader[4]; /* VBLOCK_TYPE_FORM_1 */
  bool copied;          /* CDs: audio that is a copy (SCMS) */
  bool at_once; /* CDs: with its session; 'pregap' blocks before it are its
                   own, and recorded */
  uint32_t pregap;
  char isrc[VISRC_LEN + 1]; /* "": none */
  int32_t start;
  uint32_t blocks, runout, reserved;
};

static inline bool vtrack_is_audio(const struct vtrack *t) {
  return t->block_type == VBLOCK_TYPE_AUDIO;
}

/* Mode 2, and each sector says itself of which form it is. */
static inline bool vtrack_is_mixed(const struct vtrack *t) {
  return t->block_type == VBLOCK_TYPE_MIXED;
}

/* Where an index from 2 on begins. */
struct vindex {
  uint8_t track, index;
  int32_t lba;
};

/* A session begins with its first track. */
struct vsession {
  uint8_t number;
  bool closed;
  bool next_allowed; /* closed so that another session may follow */
  bool text;         /* its lead-in has CD-TEXT */
  uint8_t format;    /* 00 CD-ROM or CD-DA, 10h CD-I, 20h XA; 00 on others */
  int32_t leadout;   /* once it is closed */
};

/* How a disc of a kind with 'formats' is laid out. The numbers are within the
   disc; what they mean together is its family's. */
struct vformat {
  uint8_t type;            /* 0: not formatted, else VFORMAT(format type) */
  bool minimal;            /* minimally blanked */
  bool disc_at_once;       /* recorded so */
  bool background;         /* a format in the background is not finished */
  bool write_protected;    /* the medium, whatever drive it is in */
  bool boundary_set;       /* the layer boundary, by a host */
  bool pseudo_overwrite;   /* what is recorded may be recorded again */
  uint32_t capacity;       /* blocks for the user */
  uint32_t spare;          /* blocks that can replace others */
  uint32_t spare_used;     /* of them, taken */
  uint32_t layer_boundary; /* first block of layer 1, or 0 */
  uint32_t recorded;       /* formatted or recorded up to this block */
};

/* A format type of FORMAT UNIT as vformat.type has it. */
#define VFORMAT(type) ((type) + 1u)

struct vmedium {
  uint8_t kind; /* enum vkind */
  bool finalised;
  bool blanking;       /* begun and not ended: nothing on it can be trusted */
  int32_t leadout_max; /* the last possible start of a lead-out */
  unsigned nsessions, ntracks;
  struct vsession sessions[VSESSIONS_MAX];
  struct vtrack tracks[VTRACKS_MAX];
  struct vformat format;
  char mcn[VMCN_LEN + 1]; /* media catalogue number; "": none */
  unsigned nindexes;
  struct vindex indexes[VINDEXES_MAX]; /* ascending */
};

/* Room for the next track. */
struct vspace {
  uint8_t number, session;
  int32_t start;
  uint32_t free;
};

/* NULL: there is no such kind. */
const struct vgeometry *vgeometry(unsigned kind);
enum vkind vgeometry_kind(const char *name); /* 0: no such name */

/* As it was made: nothing on it, and formatted if it comes so. */
void vmedium_blank(struct vmedium *m, enum vkind kind, int32_t leadout_max);
/* Being formatted, or broken off in it: nothing on it can be trusted. */
void vmedium_unformat(struct vmedium *m);
/* Lay out a disc that can be overwritten: all of it one track. */
void vmedium_lay_out(struct vmedium *m,
                     unsigned type,
                     uint32_t capacity,
                     uint32_t spare);
bool vmedium_is_blank(const struct vmedium *m);

/* The session that tracks are being added to, or NULL. */
struct vsession *vmedium_open_session(struct vmedium *m);
/* The last closed session, or NULL. */
const struct vsession *vmedium_closed(const struct vmedium *m);
/* Numbers of the first and last track of a session; false: it has none. */
bool vmedium_tracks_of(const struct vmedium *m,
                       unsigned session,
                       unsigned *first,
                       unsigned *last);
struct vtrack *vmedium_track(struct vmedium *m, unsigned number);
/* The track that a block lies in, run-out and reserved room included. */
struct vtrack *vmedium_track_at(struct vmedium *m, int32_t lba);
/* The open track that is not at rest, or NULL. */
struct vtrack *vmedium_open_track(struct vmedium *m);
bool vmedium_damaged(const struct vmedium *m);

/* Where no track goes beyond that is not the only one. */
int32_t vmedium_end(const struct vmedium *m);
/* Up to where the disc itself goes on: CDs two minutes behind the last possible
   lead-out, for drives that overburn. */
int32_t vmedium_reach(const struct vmedium *m);

/* Where a session that follows 's' has its first track. */
int32_t vsession_next_start(const struct vmedium *m, const struct vsession *s);
/* So many blocks and what fills up the last unit (ECC block, cluster). */
uint32_t vmedium_whole_units(const struct vmedium *m, uint32_t blocks);
/* Blocks of a track with run-out, or with the room reserved for it. */
uint32_t vtrack_extent(const struct vmedium *m, const struct vtrack *t);

/* Blocks before a track of a CD that are its own: the host's, or those that the
   drive made. */
uint32_t vtrack_pregap(const struct vmedium *m, const struct vtrack *t);

/* Where one more track would be, even if there is no room for it (0 free).
   False: nowhere. */
bool vmedium_next(const struct vmedium *m, struct vspace *s);
/* Room for one more track. False: there is none, for whatever reason. */
bool vmedium_space(const struct vmedium *m, struct vspace *s);
/* The same place so many blocks further on, or back. */
void vspace_move(const struct vmedium *m, struct vspace *s, int32_t by);
/* Make the track that 's' has room for, and its session if it is the first. It
   is one of data, mode 1, as all are but those of CDs. */
struct vtrack *vmedium_add_track(struct vmedium *m, const struct vspace *s);
void vmedium_close_session(struct vmedium *m, uint8_t format, bool next);
/* No session may follow those that are closed. */
void vmedium_finalise(struct vmedium *m);

/* Discs of two layers that are recorded there and back (opposite track path):
   the first block of layer 1, or 0; another one, before anything is recorded;
   and blocks at the end of layer 1 taken for a lead-out that old players need,
   while sessions may still follow. False: no room for it. */
uint32_t vmedium_boundary(const struct vmedium *m);
void vmedium_set_boundary(struct vmedium *m, uint32_t blocks);
bool vmedium_add_partial_leadout(struct vmedium *m);

/* code.c: of VMCN_LEN and VISRC_LEN characters. */
bool vcode_is_mcn(const char *s);
bool vcode_is_isrc(const char *s);

/* rzone_medium.c: vgeometry.good_format of DVD-R and of DVD-RW. */
bool vrzone_good_format(const struct vmedium *m);
bool vrestricted_good_format(const struct vmedium *m);

#endif
