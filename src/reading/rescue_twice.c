/* rescue_twice.c: audio read again. A drive gives samples that it could not
   read right as well as it can guess them, and calls that good; a guess is
   rarely made twice the same. */
#include "rescue.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define READINGS_MOST 8 /* of a block, besides the one in the file */

static bool from_file(
  struct rescue *s, uint32_t at, uint8_t *data, size_t len, struct failure *f) {
  size_t have = 0;
  while (have < len) {
    ssize_t n = pread(s->fd,
                      data + have,
                      len - have,
                      (off_t)((uint64_t)at * s->map.block + have));
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return fail_errno(
        f, n < 0 ? errno : EIO, FAIL_FILE_ACCESS, "reading %s", s->path);
    have += (size_t)n;
  }
  return true;
}

static bool give_up(struct rescue *s, uint32_t at) {
  rescue_map_set(&s->map, at, 1, RESCUE_BAD);
  s->finished--;
  return true;
}

/* One block of which the file has another reading than there is now: which one
   comes again? */
static bool settle(struct rescue *s,
                   const struct rescue_piece *p,
                   uint32_t at,
                   const uint8_t *filed,
                   const uint8_t *other,
                   struct failure *f) {
  uint8_t readings[READINGS_MOST + 2][IMPRINT_BLOCK];
  unsigned count = 2;
  memcpy(readings[0], filed, IMPRINT_BLOCK);
  memcpy(readings[1], other, IMPRINT_BLOCK);
  for (unsigned turn = 0; turn < READINGS_MOST; turn++) {
    switch (rescue_fetch(s, p, at, 1, readings[count], f)) {
      case ATTEMPT_ENDED:
        return false;
      case ATTEMPT_UNREAD:
        continue;
      case ATTEMPT_READ:
        break;
    }
    for (unsigned i = 0; i < count; i++)
      if (memcmp(readings[i], readings[count], IMPRINT_BLOCK) == 0)
        return rescue_store(
          s, readings[i], IMPRINT_BLOCK, (uint64_t)at * IMPRINT_BLOCK, f);
    count++;
  }
  return give_up(s, at);
}

/* Blocks that are in the file. One that cannot be read now is to be read once
   as it stands there. */
static bool compare(struct rescue *s,
                    const struct rescue_piece *p,
                    uint32_t at,
                    uint32_t n,
                    struct failure *f) {
  uint8_t filed[RESCUE_AT_ONCE * IMPRINT_BLOCK];
  uint8_t now[RESCUE_AT_ONCE * IMPRINT_BLOCK];
  enum attempt read = rescue_fetch(s, p, at, n, now, f);
  if (read == ATTEMPT_ENDED ||
      !from_file(s, at, filed, (size_t)n * IMPRINT_BLOCK, f))
    return false;
  if (read == ATTEMPT_UNREAD && n == 1)
    return settle(s, p, at, filed, filed, f);
  for (uint32_t i = 0; i < n; i++) {
    const uint8_t *was = filed + (size_t)i * IMPRINT_BLOCK;
    const uint8_t *is = now + (size_t)i * IMPRINT_BLOCK;
    bool same = read == ATTEMPT_READ && memcmp(was, is, IMPRINT_BLOCK) == 0;
    if (same)
      continue;
    if (!(read == ATTEMPT_READ ? settle(s, p, at + i, was, is, f)
                               : compare(s, p, at + i, 1, f)))
      return false;
  }
  return true;
}

bool rescue_again(struct rescue *s,
                  const struct rescue_piece *p,
                  struct failure *f) {
  uint32_t at = p->at, end = p->at + p->blocks, n;
  while (rescue_map_find(&s->map, at, end, RESCUE_FINISHED, &at, &n)) {
    if (n > RESCUE_AT_ONCE)
      n = RESCUE_AT_ONCE;
    if (!compare(s, p, at, n, f))
      return false;
    at += n;
    job_progress(&s->job, at, s->map.block);
  }
  return true;
}
