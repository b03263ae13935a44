/* ring.h: the buffer between the thread that reads sources and the one that
   feeds the drive. Both block on condition variables, never on sleeps. */
#ifndef DISCRECORDER_RING_H
#define DISCRECORDER_RING_H

#include "../transport/clock.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The ring's size and the beginnings of its parts are multiples of it. */
#define RING_PIECE 65536

/*
** Positions count bytes since the start and never wrap; position p stands at
** memory[p % size]. The producer alone moves 'head', the consumer alone moves
** 'tail'; both under the mutex, as everything else here. A part (one track)
*ends
** with ring_end_part, after which 'head' goes on at the next multiple of
** RING_PIECE; what is skipped is zeros. A piece ends where the memory does.
*/
struct ring {
  pthread_mutex_t mutex;
  pthread_cond_t space, data;
  uint8_t *memory;
  size_t size;
  uint64_t head, tail;
  uint64_t part_end; /* of the part that the consumer is in, once known */
  uint64_t next_part;
  size_t missing;  /* bytes that a producer who waits wants to be free */
  bool part_ended; /* part_end counts */
  bool closed;     /* the producer is done, well or not */
  bool stopped;    /* the consumer is done: the producer is to give up */
};

bool ring_init(struct ring *r, size_t size);
void ring_destroy(struct ring *r);

/* The producer: room for 'want' bytes in one run, or as many as there are to
   the end of the memory, or half the ring. NULL when the consumer stopped. Then
   say how much of it was filled. */
uint8_t *ring_room(struct ring *r, size_t want, size_t *got);
void ring_filled(struct ring *r, size_t len);
/* A part is complete. Blocks while the consumer is still in an earlier one. */
void ring_end_part(struct ring *r);
void ring_close(struct ring *r);

/*
** The consumer: the next 'want' bytes, or what is left of the part, of the
** memory's end, or half the ring: what is less. After a part's last byte zeros
** follow up to a multiple of RING_PIECE. NULL with *len 0 at the end of the
** part; NULL with *len 1 when the producer gave up in the middle. Then say that
** they are used.
*/
const uint8_t *ring_piece(struct ring *r, size_t want, size_t *len);
void ring_used(struct ring *r, size_t len);
/* Go on to the next part. */
void ring_next_part(struct ring *r);
void ring_stop(struct ring *r);
/* Wait until 'bytes' are in it, or the part is complete, or nothing more comes.
 */
void ring_wait_filled(struct ring *r, size_t bytes);
unsigned ring_percent(struct ring *r);

#endif
