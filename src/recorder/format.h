/* format.h: formatting: what a format is called, which of the drive's offers it
   stands for, and the doing. */
#ifndef DISCRECORDER_FORMAT_H
#define DISCRECORDER_FORMAT_H

#include "medium.h"

/* One of the drive's offers, as it is asked for. */
struct format_choice {
  struct mmc_format format;
  unsigned sub_type, options;
  bool grows; /* asked for with 0 blocks: writing makes it longer */
};

/* By its name: "default", "full", "no_spare", "least_spare". False: the medium
   has none of that name, or the drive does not offer it. */
bool format_choose(const struct medium *m,
                   const char *kind,
                   struct format_choice *out,
                   struct failure *f);
/* FORMAT UNIT, and wait until the disc is ready. */
bool format_and_wait(struct recorder *r,
                     const struct format_choice *choice,
                     const struct ready_watch *watch,
                     struct failure *f);
/* Go on with a DVD+RW's background format that was suspended. */
bool format_restart(struct recorder *r,
                    const struct ready_watch *watch,
                    struct failure *f);

/* erase.c: BLANK, and wait until that is done. */
bool erase_and_wait(struct recorder *r,
                    bool full,
                    const struct ready_watch *watch,
                    struct failure *f);

#endif
