/* rescue_read.c: one read of a rescue: from the disc to the file and the map.
 */
#include "rescue.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#define SAVE_EVERY (32u << 20) /* bytes */

/* Does only this place fail? A drive that cannot track says hardware error. */
static bool is_of_disc(const struct failure *f) {
  return f->has_sense &&
         (f->key == KEY_MEDIUM_ERROR || f->key == KEY_HARDWARE_ERROR ||
          f->key == KEY_ILLEGAL_REQUEST || f->key == KEY_BLANK_CHECK);
}

static bool read_sectors(struct rescue *s,
                         enum sectors kind,
                         int32_t lba,
                         unsigned n,
                         uint8_t *out,
                         struct failure *f) {
  struct transport *link = recorder_link(s->job.recorder);
  switch (kind) {
    case SECTORS_RAW:
      return mmc_read_raw(link, lba, n, out, f);
    case SECTORS_AUDIO:
      return mmc_read_audio(link, lba, n, out, f);
    case SECTORS_MODE_2:
      return mmc_read_mode_2(link, lba, n, out, f);
    case SECTORS_DATA:
      break;
  }
  return mmc_read(link, lba, n, out, false, f);
}

/* Beyond the piece's ends the drive need not reach: silence. */
static bool read_beside(struct rescue *s,
                        const struct rescue_piece *p,
                        int32_t lba,
                        uint8_t *out,
                        struct failure *f) {
  if (read_sectors(s, p->kind, lba, 1, out, f))
    return true;
  if (!is_of_disc(f) ||
      (lba >= p->start && lba < p->start + (int32_t)p->blocks))
    return false;
  memset(out, 0, MMC_RAW_BLOCK);
  return true;
}

/* Audio that the drive has off its place: from within a block into another. */
static bool read_shifted(struct rescue *s,
                         const struct rescue_piece *p,
                         int32_t lba,
                         unsigned n,
                         uint8_t *out,
                         struct failure *f) {
  uint8_t sectors[(RESCUE_AT_ONCE + 1) * MMC_RAW_BLOCK];
  struct reading what = {
    .kind = p->kind, .start = lba, .blocks = n, .shift = s->shift};
  struct reading_place place = reading_place(&what);
  unsigned count = (unsigned)(place.end - place.first);
  bool inside =
    place.first >= p->start && place.end <= p->start + (int32_t)p->blocks;
  if (inside) {
    if (!read_sectors(s, p->kind, place.first, count, sectors, f))
      return false;
  } else {
    for (unsigned i = 0; i < count; i++)
      if (!read_beside(s,
                       p,
                       place.first + (int32_t)i,
                       sectors + (size_t)i * MMC_RAW_BLOCK,
                       f))
        return false;
  }
  memcpy(out, sectors + place.skip, (size_t)n * MMC_RAW_BLOCK);
  return true;
}

bool rescue_store(struct rescue *s,
                  const uint8_t *data,
                  size_t len,
                  uint64_t offset,
                  struct failure *f) {
  while (len > 0) {
    ssize_t n = pwrite(s->fd, data, len, (off_t)offset);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return fail_errno(
        f, n < 0 ? errno : ENOSPC, FAIL_FILE_ACCESS, "writing %s", s->path);
    data += n;
    len -= (size_t)n;
    offset += (uint64_t)n;
  }
  return true;
}

enum attempt rescue_fetch(struct rescue *s,
                          const struct rescue_piece *p,
                          uint32_t at,
                          uint32_t n,
                          uint8_t *data,
                          struct failure *f) {
  int32_t lba = p->start + (int32_t)(at - p->at);
  bool ok;
  if (!job_go_on(&s->job, f))
    return ATTEMPT_ENDED;
  s->map.current = at;
  ok = p->kind == SECTORS_AUDIO && s->shift != 0
         ? read_shifted(s, p, lba, n, data, f)
         : read_sectors(s, p->kind, lba, n, data, f);
  if (!ok)
    return is_of_disc(f) ? ATTEMPT_UNREAD : ATTEMPT_ENDED;
  return ATTEMPT_READ;
}

enum attempt rescue_attempt(struct rescue *s,
                            const struct rescue_piece *p,
                            uint32_t at,
                            uint32_t n,
                            enum rescue_status otherwise,
                            struct failure *f) {
  uint8_t data[RESCUE_AT_ONCE * MMC_RAW_BLOCK];
  size_t len = (size_t)n * s->map.block;
  enum attempt read = rescue_fetch(s, p, at, n, data, f);
  bool ok = read == ATTEMPT_READ;
  if (read == ATTEMPT_ENDED)
    return ATTEMPT_ENDED;
  if (ok && !rescue_store(s, data, len, (uint64_t)at * s->map.block, f))
    return ATTEMPT_ENDED;
  rescue_map_set(&s->map, at, n, ok ? RESCUE_FINISHED : otherwise);
  if (ok) {
    s->finished += n;
    s->unsaved += len;
    job_progress(&s->job, s->finished, s->map.block);
  }
  if (s->unsaved >= SAVE_EVERY && !rescue_save(s, f))
    return ATTEMPT_ENDED;
  return read;
}
