/* answer.h: a command of the ring becomes a packet, and its answer one that a
   kernel understands. */
#ifndef DISCRECORDER_SERVE_ANSWER_H
#define DISCRECORDER_SERVE_ANSWER_H

#include "../transport/transport.h"
#include "ring.h"

/* Room for data that is in pieces; grows as needed. */
struct bounce {
  uint8_t *bytes;
  size_t size;
};

void answer_command(struct ring *r,
                    const struct ring_command *c,
                    struct transport *t,
                    struct bounce *b);

#endif
