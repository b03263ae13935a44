/* write_mode.h: a way of writing discs: a struct of functions, one file for
   each (cd_tao.c, ...), chosen from medium and job by the one table in
   write_mode.c. What else depends on the kind of disc is in tables: profile.c,
   medium_ways.c, format.c, media_id.c. */
#ifndef DISCRECORDER_WRITE_MODE_H
#define DISCRECORDER_WRITE_MODE_H

#include "../recorder/closing.h"
#include "plan.h"

struct burn;
struct sequence;

struct write_mode {
  const char *name;       /* "tao", as in a job and a report */
  enum burn_mode request; /* what asks for it besides "auto" */
  enum medium_way way;    /* what the drive must be able to do with the disc */
  const struct sequence *sequence; /* of those that sequence.c writes */
  unsigned unit; /* blocks, 1 to 32, a power of two: every WRITE begins and ends
                    at a multiple; 'plan' has counted the zeros */
  bool without_pause; /* from the first track's first block to the last one's */
  /* Lay the tracks out on the medium, or say why they do not fit. */
  bool (*plan)(const struct burn_spec *spec,
               const struct medium *medium,
               struct plan *plan,
               struct failure *f);
  /* Once, before the first track: calibrate. */
  bool (*prepare)(struct burn *b, struct failure *f);
  /* Before each track: settings; where will the first block go? */
  bool (*open_track)(struct burn *b,
                     unsigned index,
                     int32_t *start,
                     struct failure *f);
  /* Before the first block of the first track, once the disc was found to be
     the same; NULL: nothing. */
  bool (*write_lead_in)(struct burn *b, struct failure *f);
  bool (*write)(struct burn *b,
                int32_t lba,
                unsigned blocks,
                const void *data,
                struct failure *f);
  bool (*close_track)(struct burn *b, unsigned index, struct failure *f);
  bool (*close_session)(struct burn *b, struct failure *f);
  /* Outside a burn, for `finish`: the same, whatever began the session. NULL
     where 'sequence' knows it. */
  bool (*end_session)(struct recorder *r,
                      bool keep_open,
                      const struct ready_watch *watch,
                      struct failure *f);
  /* After a failure or a cancel: leave a disc that tells the truth. */
  void (*recover)(struct burn *b);
};

/* How many blocks of zeros make a multiple of a mode's unit of these. */
static inline uint32_t blocks_to_unit(uint32_t blocks, unsigned unit) {
  return (unit - blocks % unit) % unit;
}

/* NULL: the failure says what this medium or this job lacks. */
const struct write_mode *choose_write_mode(const struct burn_spec *spec,
                                           const struct medium *medium,
                                           struct failure *f);

/* How a disc with this profile is ended; NULL: it cannot be written. */
const struct write_mode *write_mode_of(uint16_t profile);

extern const struct write_mode cd_tao_mode, cd_sao_mode;
extern const struct write_mode dvd_plus_r_mode;
extern const struct write_mode dvd_incremental_mode, dvd_dao_mode;
extern const struct write_mode dvd_rw_overwrite_mode, dvd_plus_rw_mode;
extern const struct write_mode dvd_ram_mode, bd_re_mode;
extern const struct write_mode bd_r_mode;

/* What the drive has of a WRITE that failed: all of it (1), nothing (0), or who
   knows (-1). For modes that write at the next writable address of the
   invisible track. */
int write_taken(struct burn *b, int32_t lba, unsigned blocks);
/* WRITE, and one that took too long is looked after (overdue.c). For the same
   modes. */
bool write_and_look(struct burn *b,
                    int32_t lba,
                    unsigned blocks,
                    const void *data,
                    struct failure *f);
/* SEND OPC; one that the drive refuses is no failure (drives.md 5). */
bool calibrate_and_wait(struct burn *b, struct failure *f);
/* The failure disc_full: so many blocks more than are free. */
bool disc_too_small(uint64_t need, uint32_t free_blocks, struct failure *f);

#endif
