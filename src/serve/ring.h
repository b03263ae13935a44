/* ring.h: what the kernel puts into the shared memory, taken out with care: no
   offset, length or count in it is believed before it was compared with the
   memory's size. */
#ifndef DISCRECORDER_SERVE_RING_H
#define DISCRECORDER_SERVE_RING_H

#include "../transport/packet.h"
#include <stddef.h>

#define RING_PIECES_MAX 1024

/* The shared memory, as it was found when it was opened. */
struct ring {
  uint8_t *map;
  size_t size;
  uint32_t start; /* of the commands, from the beginning of the map */
  uint32_t length;
  bool tells_length; /* the kernel wants to know how much was read */
};

struct ring_piece {
  uint8_t *at; /* in the map */
  size_t length;
};

struct ring_command {
  uint32_t at;     /* of the entry, from the beginning of the map */
  uint32_t length; /* of the entry */
  uint8_t cdb[PACKET_CDB_MAX];
  uint8_t cdb_len;
  bool refused; /* bidirectional, or in too many pieces: to be refused */
  struct ring_piece piece[RING_PIECES_MAX];
  unsigned pieces;
  size_t bytes;
};

enum ring_found {
  RING_EMPTY,
  RING_COMMAND,
  RING_NONSENSE /* not a ring that this program can serve */
};

/* False: the memory does not begin as a ring does. */
bool ring_open(struct ring *r, uint8_t *map, size_t size);

/* The next command; what else is in the ring is answered on the way. */
enum ring_found ring_next(struct ring *r, struct ring_command *c);

/* Answer the command and let the kernel have it. 'sense' may be NULL. */
void ring_answer(struct ring *r,
                 const struct ring_command *c,
                 uint8_t status,
                 const uint8_t *sense,
                 size_t sense_len,
                 size_t moved);

#endif
