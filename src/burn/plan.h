/* plan.h: what a burn would do to a medium, counted to the block, or why it
   cannot be: pure arithmetic on what the medium said and what the job asks. */
#ifndef DISCRECORDER_PLAN_H
#define DISCRECORDER_PLAN_H

#include "../mode_2.h"
#include "../source/source.h"
#include "../recorder/medium.h"
#include "../recorder/warnings.h"

#define BURN_TRACKS_MAX 99
#define BURN_INDEXES_MAX 98 /* from 2 on */
#define ISRC_LENGTH 12
#define MCN_LENGTH 13
#define TEXT_PACK 18 /* bytes of a pack of CD-TEXT */
#define TEXT_PACKS_MAX 2048

enum burn_mode {
  MODE_AUTO,
  MODE_TAO,
  MODE_SAO,
  MODE_INCREMENTAL,
  MODE_DAO,
  MODE_OVERWRITE
};

/* Bits of a track's control in sub-channel Q (MMC-6 4.2.3.2.2). */
enum track_control {
  CONTROL_PRE_EMPHASIS = 1,
  CONTROL_COPY = 2,
  CONTROL_DATA = 4,
  CONTROL_FOUR_CHANNELS = 8
};

struct burn_track {
  struct source *source; /* counted, by whoever holds the spec; may be NULL in
                            a plan alone */
  int64_t length;        /* bytes, or -1: unknown */
  bool stream;           /* zeros fill its last block */
  bool placed;           /* 'start' counts: where blocks can be overwritten */
  int32_t start;
  bool audio;      /* CD-DA: blocks of 2352 bytes, zeros fill the last one */
  bool mode_2;     /* data of CD-ROM XA: form 1, unless ... */
  bool sectors;    /* its blocks are whole sectors of 2352 bytes, whose
                      subheaders say their forms (mode_2.h) */
  uint8_t control; /* enum track_control */
  bool copied;     /* SCMS: it is a copy already */
  char isrc[ISRC_LENGTH + 1]; /* or "" */
  bool has_place; /* of a CD: where it has to begin, or it is refused */
  int32_t place;
  bool has_padding; /* of a CD: so many zeros after it, and no more */
  uint32_t padding;
  /* What comes before index 1: silence, or what this source has (counted, too).
   */
  bool has_pregap;
  uint32_t pregap; /* blocks, of silence */
  struct source *pregap_source;
  int64_t pregap_length; /* bytes, whole blocks */
  unsigned index_count;  /* blocks after index 1 at which 2, 3, ... begin */
  uint32_t indexes[BURN_INDEXES_MAX];
};

static inline unsigned track_block(const struct burn_track *t) {
  return t->audio || t->sectors ? SOURCE_RAW_BLOCK : SOURCE_BLOCK;
}

/* Do both have blocks of one kind: audio, mode 1, mode 2? */
static inline bool track_alike(const struct burn_track *t,
                               const struct burn_track *other) {
  return t->audio == other->audio && t->mode_2 == other->mode_2;
}

/* The disc that the job was made for: as it was looked at, and one block of it
   besides, since discs of one batch may look alike. */
struct burn_expect {
  bool on, has_block;
  struct medium_mark mark;
  int32_t lba;
  uint8_t block[SOURCE_BLOCK];
};

struct burn_spec {
  unsigned track_count;
  struct burn_track tracks[BURN_TRACKS_MAX];
  enum burn_mode mode;
  bool keep_open, simulate, verify, underrun_free;
  bool stream;         /* WRITE(12) with Streaming, where that is known */
  bool as_needed;      /* erase, format or overwrite what is there */
  bool append;         /* a disc that has sessions will do, and gets one more */
  uint32_t speed;      /* kB/s; 0: as fast as it goes */
  uint32_t read_speed; /* the same, of reading back */
  size_t buffer;       /* bytes of the ring */
  size_t packet;       /* bytes of a WRITE or READ at most; 0: as many as go */
  unsigned audio_gap;  /* blocks between TAO tracks, where the drive asks */
  bool overburn;       /* past what a CD says is its end */
  char mcn[MCN_LENGTH + 1]; /* of a CD, or "" */
  unsigned text_packs;      /* CD-TEXT, for the lead-in */
  uint8_t text[TEXT_PACKS_MAX * TEXT_PACK];
  struct burn_expect expect;
};

struct plan_track {
  int32_t start;
  uint32_t blocks;  /* the source's */
  uint32_t padding; /* zeros after them */
  uint32_t pregap;  /* blocks before them that are sent, too */
  bool open_ended;  /* its source names no length: then both are 0 here */
  uint32_t room;    /* of one that is: blocks that it may have */
};

struct write_mode;

struct plan {
  const struct write_mode *mode;
  unsigned track_count;
  struct plan_track tracks[BURN_TRACKS_MAX];
  uint32_t blocks;         /* the sources', all together */
  uint32_t padding;        /* zeros, all together */
  uint32_t pregaps;        /* the same of pregaps that are sent */
  uint32_t used;           /* of the medium, with gaps and run-outs */
  bool needs_preparation;  /* erasing or formatting: as_needed.h */
  uint32_t capacity_after; /* free blocks that are left in this session */
  struct warnings warnings;
};

/* Bytes for the ring where nobody says: memory that is touched for the first
   time costs more than the bytes that go through it, so a short job gets a
   short ring, and never more than it fills. */
size_t plan_buffer(const struct burn_spec *spec);

bool plan_has_audio(const struct burn_spec *spec);
bool plan_has_mode_2(const struct burn_spec *spec);
/* Are there blocks of 2352 bytes? */
bool plan_has_raw(const struct burn_spec *spec);

bool plan_make(const struct burn_spec *spec,
               const struct medium *medium,
               struct plan *plan,
               struct failure *f);

#endif
