/* medium.h: what is in the drive: one state and the facts behind it, derived
   from the drive's replies as drives.md 3 says. Replies are never trusted: what
   is short, contradictory or absurd is a failure, disc_info. */
#ifndef DISCRECORDER_MEDIUM_H
#define DISCRECORDER_MEDIUM_H

#include "profile.h"
#include "recorder.h"

enum medium_state {
  MEDIUM_NONE,
  MEDIUM_BLANK,
  MEDIUM_APPENDABLE,
  MEDIUM_COMPLETE,
  MEDIUM_OVERWRITABLE,
  MEDIUM_UNFORMATTED,
  MEDIUM_DAMAGED,
  MEDIUM_UNSUPPORTED
};

extern const char *const medium_state_names[];

/* Red Book: 99 tracks. A DVD+R has 152 sessions and 16 open fragments at most,
   a DVD-R, which may have the most of all that has tracks like these, 2302. */
#define MEDIUM_CD_TRACKS_MAX 99
#define MEDIUM_TRACKS_MAX 2302

/* Ways in which this drive can write this disc now: by its features. */
enum medium_way {
  WAY_TAO = 1 << 0,         /* 2Dh */
  WAY_INCREMENTAL = 1 << 1, /* 21h, DVD-R and DVD-RW */
  WAY_DAO = 1 << 2,         /* 2Fh */
  WAY_PLUS_R = 1 << 3,      /* 2Bh, 3Bh */
  WAY_OVERWRITE = 1 << 4,   /* 20h, 26h, 2Ah, 2Ch, and BD-RE */
  WAY_BD_R = 1 << 5,        /* 41h */
  WAY_SAO = 1 << 6          /* 2Eh, CDs */
};

#define MEDIA_ID_SIZE 40

/* Blocks that a drive writes at once: an ECC block of a DVD, a BD's cluster. */
#define DVD_ECC_BLOCK 16
#define BD_CLUSTER 32

/* No CD, DVD or BD reaches beyond 2^27 blocks; a number outside is nonsense. */
#define MEDIUM_ADDRESS_MAX (INT32_C(1) << 27)

struct medium_track {
  uint16_t number, session;
  bool data, open, damaged, reserved;
  bool incremental; /* written in packets */
  bool has_last;
  bool copied;       /* audio: a copy already (SCMS) */
  uint8_t control;   /* enum track_control */
  uint8_t data_mode; /* of data: 1, 2; other: the drive does not say */
  int32_t start;
  uint32_t blocks; /* as the drive tells it: run-out included */
  uint32_t size;   /* of one that is open: with what is still free */
  uint32_t free_blocks;
  int32_t last; /* last recorded address */
};

struct medium {
  enum medium_state state;
  uint16_t profile;
  bool erasable;
  bool calibrated; /* the disc keeps a calibration of this drive's power */
  uint8_t disc_type;
  uint8_t last_session; /* READ DISC INFORMATION's: 0 empty .. 3 complete */
  unsigned next_track;  /* what writing would open or go on with; 0: nothing */
  unsigned sessions;    /* closed ones */
  unsigned track_count;
  struct medium_track tracks[MEDIUM_TRACKS_MAX];
  bool has_nwa;
  int32_t next_writable;
  uint32_t free_blocks;
  uint32_t capacity_blocks;
  uint32_t readable_blocks;       /* READ CAPACITY's; 0 also: it did not say */
  unsigned ways;                  /* enum medium_way: can it be written so? */
  bool test_write, underrun_free; /* for this medium, now */
  bool stream;                    /* WRITE(12) with Streaming */
  bool pseudo_overwrite;          /* a BD-R formatted for it */
  bool write_protected;
  bool formattable;
  struct mmc_formats formats; /* of one that is formattable */
  uint8_t
    background_format; /* DVD+RW: 0 none, suspended, running, 3 complete */
  char media_id[MEDIA_ID_SIZE]; /* who made it, as media_id.c tells it */
  bool has_book;
  uint8_t book; /* of a DVD: book type and part version (MMC-6 6.22.3.2.1) */
  struct mmc_speeds speeds;
};

/* What a disc is known by again, and what changes when it is written to. */
struct medium_mark {
  enum medium_state state;
  uint16_t profile;
  unsigned sessions;
  bool has_nwa;
  int32_t next_writable;
  uint32_t free_blocks;
  char media_id[MEDIA_ID_SIZE];
};

/* expected.c: that of a medium. */
struct medium_mark medium_mark(const struct medium *m);

/* The caller holds the drive. No disc is no failure: MEDIUM_NONE. */
bool medium_read(struct recorder *r, struct medium *out, struct failure *f);
/* The same for a job: a drive that is not ready yet is waited for as the watch
   says, which may be NULL. */
bool medium_read_watched(struct recorder *r,
                         const struct ready_watch *watch,
                         struct medium *out,
                         struct failure *f);

/* wrong_disc when the drive has told of another one since it was looked at:
   asked before anything is done to it for good. */
bool medium_check_same(struct recorder *r, struct failure *f);

/* Blocks of a format that the drive offers for it; 0: it does not. */
uint32_t medium_format_blocks(const struct medium *m,
                              enum mmc_format_type type);

/* === between the files that ask === */

bool medium_nonsense(struct failure *f, const char *what);
/* medium_ways.c: profile and ways; and is the disc protected? */
void medium_take_configuration(struct medium *out,
                               const struct mmc_configuration *c);
void medium_read_protection(struct recorder *r, struct medium *out);
/* medium_tracks.c */
bool medium_read_tracks(struct recorder *r,
                        struct medium *out,
                        const struct mmc_disc *disc,
                        struct failure *f);
bool medium_read_next_writable(struct recorder *r,
                               struct medium *out,
                               unsigned last_track,
                               struct failure *f);
/* media_id.c: as far as the drive tells; on CDs the size too, on DVDs the book
   type. */
void medium_read_id(struct recorder *r, struct medium *out);
/* old_drive.c: what GET CONFIGURATION would say of the medium. */
bool medium_infer(struct recorder *r, struct medium *out, struct failure *f);

#endif
