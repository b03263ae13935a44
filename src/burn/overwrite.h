/* overwrite.h: what the discs have in common whose blocks can be written in any
   order (drives.md 10): DVD+RW, DVD-RAM, BD-RE, DVD-RW formatted for it. */
#ifndef DISCRECORDER_OVERWRITE_H
#define DISCRECORDER_OVERWRITE_H

#include "burn.h"
#include "write_mode.h"

/* Functions of a write_mode. */
bool overwrite_plan(const struct burn_spec *spec,
                    const struct medium *medium,
                    struct plan *plan,
                    struct failure *f);
bool overwrite_open_track(struct burn *b,
                          unsigned index,
                          int32_t *start,
                          struct failure *f);
/* As a stream too, where that is asked for. */
bool overwrite_write(struct burn *b,
                     int32_t lba,
                     unsigned blocks,
                     const void *data,
                     struct failure *f);
bool overwrite_close_track(struct burn *b, unsigned index, struct failure *f);
/* By the mode's own `end_session`. */
bool overwrite_close_session(struct burn *b, struct failure *f);
void overwrite_recover(struct burn *b);

/* Of a mode that is one of them; the rest follows. */
#define OVERWRITING(blocks)                                                    \
  .name = "overwrite", .request = MODE_OVERWRITE, .way = WAY_OVERWRITE,        \
  .unit = blocks, .write = overwrite_write,                                    \
  .close_track = overwrite_close_track,                                        \
  .close_session = overwrite_close_session, .recover = overwrite_recover

#endif
