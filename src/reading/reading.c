/* reading.c: see reading.h. The job's thread fills the ring from the drive, the
   second thread empties it. */
#include "reading.h"
#include "../recorder/packets.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define WHOLE_SECTORS_MOST (RING_PIECE / MMC_RAW_BLOCK)

static size_t block_size(const struct reading *w) {
  return w->kind == SECTORS_DATA ? MMC_BLOCK : MMC_RAW_BLOCK;
}

uint64_t reading_bytes(const struct reading *w) {
  return w->bytes > 0 ? w->bytes : (uint64_t)w->blocks * block_size(w);
}

/* Addresses are a few blocks below 0 at least: before the first track. */
static int32_t block_of(int64_t bytes, size_t block) {
  const int64_t below = 1024;
  return (int32_t)((bytes + below * (int64_t)block) / (int64_t)block - below);
}

struct reading_place reading_place(const struct reading *w) {
  struct reading_place p;
  size_t block = block_size(w);
  int64_t from = w->start * (int64_t)block + w->shift;
  int64_t end = from + (int64_t)(reading_bytes(w) - w->after.len);
  from += (int64_t)w->before.len;
  p.first = block_of(from, block);
  p.end = block_of(end + (int64_t)block - 1, block);
  p.skip = (size_t)(from - p.first * (int64_t)block);
  return p;
}

/* What the second thread works on: its own until it is joined. */
struct consumer {
  struct reading *what;
  struct tap *tap;
  size_t skip;   /* bytes that come before what counts */
  uint64_t left; /* bytes that count, and are read */
  bool ok;
  struct failure failure;
  uint8_t compared[RING_PIECE];
};

static bool
store(struct reading *w, const uint8_t *data, size_t len, struct failure *f) {
  while (len > 0) {
    ssize_t n = pwrite(w->fd, data, len, (off_t)w->offset);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      return fail_errno(
        f, n < 0 ? errno : ENOSPC, FAIL_FILE_ACCESS, "writing the file");
    data += n;
    len -= (size_t)n;
    w->offset += (uint64_t)n;
  }
  return true;
}

static bool differs(struct consumer *c, size_t at, const char *how) {
  struct reading *w = c->what;
  w->first_bad = w->start + (int64_t)((w->read_bytes + at) / block_size(w));
  fail(&c->failure,
       FAIL_VERIFY_FAILED,
       "the disc differs from its source at block %lld: %s",
       (long long)w->first_bad,
       how);
  c->failure.has_lba = true;
  c->failure.lba = (int32_t)w->first_bad;
  return false;
}

static bool compare(struct consumer *c, const uint8_t *data, size_t len) {
  struct source *s = c->what->against;
  size_t have = 0;
  while (have < len) {
    ptrdiff_t n = s->ops->read(s, c->compared + have, len - have, &c->failure);
    if (n < 0)
      return false;
    if (n == 0)
      return differs(c, have, "the source ends there");
    have += (size_t)n;
  }
  if (memcmp(data, c->compared, len) == 0)
    return true;
  have = 0;
  while (data[have] == c->compared[have])
    have++;
  return differs(c, have, "other bytes");
}

static bool take(struct consumer *c, const uint8_t *data, size_t len) {
  struct reading *w = c->what;
  if (w->sha != NULL)
    digest_add(w->sha, data, len);
  if (w->md5 != NULL)
    digest_add(w->md5, data, len);
  /* Data's are the other thread's, since this one has most to do. */
  if (w->marks != NULL && w->kind != SECTORS_DATA)
    marks_pour(w->marks, data, len);
  if (w->fd >= 0 && !store(w, data, len, &c->failure))
    return false;
  w->read_bytes += len;
  return true;
}

static bool consume(struct consumer *c, const uint8_t *data, size_t len) {
  size_t skip = len < c->skip ? len : c->skip, counts = len - skip;
  c->skip -= skip;
  data += skip;
  if (counts > c->left)
    counts = (size_t)c->left;
  if (c->what->against != NULL && !compare(c, data, counts))
    return false;
  c->left -= counts;
  return take(c, data, counts);
}

/* What the drive cannot give is as the source says, where there is one. */
static bool out_of_reach(struct consumer *c, const struct span *span) {
  struct source *s = c->what->against;
  size_t have = 0;
  while (s != NULL && have < span->len) {
    size_t want = span->len - have;
    ptrdiff_t n = s->ops->read(
      s, c->compared, want < RING_PIECE ? want : RING_PIECE, &c->failure);
    if (n < 0)
      return false;
    if (n == 0)
      return differs(c, have, "the source ends there");
    have += (size_t)n;
  }
  return take(c, span->bytes, span->len);
}

static void *consumer_thread(void *arg) {
  struct consumer *c = arg;
  const uint8_t *data;
  size_t len;
  c->ok = false;
  if (!out_of_reach(c, &c->what->before)) {
    ring_leave(c->tap);
    return NULL;
  }
  while ((data = ring_piece(c->tap, RING_PIECE, &len)) != NULL) {
    if (!consume(c, data, len)) {
      ring_leave(c->tap);
      return NULL;
    }
    ring_used(c->tap, len);
  }
  c->ok = c->left > 0 || out_of_reach(c, &c->what->after);
  return NULL;
}

static bool read_blocks(struct recorder *r,
                        const struct reading *w,
                        int32_t lba,
                        unsigned blocks,
                        uint8_t *room,
                        struct failure *f) {
  struct transport *link = recorder_link(r);
  switch (w->kind) {
    case SECTORS_RAW:
      return mmc_read_raw(link, lba, blocks, room, f);
    case SECTORS_AUDIO:
      return mmc_read_audio(link, lba, blocks, room, f);
    case SECTORS_MODE_2:
      return mmc_read_mode_2(link, lba, blocks, room, f);
    case SECTORS_DATA:
      break;
  }
  return mmc_read(link, lba, blocks, room, w->from_medium, f);
}

/* A piece could not be read: find the first block that cannot. */
static void find_bad(struct job *j,
                     struct reading *w,
                     int32_t lba,
                     unsigned blocks,
                     struct failure *f) {
  uint8_t block[MMC_RAW_BLOCK];
  if (!f->has_sense || f->key == KEY_NOT_READY || f->key == KEY_UNIT_ATTENTION)
    return;
  w->first_bad = lba;
  for (unsigned i = 0; i < blocks; i++) {
    struct failure one;
    if (read_blocks(j->recorder, w, lba + (int32_t)i, 1, block, &one))
      continue;
    w->first_bad = lba + (int32_t)i;
    *f = one;
    return;
  }
}

/* One READ; one that is refused for its length is sent again shorter. */
static bool read_packet(struct recorder *r,
                        const struct reading *w,
                        int32_t lba,
                        uint8_t *room,
                        unsigned *blocks,
                        struct failure *f) {
  size_t size = block_size(w);
  unsigned most = *blocks;
  for (;;) {
    unsigned denied = r->patience.denied;
    unsigned packet =
      (unsigned)(packet_blocks(r, w->packet, 1) * (size_t)MMC_BLOCK / size);
    *blocks = most < packet ? most : packet;
    if (*blocks == 0)
      *blocks = 1;
    if (read_blocks(r, w, lba, *blocks, room, f))
      return true;
    if (!packet_too_long(r, *blocks * size, denied, f))
      return false;
  }
}

/* Whole sectors do not fill ring pieces evenly: by way of a buffer. */
static unsigned read_whole(struct job *j,
                           struct ring *ring,
                           struct reading *w,
                           int32_t lba,
                           uint32_t left,
                           struct failure *f) {
  uint8_t sectors[WHOLE_SECTORS_MOST * MMC_RAW_BLOCK];
  unsigned blocks = left < WHOLE_SECTORS_MOST ? left : WHOLE_SECTORS_MOST;
  size_t len, got;
  if (!read_packet(j->recorder, w, lba, sectors, &blocks, f)) {
    find_bad(j, w, lba, blocks, f);
    return 0;
  }
  len = (size_t)blocks * MMC_RAW_BLOCK;
  for (size_t at = 0; at < len; at += got) {
    uint8_t *room = ring_room(ring, len - at, &got);
    if (room == NULL)
      return 0;
    memcpy(room, sectors + at, got);
    ring_filled(ring, got);
  }
  return blocks;
}

/* One piece into the ring; 0 when the consumer gave up or the disc failed. */
static unsigned read_piece(struct job *j,
                           struct ring *ring,
                           struct reading *w,
                           int32_t lba,
                           uint32_t left,
                           struct failure *f) {
  size_t got;
  unsigned blocks = packet_blocks(j->recorder, w->packet, 1);
  uint8_t *room = ring_room(ring, (size_t)blocks * MMC_BLOCK, &got);
  if (room == NULL)
    return 0;
  /* All that is filled is whole blocks, and so is the room then. */
  blocks = (unsigned)(got / MMC_BLOCK);
  if (blocks > left)
    blocks = left;
  if (!read_packet(j->recorder, w, lba, room, &blocks, f)) {
    find_bad(j, w, lba, blocks, f);
    return 0;
  }
  /* Here, since the other thread has most to do. */
  if (w->marks != NULL)
    marks_add(w->marks, room, blocks);
  ring_filled(ring, (size_t)blocks * MMC_BLOCK);
  return blocks;
}

static bool produce(struct job *j,
                    struct ring *ring,
                    struct reading *w,
                    const struct reading_place *place,
                    uint64_t done_before,
                    struct failure *f) {
  int32_t lba = place->first;
  while (lba < place->end) {
    uint32_t left = (uint32_t)(place->end - lba);
    unsigned blocks;
    if (!job_go_on(j, f))
      return false;
    blocks = w->kind == SECTORS_DATA ? read_piece(j, ring, w, lba, left, f)
                                     : read_whole(j, ring, w, lba, left, f);
    if (blocks == 0)
      return false;
    lba += (int32_t)blocks;
    job_progress(
      j, done_before + (uint32_t)(lba - place->first), block_size(w));
  }
  return true;
}

static bool finish(struct consumer *c, struct failure *f) {
  struct reading *w = c->what;
  if (w->marks != NULL)
    marks_end(w->marks);
  if ((w->sha != NULL && !digest_end(w->sha, w->sha256)) ||
      (w->md5 != NULL && !digest_end(w->md5, w->md5_sum)))
    return fail(f, FAIL_GENERIC, "libcrypto could not compute a digest");
  return true;
}

bool reading_run(struct job *j,
                 struct ring *ring,
                 struct reading *w,
                 uint64_t done_before,
                 struct failure *f) {
  pthread_t thread;
  bool produced, ok = false;
  struct reading_place place = reading_place(w);
  struct consumer *c = calloc(1, sizeof *c);
  w->first_bad = -1;
  w->read_bytes = 0;
  if (c == NULL)
    return fail(f, FAIL_NO_MEMORY, "%s: out of memory", j->ops->name);
  c->what = w;
  c->tap = &ring->taps[0];
  c->skip = place.skip;
  c->left = reading_bytes(w) - w->before.len - w->after.len;
  ring_reset(ring);
  if (pthread_create(&thread, NULL, consumer_thread, c) != 0) {
    fail(f, FAIL_NO_MEMORY, "%s: no thread", j->ops->name);
    goto done;
  }
  produced = produce(j, ring, w, &place, done_before, f);
  if (produced)
    ring_end_part(ring);
  ring_close(ring);
  pthread_join(thread, NULL);
  if (!c->ok) /* it gave up first: its reason is the reason */
    *f = c->failure;
  ok = produced && c->ok && finish(c, f);

done:
  free(c);
  return ok;
}
