/* writing.c: the phase in which the tracks are written: from the ring, and
   zeros around that. */
#include "burn.h"
#include "../recorder/packets.h"

#include <string.h>

#define BUFFER_LOOK 512u /* blocks between two looks at the ring */

/* Never written; not const, so that they take no room in the file. */
static uint8_t zeros[RING_SEGMENT];

static struct tap *tap_of(const struct burn *b) {
  return feed_tap(b->feed, b->index);
}

static unsigned packet_of(const struct burn *b) {
  const struct recorder *r = b->job.recorder;
  size_t bytes = packet_to_write(r, b->spec.packet);
  return b->sent > SOURCE_BLOCK
           ? packet_raw_blocks(r, bytes)
           : packet_blocks(r, bytes, b->plan.mode->unit);
}

/* One WRITE. One that is refused for its length is sent again shorter, unless
   the drive took it all the same. */
static bool write_packet(struct burn *b,
                         const uint8_t *data,
                         unsigned *blocks,
                         struct failure *f) {
  struct recorder *r = b->job.recorder;
  unsigned most = *blocks;
  for (;;) {
    unsigned denied = r->patience.denied, packet = packet_of(b);
    *blocks = most < packet ? most : packet;
    if (!job_go_on(&b->job, f))
      return false;
    if (b->plan.mode->write(b, b->next, *blocks, data, f))
      return true;
    if (!packet_too_long(r, (size_t)*blocks * b->sent, denied, f))
      return false;
    if (write_taken(b, b->next, *blocks) == 1)
      return true;
  }
}

/* How many of these the drive took, at least one unit of the mode's; 0: it
   failed. */
static unsigned write_blocks(struct burn *b,
                             const uint8_t *data,
                             unsigned blocks,
                             struct failure *f) {
  if (!write_packet(b, data, &blocks, f))
    return 0;
  b->next += (int32_t)blocks;
  b->written += blocks;
  if (b->written % BUFFER_LOOK < blocks)
    atomic_store_explicit(
      &b->job.buffer_percent, ring_percent(tap_of(b)), memory_order_relaxed);
  job_progress(&b->job, b->written, b->block);
  return blocks;
}

static bool
write_zeros(struct burn *b, uint32_t count, uint32_t *done, struct failure *f) {
  uint32_t most = (uint32_t)(b->feed->ring.segment / b->block);
  while (*done < count) {
    uint32_t left = count - *done;
    unsigned taken = write_blocks(b, zeros, left < most ? left : most, f);
    if (taken == 0)
      return false;
    *done += taken;
  }
  return true;
}

/* === a track === */

/* A piece, or its beginning; where it ends within a unit of the mode's, zeros
   of the padding go along: they follow it in the ring. */
static bool write_piece(struct burn *b,
                        unsigned index,
                        const uint8_t *piece,
                        size_t len,
                        struct failure *f) {
  unsigned blocks = (unsigned)((len + b->block - 1) / b->block);
  struct burn_written *w = &b->report.tracks[index];
  unsigned unit = b->plan.mode->unit;
  unsigned missing = blocks_to_unit(blocks, unit), taken;
  if (!open_ended_fits(b, index, blocks + missing, f))
    return false;
  taken = write_blocks(b, piece, blocks + missing, f);
  if (taken == 0)
    return false;
  if (taken < blocks)
    blocks = taken;
  w->blocks += blocks;
  w->padding += taken - blocks;
  if (b->spec.verify)
    marks_add(&b->marks[index], piece, blocks);
  if (len > (size_t)blocks * b->block)
    len = (size_t)blocks * b->block;
  ring_used(tap_of(b), len);
  return true;
}

static bool write_pregap_piece(struct burn *b,
                               unsigned index,
                               const uint8_t *piece,
                               size_t len,
                               struct failure *f) {
  unsigned taken = write_blocks(b, piece, (unsigned)(len / b->block), f);
  if (taken == 0)
    return false;
  b->report.tracks[index].pregap += taken;
  ring_used(tap_of(b), (size_t)taken * b->block);
  return true;
}

/* A part of the ring to its end, whose pieces 'write' takes. */
static bool write_part(struct burn *b,
                       unsigned index,
                       bool (*write)(struct burn *b,
                                     unsigned index,
                                     const uint8_t *piece,
                                     size_t len,
                                     struct failure *f),
                       struct failure *f) {
  const uint8_t *piece;
  size_t len;
  for (;;) {
    piece = ring_piece(tap_of(b), (size_t)packet_of(b) * b->block, &len);
    if (piece == NULL)
      break;
    if (!write(b, index, piece, len, f))
      return false;
  }
  return len == 0 || feed_broke_off(b->feed, b->index, f);
}

static const struct feed_part *next_part(struct burn *b) {
  ring_next_part(tap_of(b));
  return &b->feed->parts[b->part++];
}

static bool write_payload(struct burn *b, unsigned index, struct failure *f) {
  struct burn_written *w = &b->report.tracks[index];
  const struct feed_part *part;
  if (!write_part(b, index, write_piece, f))
    return false;
  marks_end(&b->marks[index]);
  part = next_part(b);
  memcpy(w->sha256, part->sha256, DIGEST_SIZE);
  w->bytes = (uint64_t)part->bytes;
  w->hashed = true;
  return true;
}

/* Silence or zeros first, then what the job has for it. */
static bool write_pregap(struct burn *b, unsigned index, struct failure *f) {
  const struct burn_track *t = &b->spec.tracks[index];
  struct burn_written *w = &b->report.tracks[index];
  uint32_t sourced = (uint32_t)(t->pregap_length / track_block(t));
  const struct feed_part *part;
  if (!write_zeros(b, b->plan.tracks[index].pregap - sourced, &w->pregap, f))
    return false;
  if (t->pregap_source == NULL)
    return true;
  if (!write_part(b, index, write_pregap_piece, f))
    return false;
  part = next_part(b);
  memcpy(w->pregap_sha256, part->sha256, DIGEST_SIZE);
  w->pregap_hashed = true;
  return true;
}

static bool write_padding(struct burn *b, unsigned index, struct failure *f) {
  return write_zeros(
    b, b->plan.tracks[index].padding, &b->report.tracks[index].padding, f);
}

static bool write_track(struct burn *b, unsigned index, struct failure *f) {
  const struct write_mode *mode = b->plan.mode;
  struct burn_written *w = &b->report.tracks[index];
  b->block = b->sent = track_block(&b->spec.tracks[index]);
  if (!job_go_on(&b->job, f) || !mode->open_track(b, index, &w->start, f) ||
      !medium_check_same(b->job.recorder, f))
    return false;
  b->report.track_count = index + 1;
  if (index == 0 || !mode->without_pause)
    ring_wait_filled(tap_of(b), b->feed->ring.size / 2);
  if (index == 0 && mode->write_lead_in != NULL && !mode->write_lead_in(b, f))
    return false;
  b->next = w->start - (int32_t)b->plan.tracks[index].pregap;
  if (!open_ended_begin(b, index, f) || !write_pregap(b, index, f))
    return false;
  return write_payload(b, index, f) && open_ended_plan(b, index, f) &&
         write_padding(b, index, f) && mode->close_track(b, index, f);
}

bool burn_write_tracks(struct burn *b, struct failure *f) {
  for (unsigned i = 0; i < b->spec.track_count; i++)
    if (!write_track(b, i, f))
      return false;
  feed_leave(b->feed, b->index, true);
  return true;
}
