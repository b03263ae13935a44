/* step.h: one step of libiscsi: what is begun calls step_note at its end, and
   step_await lets it come to that. Between session.c and command.c only. */
#ifndef DISCRECORDER_ISCSI_STEP_H
#define DISCRECORDER_ISCSI_STEP_H

#include "session.h"

/* Where a callback leaves its news. Lives until it came or the session was
   dropped, which tells it too. */
struct news {
  bool come;
  int status;
  char why[160]; /* of a bad one: libiscsi's words, one line */
};

void step_note(struct iscsi_context *context,
               int status,
               void *data,
               void *private);
/* Until a time of the monotonic clock. False: nothing came until then, or the
   connection is gone. */
bool step_await(struct iscsi_context *context,
                const struct news *n,
                uint64_t until);

#endif
