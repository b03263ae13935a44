/* dvd_minus.h: what both ways of writing DVD-R and DVD-RW share. */
#ifndef DISCRECORDER_DVD_MINUS_H
#define DISCRECORDER_DVD_MINUS_H

#include "sequence.h"

/* Mode page 05h for DVD-R and DVD-RW. 'b' may be NULL. */
bool dvd_minus_set_page(struct recorder *r,
                        const struct burn *b,
                        enum mmc_write_type type,
                        bool keep_open,
                        struct failure *f);
bool dvd_minus_calibrate(struct burn *b, struct failure *f);

#endif
