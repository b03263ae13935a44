/* burn.h: the write engine: a job that writes tracks from sources, closes, asks
   the medium again and reads it back. docs/engine.md describes it. */
#ifndef DISCRECORDER_BURN_H
#define DISCRECORDER_BURN_H

#include "feed.h"
#include "../recorder/job.h"
#include "../reading/marks.h"
#include "write_mode.h"

struct burn_written {
  int32_t start;
  uint32_t blocks;  /* the source's, that the drive took */
  uint32_t padding; /* zeros that it took after them */
  uint32_t pregap;  /* blocks that it took before them */
  bool pregap_hashed;
  uint8_t pregap_sha256[DIGEST_SIZE]; /* of what the job had for it */
  bool hashed;    /* all of it was taken from the ring: what follows counts */
  uint64_t bytes; /* of the blocks; zeros fill the last one */
  uint8_t sha256[DIGEST_SIZE];
};

struct burn_readback {
  uint32_t blocks;
  bool hashed;
  uint8_t sha256[DIGEST_SIZE];
  int64_t first_bad;  /* LBA, or -1 */
  unsigned bad_range; /* blocks from there on among which the bad one is */
  bool audio;
  int32_t offset;  /* frames after its place where the drive gives it */
  uint32_t unread; /* frames at its ends that the drive cannot give then */
  bool pregap_hashed;
  uint8_t pregap_sha256[DIGEST_SIZE];
  char name[512]; /* of the file it belongs to, or "" */
};

enum burn_phase {
  PHASE_PREPARE,
  PHASE_WRITE,
  PHASE_CLOSE,
  PHASE_CHECK,
  PHASE_READ,
  PHASE_COUNT
};

extern const char *const burn_phase_names[PHASE_COUNT];

struct burn_report {
  const char *mode;
  unsigned track_count; /* tracks that were begun */
  struct burn_written tracks[BURN_TRACKS_MAX];
  unsigned read_count;
  struct burn_readback readback[BURN_TRACKS_MAX];
  const char
    *method; /* "reload", "fua", "flush"; NULL: nothing was read back */
  bool verified;
  bool has_medium; /* asked again after the burn */
  struct medium medium;
  double seconds[PHASE_COUNT]; /* by the drive's clock */
  struct warnings warnings;
};

/*
** The job's thread takes from the feed, which others may share, and feeds the
** drive. All but the feed is the job's thread's own until the job is done.
*/
struct burn {
  struct job job; /* first */
  struct burn_spec spec;
  struct medium medium; /* before */
  struct plan plan;
  struct burn_report report;
  struct feed *feed; /* counted; it has the sources' references, too */
  unsigned index;    /* of this burn in the feed */
  struct marks marks[BURN_TRACKS_MAX];
  uint64_t written; /* blocks, for progress */
  unsigned block;   /* bytes of one, of what is being written */
  unsigned sent;    /* the same as the drive takes it */
  uint8_t *sectors; /* where mode 2 is made of the ring's blocks; or NULL */
  int32_t next;     /* where the next one goes */
  unsigned part;    /* of the feed, that is being written */
  bool gap_told;    /* that the drive makes other pauses than was asked */
};

/* Burn 'index' of a feed of the same tracks. What the spec leaves open is as
   the recorder's properties say. After a failure the feed has lost a burn. */
struct burn *burn_new(struct recorder *r,
                      const struct burn_spec *spec,
                      struct feed *feed,
                      unsigned index,
                      struct failure *f);

/* writing.c */
bool burn_write_tracks(struct burn *b, struct failure *f);

/* expected.c: wrong_disc, unless it is the one that the job names. */
bool burn_check_expected(struct burn *b, struct failure *f);

/* open_ended.c: for a track without a length, and true for others: before its
   first block; is there room for so many more? After its last one: the plan as
   it would have been had the length been known. */
bool open_ended_begin(struct burn *b, unsigned index, struct failure *f);
bool open_ended_fits(const struct burn *b,
                     unsigned index,
                     unsigned blocks,
                     struct failure *f);
bool open_ended_plan(struct burn *b, unsigned index, struct failure *f);

/* recheck.c, proof.c: the medium asked again, and read back. */
bool burn_check_medium(struct burn *b, struct failure *f);
/* cd_codes.c: does a CD have the CD-TEXT, catalogue number and ISRCs that were
   written? True of other discs. */
bool cd_check_codes(struct burn *b, struct failure *f);
bool burn_read_back(struct burn *b, struct failure *f);

#endif
