/* offset.c: see offset.h. */
#include "offset.h"

#include <stdlib.h>
#include <string.h>

#define PLACES (2 * OFFSET_MOST + 1)
/* Blocks around an anchor in which it may be found. */
#define SEARCHED (2 * IMPRINT_EDGE + 2)
#define TRACKS_ASKED                                                           \
  8 /* at either end; a disc that is no good ends somewhere */

/* === the search === */

/* What a drive gives around an anchor. Not every block can be read. */
struct search {
  int32_t start;
  bool had[SEARCHED];
  uint8_t bytes[SEARCHED * IMPRINT_BLOCK];
  bool possible[PLACES]; /* an offset of its place less OFFSET_MOST */
  bool found[PLACES];
};

/* Is it worth to go on: does only this block fail? */
static bool is_of_disc(const struct failure *f) {
  return f->has_sense &&
         (f->key == KEY_MEDIUM_ERROR || f->key == KEY_ILLEGAL_REQUEST ||
          f->key == KEY_BLANK_CHECK);
}

static bool read_around(struct job *j, struct search *s, struct failure *f) {
  struct transport *link = recorder_link(j->recorder);
  bool all = mmc_read_audio(link, s->start, SEARCHED, s->bytes, f);
  if (!all && !is_of_disc(f))
    return false;
  for (int i = 0; i < SEARCHED; i++) {
    s->had[i] =
      all || mmc_read_audio(
               link, s->start + i, 1, s->bytes + (size_t)i * IMPRINT_BLOCK, f);
    if (!s->had[i] && !is_of_disc(f))
      return false;
  }
  return true;
}

static bool
lies_at(const struct search *s, const struct anchor *a, int64_t at) {
  int64_t end = at + (int64_t)a->len;
  if (at < 0 || end > SEARCHED * IMPRINT_BLOCK)
    return false;
  for (int64_t i = at / IMPRINT_BLOCK; i * IMPRINT_BLOCK < end; i++)
    if (!s->had[i])
      return false;
  return memcmp(s->bytes + at, a->bytes, a->len) == 0;
}

/* The offsets at which an anchor is found rule out the others, unless it is
   found nowhere. */
static bool search(struct job *j,
                   struct search *s,
                   const struct offset_known *known,
                   const struct anchor *a,
                   struct failure *f) {
  int32_t block = (int32_t)(a->frame * IMPRINT_FRAME / IMPRINT_BLOCK);
  int64_t at;
  bool any = false;
  if (!a->on)
    return true;
  if (!job_go_on(j, f))
    return false;
  s->start = known->start + block - IMPRINT_EDGE;
  if (!read_around(j, s, f))
    return false;
  at = (int64_t)a->frame * IMPRINT_FRAME -
       (int64_t)(block - IMPRINT_EDGE) * IMPRINT_BLOCK -
       OFFSET_MOST * IMPRINT_FRAME;
  for (int i = 0; i < PLACES; i++) {
    s->found[i] =
      s->possible[i] && lies_at(s, a, at + (int64_t)i * IMPRINT_FRAME);
    any = any || s->found[i];
  }
  if (any)
    memcpy(s->possible, s->found, sizeof s->possible);
  return true;
}

static bool is_settled(const struct search *s) {
  int left = 0;
  for (int i = 0; i < PLACES; i++)
    left += s->possible[i];
  return left == 1;
}

static int32_t least(const struct search *s) {
  for (int32_t i = 0; i <= OFFSET_MOST; i++) {
    if (s->possible[OFFSET_MOST + i])
      return i;
    if (s->possible[OFFSET_MOST - i])
      return -i;
  }
  return 0;
}

/* From the outside in: where silence begins and ends says most. */
bool offset_find(struct job *j,
                 const struct offset_known *known,
                 unsigned count,
                 int32_t *frames,
                 struct failure *f) {
  struct search *s = calloc(1, sizeof *s);
  bool ok = true;
  if (s == NULL)
    return fail(f, FAIL_NO_MEMORY, "%s: out of memory", j->ops->name);
  memset(s->possible, true, sizeof s->possible);
  for (unsigned i = 0; ok && i < count && i < TRACKS_ASKED; i++) {
    const struct offset_known *one = &known[i], *other = &known[count - 1 - i];
    if (is_settled(s))
      break;
    ok = search(j, s, one, &one->imprint->first, f) &&
         search(j, s, other, &other->imprint->last, f);
  }
  *frames = least(s);
  free(s);
  return ok;
}

/* === out of reach === */

static bool can_read(struct job *j, int32_t lba, bool *can, struct failure *f) {
  uint8_t block[IMPRINT_BLOCK];
  *can = mmc_read_audio(recorder_link(j->recorder), lba, 1, block, f);
  return *can || is_of_disc(f);
}

bool offset_reach(struct job *j,
                  struct reading *w,
                  const struct imprint *imprint,
                  uint8_t *edges,
                  struct failure *f) {
  struct reading_place p = reading_place(w);
  int64_t own = (int64_t)w->start * IMPRINT_BLOCK + w->shift;
  int32_t end = w->start + (int32_t)w->blocks;
  int64_t wanted = reading_bytes(w);
  memset(edges, 0, 2 * OFFSET_ROOM);
  w->before = (struct span){edges, 0};
  w->after = (struct span){edges + OFFSET_ROOM, 0};
  for (int32_t lba = w->start - 1; lba >= p.first; lba--) {
    bool can;
    if (!can_read(j, lba, &can, f))
      return false;
    if (!can) {
      w->before.len = (size_t)((int64_t)(lba + 1) * IMPRINT_BLOCK - own);
      break;
    }
  }
  for (int32_t lba = end; lba < p.end; lba++) {
    bool can;
    if (!can_read(j, lba, &can, f))
      return false;
    if (!can) {
      w->after.len = (size_t)(own + wanted - (int64_t)lba * IMPRINT_BLOCK);
      break;
    }
  }
  if (imprint != NULL) {
    imprint_get(imprint, 0, edges, w->before.len);
    imprint_get(imprint,
                (uint64_t)wanted - w->after.len,
                edges + OFFSET_ROOM,
                w->after.len);
  }
  return true;
}
