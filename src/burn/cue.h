/* cue.h: the sheet by which a session is recorded at once: SEND CUE SHEET,
   MMC-6 6.33. */
#ifndef DISCRECORDER_CUE_H
#define DISCRECORDER_CUE_H

#include "plan.h"

struct cue {
  size_t len; /* bytes */
  uint8_t *bytes;
};

/* In what drives disagree (drives.md 5): the minute, second and frame of the
   lead-in's entry, zeros or the ATIP's; codes without a control nibble. */
struct cue_manner {
  uint8_t lead_in[3];
  bool plain_codes;
};

/* Of tracks that are laid out, the first of which has that number. What it made
   is the caller's to free. */
bool cue_make(const struct burn_spec *spec,
              const struct plan *plan,
              unsigned first_number,
              const struct cue_manner *how,
              struct cue *out,
              struct failure *f);

#endif
