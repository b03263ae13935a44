/* ring.h: the buffer between the thread that fills it and those that empty it,
   each of which sees every byte. All block on condition variables, never on
   sleeps. */
#ifndef DISCRECORDER_RING_H
#define DISCRECORDER_RING_H

#include "../transport/clock.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* The ring's size and the beginnings of its parts are multiples of its piece.
   That of one with audio in it is whole blocks of 2352 bytes, and of 2048. */
#define RING_PIECE 65536
#define RING_RAW_PIECE (128 * 2352)
#define RING_SEGMENT (1024 * 1024) /* what is handed out at once, at most */
#define RING_PARTS 198

struct ring;

/*
** One consumer's place. 'tail' is moved by its consumer alone; everything else
** is changed under the ring's mutex by whoever has it.
*/
struct tap {
  struct ring *ring;
  pthread_cond_t data;
  uint64_t tail;
  unsigned part;     /* that it is in */
  size_t lent;       /* bytes from 'tail' on that ring_piece handed out */
  uint64_t needs;    /* waits until 'head' is there; 0: does not wait */
  bool due;          /* is to be woken; the producer's alone */
  uint64_t moved_at; /* when it took something last, by the machine's clock */
  bool stopped;      /* is to come out of every wait */
  bool left;         /* holds nothing any more */
  bool stalled;      /* was made to leave */
  uint8_t *fresh;    /* what took the place of memory that it keeps; or NULL */
};

/*
** Positions count bytes since the start and never wrap; position p stands in
** segment p % size / segment. The producer alone moves 'head', a consumer its
** 'tail'; both under the mutex, as everything else here but sizes and pointers.
** A part (one track) ends with ring_end_part, after which 'head' goes on at the
** next multiple of 'piece'; what is skipped is zeros.
**
** What was lent to a tap that stalls may still be on its way to a drive: that
** segment's memory is left to it until the ring is destroyed, and the ring goes
** on with a fresh one.
*/
struct ring {
  pthread_mutex_t mutex;
  pthread_cond_t space;
  uint8_t *memory;
  uint8_t **segments;
  size_t size, segment, piece;
  uint64_t head;
  unsigned parts; /* that are complete */
  uint64_t part_end[RING_PARTS];
  size_t missing; /* bytes that a producer who waits wants to be free */
  uint64_t stall; /* a tap may hold the others for so many ns; 0: for ever */
  bool closed;    /* the producer is done, well or not */
  bool stopped;   /* nobody takes any more: the producer is to give up */
  unsigned tap_count;
  struct tap *taps;
};

/* At least two segments; for so many consumers. False: no memory. */
bool ring_init(struct ring *r, size_t size, unsigned taps, uint64_t stall);
/* The same, of pieces of so many bytes. */
bool ring_init_pieces(
  struct ring *r, size_t size, size_t piece, unsigned taps, uint64_t stall);
/* When nobody uses it. Again does no harm, nor does a zeroed ring. */
void ring_destroy(struct ring *r);
/* As it was at first, when nobody uses it. */
void ring_reset(struct ring *r);

/* The producer: room for 'want' bytes in one run, or as many as there are to
   the end of the segment. NULL when nobody takes any more. Then say how much of
   it was filled. */
uint8_t *ring_room(struct ring *r, size_t want, size_t *got);
void ring_filled(struct ring *r, size_t len);
void ring_end_part(struct ring *r);
void ring_close(struct ring *r);

/*
** A consumer: the next 'want' bytes, or what is left of the part or of the
** segment. After a part's last byte zeros follow up to a multiple of
** the ring's piece. NULL with *len 0 at the end of the part; NULL with *len 1
*when
** the producer gave up in the middle, or this tap was stopped or made to leave.
** Then say how many of them are used: as many as were handed out, or fewer.
*/
const uint8_t *ring_piece(struct tap *t, size_t want, size_t *len);
void ring_used(struct tap *t, size_t len);
/* Go on to the next part. */
void ring_next_part(struct tap *t);
/* Wait until 'bytes' are there, or the part is complete, or nothing more comes.
 */
void ring_wait_filled(struct tap *t, size_t bytes);
unsigned ring_percent(struct tap *t);
/* It takes no more. When all have left, the producer gives up. */
void ring_leave(struct tap *t);
bool ring_stalled(struct tap *t);
/* From any thread: this consumer comes out of every wait. */
void ring_stop(struct tap *t);

#endif
