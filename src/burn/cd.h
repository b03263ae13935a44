/* cd.h: what the write modes of CDs have in common (cd_tao.c, cd_sao.c). */
#ifndef DISCRECORDER_CD_H
#define DISCRECORDER_CD_H

#include "write_mode.h"

#define CD_TRACKS_MAX 99
#define CD_BLOCKS_MAX 449850 /* 99:59:74 */
#define CD_TRACK_MIN 300     /* blocks; Red Book: four seconds */
#define CD_PREGAP 150        /* blocks; the same: two seconds */
#define CD_RUN_OUT 2         /* blocks after a TAO track that cannot be read */
/* Zeros after data: they keep read-ahead out of the run-out, and are the
   post-gap that ECMA-130 20.2 wants. */
#define CD_DATA_PAD 150

/* Zeros after a track: up to its least length, and after data CD_DATA_PAD where
   'generous'. */
uint32_t cd_padding(const struct burn_track *t, uint32_t blocks, bool generous);
/* What is left for a next session, behind this one's lead-out. */
uint32_t cd_left_after(const struct medium *medium, uint32_t used);

/* False: the job asks for what only a CD has, and this is none. */
bool cd_features_unused(const struct burn_spec *spec,
                        const struct medium *medium,
                        struct failure *f);
/* The first thing that a job asks for and that only session-at-once has, as a
   phrase; the number of its track goes to 'track' (0: the disc's). NULL: there
   is none. */
const char *cd_needs_session_at_once(const struct burn_spec *spec,
                                     unsigned *track);
/* More tracks than there can be; or a disc with no room for 'need' blocks where
   'room' are, unless the job says overburn: then a warning. */
bool cd_check_room(const struct burn_spec *spec,
                   const struct medium *medium,
                   uint64_t need,
                   uint32_t room,
                   struct plan *plan,
                   struct failure *f);

/* Warn of tracks that silence or zeros make four seconds long. */
void cd_warn_short(const struct burn_spec *spec, struct plan *plan);

enum cd_data_block {
  CD_BLOCK_RAW = 0, /* audio; and a session at once, whose sheet says more */
  CD_BLOCK_TEXT = 3,
  CD_BLOCK_MODE_1 = 8,
  CD_BLOCK_FORM_1 = 10 /* mode 2 */
};

/* Mode page 05h for a session at once; for one track of the job, at once. */
bool cd_set_session_page(struct burn *b,
                         enum cd_data_block block,
                         bool test,
                         struct failure *f);
bool cd_set_track_page(struct burn *b,
                       const struct burn_track *t,
                       bool test,
                       struct failure *f);
/* For `finish`, and after a failure: end what is open, and close the session.
 */
bool cd_end_session(struct recorder *r,
                    bool keep_open,
                    const struct ready_watch *watch,
                    struct failure *f);
/* After a failed burn, and its flush: end the track that is open and close the
   session, with a next one allowed. */
void cd_leave_in_order(struct burn *b);

#endif
