/* medium.h: what is recorded on a disc: sessions and tracks, as numbers. Pure
   data and arithmetic: no file, no drive, no packets. */
#ifndef DISCRECORDER_VIRTUAL_MEDIUM_H
#define DISCRECORDER_VIRTUAL_MEDIUM_H

#include <stdbool.h>
#include <stdint.h>

#define VBLOCK 2048u    /* user bytes of a mode-1 sector */
#define VRUNOUT 2u      /* blocks after a track written track-at-once */
#define VPREGAP 150u    /* blocks before each track */
#define VTRACK_MIN 300u /* four seconds: the shortest track of a CD */
#define VTRACKS 99u

enum vkind { VKIND_CD_R = 1, VKIND_CD_RW = 2 };

enum vtrack_state { VTRACK_RESERVED, VTRACK_OPEN, VTRACK_COMPLETE };

/* Blocks start .. start + blocks - 1 are recorded, 'runout' blocks after them
   cannot be read. A reserved track holds 'reserved' blocks of room. An open
   track is damaged unless somebody is recording it right now. */
struct vtrack {
  uint8_t number, session;
  uint8_t state; /* enum vtrack_state */
  bool damaged;
  bool was_reserved;
  uint8_t control;    /* Q sub-channel: 4 is data */
  uint8_t data_mode;  /* 1 */
  uint8_t block_type; /* as in mode page 05h: 8 is mode 1, 2048 bytes */
  int32_t start;
  uint32_t blocks, runout, reserved;
};

/* A session begins with its first track. */
struct vsession {
  uint8_t number;
  bool closed;
  bool next_allowed; /* closed so that another session may follow */
  uint8_t format;    /* 00 CD-ROM or CD-DA, 10h CD-I, 20h XA */
  int32_t leadout;   /* once it is closed */
};

struct vmedium {
  uint8_t kind; /* enum vkind */
  bool finalised;
  bool blanking;       /* begun and not ended: nothing on it can be trusted */
  int32_t leadout_max; /* the last possible start of a lead-out */
  unsigned nsessions, ntracks;
  struct vsession sessions[VTRACKS];
  struct vtrack tracks[VTRACKS];
};

/* Room for the next track. */
struct vspace {
  uint8_t number, session;
  int32_t start;
  uint32_t free;
};

void vmedium_blank(struct vmedium *m, enum vkind kind, int32_t leadout_max);
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
/* The open track, or NULL. */
struct vtrack *vmedium_open_track(struct vmedium *m);
bool vmedium_damaged(const struct vmedium *m);

/* Where a session that follows 's' has its first track. */
int32_t vsession_next_start(const struct vsession *s);
/* Blocks of a track with run-out, or with the room reserved for it. */
uint32_t vtrack_extent(const struct vtrack *t);

/* Where one more track would be, even if there is no room for it (0 free).
   False: nowhere. */
bool vmedium_next(const struct vmedium *m, struct vspace *s);
/* Room for one more track. False: there is none, for whatever reason. */
bool vmedium_space(const struct vmedium *m, struct vspace *s);
/* Make the track that 's' has room for, and its session if it is the first. */
struct vtrack *vmedium_add_track(struct vmedium *m, const struct vspace *s);
void vmedium_close_session(struct vmedium *m, uint8_t format, bool next);

#endif
