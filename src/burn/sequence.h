/* sequence.h: what discs have in common that are written in sequence, in whole
   ECC blocks, one track a session: DVD-R, DVD-RW, DVD+R, BD-R (drives.md 6). A
   write mode of theirs is a struct sequence and these functions. */
#ifndef DISCRECORDER_SEQUENCE_H
#define DISCRECORDER_SEQUENCE_H

#include "burn.h"
#include "write_mode.h"

struct sequence {
  /* Blocks between a session that ends at 'end' and the next one. */
  uint32_t (*border)(const struct medium *m, int32_t end);
  /* What finalises the last session, as it is tried; then 0. */
  enum mmc_close finalise[3];
  /* The same where that session is closed already; 0: the same function. */
  enum mmc_close finalise_closed;
  /* Mode page 05h, where it has a say: before anything, before the track, and
     before a close. NULL: none. */
  bool (*set_page)(struct recorder *r,
                   const struct burn *b, /* NULL: outside a burn */
                   bool keep_open,
                   struct failure *f);
  /* Once, before all else: NULL: nothing. */
  bool (*prepare)(struct burn *b, struct failure *f);
};

/* The track that the next WRITE goes on with. */
bool sequence_next_track(struct recorder *r,
                         uint16_t profile,
                         struct mmc_track *t,
                         struct failure *f);

/* The functions of a struct write_mode. */
bool sequence_plan(const struct burn_spec *spec,
                   const struct medium *medium,
                   struct plan *plan,
                   struct failure *f);
bool sequence_prepare(struct burn *b, struct failure *f);
bool sequence_open_track(struct burn *b,
                         unsigned index,
                         int32_t *start,
                         struct failure *f);
bool sequence_close_track(struct burn *b, unsigned index, struct failure *f);
bool sequence_close_session(struct burn *b, struct failure *f);
/* Outside a burn: whatever the last session is like. */
bool sequence_end_session(const struct sequence *how,
                          struct recorder *r,
                          bool keep_open,
                          const struct ready_watch *watch,
                          struct failure *f);
void sequence_recover(struct burn *b);

/* Of a mode that is one of them; the rest follows. */
#define IN_SEQUENCE(how)                                                       \
  .request = MODE_INCREMENTAL, .sequence = how, .prepare = sequence_prepare,   \
  .open_track = sequence_open_track, .write = write_and_look,                  \
  .close_track = sequence_close_track,                                         \
  .close_session = sequence_close_session, .recover = sequence_recover

/* Also for disc-at-once: one track, whole ECC blocks, no more than 'room'
   blocks. Fills in the only track of the plan. */
bool sequence_fits(const struct medium *medium,
                   uint32_t room,
                   struct plan *plan,
                   struct failure *f);

#endif
