/* packets.c: see packets.h. */
#include "packets.h"

static size_t least(size_t a, size_t b) {
  return a < b ? a : b;
}

/* Packets of a length that divides the ring's segments: a queue that takes
   1020 KiB would get 4 KiB after each packet. */
static size_t power_of_two(size_t bytes) {
  size_t power = PACKET_LEAST;
  while (power * 2 <= bytes)
    power *= 2;
  return power;
}

static size_t most_bytes(const struct recorder *r, size_t asked) {
  size_t most = r->patience.base.max_bytes;
  most = least(most > 0 ? most : PACKET_SAFE, PACKET_MOST);
  if (most > PACKET_LEAST)
    most = power_of_two(most);
  if (r->packet_limit > 0)
    most = least(most, r->packet_limit);
  return asked > 0 ? least(most, asked) : most;
}

unsigned packet_blocks(const struct recorder *r, size_t asked, unsigned unit) {
  unsigned blocks = (unsigned)(most_bytes(r, asked) / MMC_BLOCK);
  return blocks < unit ? unit : blocks - blocks % unit;
}

unsigned packet_raw_blocks(const struct recorder *r, size_t asked) {
  size_t most = most_bytes(r, asked);
  unsigned blocks = 1;
  while ((size_t)blocks * 2 * MMC_RAW_BLOCK <= most)
    blocks *= 2;
  return blocks;
}

size_t packet_to_write(const struct recorder *r, size_t asked) {
  size_t most = r->id.buffer / 2;
  if (most == 0)
    return asked;
  most = power_of_two(most);
  return asked > 0 ? least(most, asked) : most;
}

/* Invalid field in the command block, parameter list length error: what drives
   and bridges answer to a length that they do not like. */
static bool refused(const struct failure *f) {
  return f->has_sense && f->key == KEY_ILLEGAL_REQUEST && f->ascq == 0x00 &&
         (f->asc == 0x24 || f->asc == 0x1A);
}

void packets_warn(const struct recorder *r, struct warnings *w) {
  if (r->packet_limit > 0)
    add_warning(
      w,
      "packets_reduced",
      "longer packets were refused: %u KiB are sent at once, which is slower",
      (unsigned)(r->packet_limit / 1024));
}

bool packet_too_long(struct recorder *r,
                     size_t bytes,
                     unsigned denied_before,
                     const struct failure *f) {
  /* One unit of the write mode may be more than that: it gets no shorter. */
  if (bytes <= PACKET_LEAST || r->packet_limit == PACKET_LEAST ||
      (!refused(f) && r->patience.denied == denied_before))
    return false;
  r->packet_limit = PACKET_LEAST;
  return true;
}
