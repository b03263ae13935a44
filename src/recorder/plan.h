/* plan.h: what a burn would do to a medium, counted to the block, or why it
   cannot be: pure arithmetic on what the medium said and what the job asks. */
#ifndef DISCRECORDER_PLAN_H
#define DISCRECORDER_PLAN_H

#include "../source/source.h"
#include "medium.h"

#define BURN_TRACKS_MAX 99

/* A warning goes to the report, as {code, message}. */
struct warning {
  const char *code; /* a literal */
  char message[200];
};

#define WARNINGS_MAX 16

struct warnings {
  unsigned count;
  struct warning list[WARNINGS_MAX];
};

void warn(struct warnings *w, const char *code, const char *format, ...)
  __attribute__((format(printf, 3, 4)));

enum burn_mode {
  MODE_AUTO,
  MODE_TAO,
  MODE_SAO,
  MODE_INCREMENTAL,
  MODE_DAO,
  MODE_OVERWRITE
};

struct burn_track {
  struct source *source; /* counted, by whoever holds the spec; may be NULL in
                            a plan alone */
  int64_t length;        /* bytes, or -1: unknown */
  bool stream;           /* zeros fill its last block */
  bool placed;           /* 'start' counts: where blocks can be overwritten */
  int32_t start;
};

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
  struct burn_expect expect;
};

struct plan_track {
  int32_t start;
  uint32_t blocks;  /* the source's */
  uint32_t padding; /* zeros after them */
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
  uint32_t used;           /* of the medium, with gaps and run-outs */
  bool needs_preparation;  /* erasing or formatting: as_needed.h */
  uint32_t capacity_after; /* free blocks that are left in this session */
  struct warnings warnings;
};

/* Bytes for the ring where nobody says: memory that is touched for the first
   time costs more than the bytes that go through it, so a short job gets a
   short ring, and never more than it fills. */
size_t plan_buffer(const struct burn_spec *spec);

bool plan_make(const struct burn_spec *spec,
               const struct medium *medium,
               struct plan *plan,
               struct failure *f);

#endif
