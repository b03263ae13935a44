/* disc_source.c: see disc_source.h. */
#include "disc_source.h"

#include "../recorder/packets.h"
#include <stdlib.h>
#include <string.h>

#define PIECE 65536

/*
** What the sources of one disc share. Counted by them; 'cancelled' is
*anybody's,
** all else the one reader's.
*/
struct shared_disc {
  atomic_uint refs;
  struct recorder *recorder;
  int32_t shift;
  atomic_bool cancelled;
};

struct disc_source {
  struct source base;
  struct shared_disc *disc;
  struct disc_part part;
  int64_t next;   /* byte that is given next, of the disc */
  int64_t end;    /* ... and the one after the last */
  uint8_t *piece; /* while it is open */
  int64_t from;   /* byte where the piece begins */
  size_t len;
};

static size_t block_of(const struct disc_source *s) {
  return s->part.audio || s->part.sectors ? SOURCE_RAW_BLOCK : SOURCE_BLOCK;
}

static bool read_blocks(struct disc_source *s,
                        int32_t lba,
                        unsigned n,
                        uint8_t *out,
                        struct failure *f) {
  struct transport *link = recorder_link(s->disc->recorder);
  if (s->part.sectors)
    return mmc_read_mode_2(link, lba, n, out, f);
  return s->part.audio ? mmc_read_audio(link, lba, n, out, f)
                       : mmc_read(link, lba, n, out, false, f);
}

/* Blocks beyond the part, which are wanted for an offset: silence where the
   drive does not read them. */
static bool read_beside(struct disc_source *s, int32_t lba, struct failure *f) {
  if (read_blocks(s, lba, 1, s->piece, f))
    return true;
  if (!f->has_sense || f->key == KEY_NOT_READY || f->key == KEY_UNIT_ATTENTION)
    return false;
  memset(s->piece, 0, block_of(s));
  return true;
}

/* As many as go at once: what is refused for its length is read shorter. */
static bool read_within(struct disc_source *s,
                        int32_t lba,
                        unsigned blocks,
                        struct failure *f) {
  struct recorder *r = s->disc->recorder;
  size_t block = block_of(s);
  for (;;) {
    unsigned denied = r->patience.denied, n = blocks;
    if (r->packet_limit > 0 && n * block > r->packet_limit)
      n = (unsigned)(r->packet_limit / block);
    s->len = n * block;
    if (read_blocks(s, lba, n, s->piece, f))
      return true;
    if (!packet_too_long(r, s->len, denied, f))
      return false;
  }
}

/* Addresses are a few blocks below 0 at least. */
static int32_t block_at(int64_t byte, int64_t block) {
  const int64_t below = 1024;
  return (int32_t)((byte + below * block) / block - below);
}

static bool fill(struct disc_source *s, struct failure *f) {
  int64_t block = (int64_t)block_of(s);
  int32_t lba = block_at(s->next, block);
  int32_t first = s->part.start, last = first + (int32_t)s->part.blocks;
  int64_t n = PIECE / block;
  if (n > block_at(s->end + block - 1, block) - lba)
    n = block_at(s->end + block - 1, block) - lba;
  s->from = lba * block;
  if (lba < first || lba >= last) {
    s->len = (size_t)block;
    return read_beside(s, lba, f);
  }
  if (n > last - lba)
    n = last - lba;
  return read_within(s, lba, (unsigned)n, f);
}

/* === what a source does === */

static bool disc_open(struct source *base, struct failure *f) {
  struct disc_source *s = (struct disc_source *)base;
  s->piece = malloc(PIECE);
  if (s->piece == NULL)
    return fail(f, FAIL_NO_MEMORY, "copy: out of memory");
  s->next = (int64_t)s->part.start * (int64_t)block_of(s) +
            (s->part.audio ? s->disc->shift : 0);
  s->end = s->next + base->length;
  s->len = 0;
  return true;
}

static bool check_cancelled(struct disc_source *s, struct failure *f) {
  return !atomic_load(&s->disc->cancelled) ||
         fail(f, FAIL_USER_ABORT, "reading was cancelled");
}

static ptrdiff_t
disc_read(struct source *base, void *buf, size_t len, struct failure *f) {
  struct disc_source *s = (struct disc_source *)base;
  int64_t at;
  if (s->next == s->end)
    return 0;
  if (!check_cancelled(s, f))
    return -1;
  if (s->len == 0 || s->next >= s->from + (int64_t)s->len) {
    if (!fill(s, f)) {
      s->len = 0;
      check_cancelled(s, f);
      return -1;
    }
  }
  at = s->next - s->from;
  if (len > s->len - (size_t)at)
    len = s->len - (size_t)at;
  if ((int64_t)len > s->end - s->next)
    len = (size_t)(s->end - s->next);
  memcpy(buf, s->piece + at, len);
  s->next += (int64_t)len;
  return (ptrdiff_t)len;
}

static bool disc_check(struct source *base, struct failure *f) {
  struct disc_source *s = (struct disc_source *)base;
  if (!atomic_load(&s->disc->recorder->patience.medium_changed))
    return true;
  return fail(
    f, FAIL_WRONG_DISC, "the disc was changed while it was being copied");
}

static void disc_shut(struct source *base) {
  struct disc_source *s = (struct disc_source *)base;
  free(s->piece);
  s->piece = NULL;
  atomic_store(&s->disc->cancelled, false);
}

static void disc_cancel(struct source *base) {
  atomic_store(&((struct disc_source *)base)->disc->cancelled, true);
}

static void leave(struct shared_disc *disc) {
  if (atomic_fetch_sub(&disc->refs, 1) != 1)
    return;
  disc->recorder->patience.cancelled = NULL;
  recorder_unlock_tray(disc->recorder);
  recorder_end_job(disc->recorder);
  recorder_unref(disc->recorder);
  free(disc);
}

static void disc_free(struct source *base) {
  struct disc_source *s = (struct disc_source *)base;
  free(s->piece);
  leave(s->disc);
  free(s);
}

static const struct source_ops disc_ops = {
  .kind = "disc",
  .open = disc_open,
  .read = disc_read,
  .check = disc_check,
  .shut = disc_shut,
  .cancel = disc_cancel,
  .free = disc_free,
};

/* === making them === */

static struct source *
one(struct shared_disc *disc, const struct disc_part *part, struct failure *f) {
  struct disc_source *s = calloc(1, sizeof *s);
  if (s == NULL) {
    fail(f, FAIL_NO_MEMORY, "copy: out of memory");
    return NULL;
  }
  s->disc = disc;
  s->part = *part;
  atomic_fetch_add(&disc->refs, 1);
  source_init(
    &s->base, &disc_ops, (int64_t)part->blocks * (int64_t)block_of(s));
  return &s->base;
}

static struct shared_disc *
take(struct recorder *r, int32_t shift, struct failure *f) {
  struct shared_disc *disc = calloc(1, sizeof *disc);
  struct failure ignored;
  if (disc == NULL) {
    fail(f, FAIL_NO_MEMORY, "copy: out of memory");
    return NULL;
  }
  if (!recorder_begin_job(r, false, true, f)) {
    free(disc);
    return NULL;
  }
  recorder_ref(r);
  atomic_init(&disc->refs, 1);
  disc->recorder = r;
  disc->shift = shift;
  atomic_init(&disc->cancelled, false);
  r->patience.cancelled = &disc->cancelled;
  mmc_prevent_removal(recorder_link(r), true, &ignored);
  return disc;
}

bool disc_sources(struct recorder *r,
                  const struct disc_part *parts,
                  unsigned count,
                  int32_t shift,
                  struct source **out,
                  struct failure *f) {
  struct shared_disc *disc = take(r, shift, f);
  unsigned made = 0;
  if (disc == NULL)
    return false;
  while (made < count && (out[made] = one(disc, &parts[made], f)) != NULL)
    made++;
  if (made < count)
    while (made > 0)
      source_unref(out[--made]);
  leave(disc);
  return made == count;
}
