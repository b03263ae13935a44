/* reading.c: see reading.h. The job's thread fills the ring from the drive, the
   second thread empties it. */
#include "reading.h"
#include "packets.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define RAW_BLOCKS_AT_ONCE (RING_PIECE / MMC_RAW_BLOCK)

/* What the second thread works on: its own until it is joined. */
struct consumer {
  struct reading *what;
  struct tap *tap;
  uint64_t left; /* bytes that count */
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
  w->first_bad = w->start + (int64_t)((w->read_bytes + at) / MMC_BLOCK);
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

static bool consume(struct consumer *c, const uint8_t *data, size_t len) {
  struct reading *w = c->what;
  size_t counts = len < c->left ? len : (size_t)c->left;
  if (w->against != NULL && !compare(c, data, counts))
    return false;
  if (w->sha != NULL)
    digest_add(w->sha, data, counts);
  if (w->md5 != NULL)
    digest_add(w->md5, data, counts);
  if (w->fd >= 0 && !store(w, data, counts, &c->failure))
    return false;
  c->left -= counts;
  w->read_bytes += len;
  return true;
}

static void *consumer_thread(void *arg) {
  struct consumer *c = arg;
  const uint8_t *data;
  size_t len;
  c->ok = true;
  while ((data = ring_piece(c->tap, RING_PIECE, &len)) != NULL) {
    if (!consume(c, data, len)) {
      c->ok = false;
      ring_leave(c->tap);
      return NULL;
    }
    ring_used(c->tap, len);
  }
  return NULL;
}

/* A piece could not be read: find the first block that cannot. */
static void find_bad(struct job *j,
                     struct reading *w,
                     int32_t lba,
                     unsigned blocks,
                     struct failure *f) {
  uint8_t block[MMC_BLOCK];
  if (!f->has_sense || f->key == KEY_NOT_READY || f->key == KEY_UNIT_ATTENTION)
    return;
  w->first_bad = lba;
  for (unsigned i = 0; i < blocks; i++) {
    struct failure one;
    if (mmc_read(recorder_link(j->recorder),
                 lba + (int32_t)i,
                 1,
                 block,
                 w->from_medium,
                 &one))
      continue;
    w->first_bad = lba + (int32_t)i;
    *f = one;
    return;
  }
}

/* Whole sectors do not fill ring pieces evenly: by way of a buffer. */
static unsigned read_raw_piece(struct job *j,
                               struct ring *ring,
                               int32_t lba,
                               uint32_t left,
                               struct failure *f) {
  uint8_t sectors[RAW_BLOCKS_AT_ONCE * MMC_RAW_BLOCK];
  unsigned blocks = left < RAW_BLOCKS_AT_ONCE ? left : RAW_BLOCKS_AT_ONCE;
  size_t len = (size_t)blocks * MMC_RAW_BLOCK, got;
  if (!mmc_read_raw(recorder_link(j->recorder), lba, blocks, sectors, f))
    return 0;
  for (size_t at = 0; at < len; at += got) {
    uint8_t *room = ring_room(ring, len - at, &got);
    if (room == NULL)
      return 0;
    memcpy(room, sectors + at, got);
    ring_filled(ring, got);
  }
  return blocks;
}

/* One READ; one that is refused for its length is sent again shorter. */
static bool read_packet(struct recorder *r,
                        const struct reading *w,
                        int32_t lba,
                        uint8_t *room,
                        unsigned *blocks,
                        struct failure *f) {
  unsigned most = *blocks;
  for (;;) {
    unsigned denied = r->patience.denied;
    unsigned packet = packet_blocks(r, w->packet, 1);
    *blocks = most < packet ? most : packet;
    if (mmc_read(recorder_link(r), lba, *blocks, room, w->from_medium, f))
      return true;
    if (!packet_too_long(r, (size_t)*blocks * MMC_BLOCK, denied, f))
      return false;
  }
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
                    uint64_t done_before,
                    struct failure *f) {
  uint32_t done = 0;
  while (done < w->blocks) {
    unsigned blocks;
    int32_t lba = w->start + (int32_t)done;
    if (!job_go_on(j, f))
      return false;
    blocks = w->raw ? read_raw_piece(j, ring, lba, w->blocks - done, f)
                    : read_piece(j, ring, w, lba, w->blocks - done, f);
    if (blocks == 0)
      return false;
    done += blocks;
    job_progress(j, done_before + done, MMC_BLOCK);
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
  struct consumer *c = calloc(1, sizeof *c);
  w->first_bad = -1;
  w->read_bytes = 0;
  if (c == NULL)
    return fail(f, FAIL_NO_MEMORY, "%s: out of memory", j->ops->name);
  c->what = w;
  c->tap = &ring->taps[0];
  c->left = (uint64_t)w->blocks * (w->raw ? MMC_RAW_BLOCK : MMC_BLOCK);
  if (w->bytes > 0)
    c->left = w->bytes;
  ring_reset(ring);
  if (pthread_create(&thread, NULL, consumer_thread, c) != 0) {
    fail(f, FAIL_NO_MEMORY, "%s: no thread", j->ops->name);
    goto done;
  }
  produced = produce(j, ring, w, done_before, f);
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
