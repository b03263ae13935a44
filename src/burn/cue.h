/* cue.h: the sheet by which a session is recorded at once: SEND CUE SHEET,
   MMC-6 6.33. */
#ifndef DISCRECORDER_CUE_H
#define DISCRECORDER_CUE_H

#include "plan.h"

struct cue {
  size_t len; /* bytes */
  uint8_t *bytes;
};

/* Of tracks that are laid out, the first of which has that number. 'lead_in' is
   the minute, second and frame that stand in the lead-in's entry: zeros, but
   see drives.md 5. What it made is the caller's to free. */
bool cue_make(const struct burn_spec *spec,
              const struct plan *plan,
              unsigned first_number,
              const uint8_t lead_in[3],
              struct cue *out,
              struct failure *f);

#endif
