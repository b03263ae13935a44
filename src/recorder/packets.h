/* packets.h: how much one WRITE or READ carries: as much as the way to the
   drive lets through, until something on that way refuses it. */
#ifndef DISCRECORDER_PACKETS_H
#define DISCRECORDER_PACKETS_H

#include "recorder.h"
#include "warnings.h"

#define PACKET_MOST (1024u * 1024) /* more gains nothing */
#define PACKET_SAFE (64u * 1024)   /* where no limit is known */
#define PACKET_LEAST (32u * 1024)  /* after a refusal */

/* Blocks for one packet: of at most 'asked' bytes (0: any number), a multiple
   of 'unit', which they are at the least. */
unsigned packet_blocks(const struct recorder *r, size_t asked, unsigned unit);
/* The same of blocks of 2352 bytes: a power of two, as their ring has it. */
unsigned packet_raw_blocks(const struct recorder *r, size_t asked);
/* The 'asked' bytes of a WRITE (0: any number), or fewer: two must have room in
   the drive's buffer, which runs dry else before it takes the next one. */
size_t packet_to_write(const struct recorder *r, size_t asked);

/*
** A packet of so many bytes failed. True: it was refused before anything was
** moved, and may have been so for its length; from now on this recorder is sent
** smaller ones. 'denied_before' is the recorder's patience.denied from before.
*/
bool packet_too_long(struct recorder *r,
                     size_t bytes,
                     unsigned denied_before,
                     const struct failure *f);

/* Tell in a report what it came to. */
void packets_warn(const struct recorder *r, struct warnings *w);

#endif
