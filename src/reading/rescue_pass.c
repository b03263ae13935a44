/* rescue_pass.c: the passes of a rescue, as docs/copy.md has them. */
#include "rescue.h"

#define SKIP_LEAST 64u /* blocks */
#define SKIP_MOST 4096u

/* What was never tried, in long packets; 'skipping' away from what fails. */
static bool copy(struct rescue *s,
                 const struct rescue_piece *p,
                 bool skipping,
                 struct failure *f) {
  uint32_t at = p->at, end = p->at + p->blocks, n, skip = SKIP_LEAST;
  while (rescue_map_find(&s->map, at, end, RESCUE_NON_TRIED, &at, &n)) {
    if (n > RESCUE_AT_ONCE)
      n = RESCUE_AT_ONCE;
    switch (rescue_attempt(s, p, at, n, RESCUE_NON_TRIMMED, f)) {
      case ATTEMPT_ENDED:
        return false;
      case ATTEMPT_READ:
        skip = SKIP_LEAST;
        at += n;
        break;
      case ATTEMPT_UNREAD:
        at += skipping ? n + skip : n;
        if (skip < SKIP_MOST)
          skip *= 2;
        break;
    }
  }
  return true;
}

static bool scrape(struct rescue *s,
                   const struct rescue_piece *p,
                   enum rescue_status status,
                   struct failure *f) {
  uint32_t at = p->at, end = p->at + p->blocks, n;
  while (rescue_map_find(&s->map, at, end, status, &at, &n)) {
    if (rescue_attempt(s, p, at, 1, RESCUE_BAD, f) == ATTEMPT_ENDED)
      return false;
    at++;
  }
  return true;
}

static bool retry(struct rescue *s,
                  const struct rescue_piece *p,
                  bool backwards,
                  struct failure *f) {
  for (uint32_t i = 0; i < p->blocks; i++) {
    uint32_t at = p->at + (backwards ? p->blocks - 1 - i : i);
    if (s->map.status[at] == RESCUE_BAD &&
        rescue_attempt(s, p, at, 1, RESCUE_BAD, f) == ATTEMPT_ENDED)
      return false;
  }
  return true;
}

static bool begin_pass(struct rescue *s,
                       unsigned pass,
                       enum rescue_status status,
                       const char *name,
                       struct failure *f) {
  s->map.pass = pass;
  s->map.current_status = status;
  job_phase(&s->job, name, s->total);
  job_progress(&s->job, s->finished, s->map.block);
  return rescue_save(s, f);
}

static bool copy_all(struct rescue *s, bool skipping, struct failure *f) {
  if (!begin_pass(s, skipping ? 1 : 2, RESCUE_NON_TRIED, "reading", f))
    return false;
  for (unsigned i = 0; i < s->count; i++)
    if (!copy(s, &s->pieces[i], skipping, f))
      return false;
  return true;
}

static bool scrape_all(struct rescue *s, struct failure *f) {
  if (!begin_pass(s, 3, RESCUE_NON_SCRAPED, "scraping", f))
    return false;
  for (unsigned i = 0; i < s->count; i++)
    if (!scrape(s, &s->pieces[i], RESCUE_NON_TRIMMED, f) ||
        !scrape(s, &s->pieces[i], RESCUE_NON_SCRAPED, f))
      return false;
  return true;
}

static bool retry_all(struct rescue *s, struct failure *f) {
  for (uint32_t turn = 0; turn < s->retries && s->finished < s->total; turn++) {
    bool backwards = turn % 2 == 0;
    if (!begin_pass(s, 4 + turn, RESCUE_BAD, "retrying", f))
      return false;
    for (unsigned i = 0; i < s->count; i++)
      if (!retry(s, &s->pieces[backwards ? s->count - 1 - i : i], backwards, f))
        return false;
  }
  return true;
}

/* All of it from the beginning, so that no drive has it in its buffer still. */
static bool again_all(struct rescue *s, struct failure *f) {
  if (!s->twice)
    return true;
  if (!begin_pass(s, 4 + s->retries, RESCUE_FINISHED, "comparing", f))
    return false;
  for (unsigned i = 0; i < s->count; i++)
    if (s->pieces[i].kind == SECTORS_AUDIO &&
        !rescue_again(s, &s->pieces[i], f))
      return false;
  return true;
}

bool rescue_passes(struct rescue *s, struct failure *f) {
  return copy_all(s, true, f) && copy_all(s, false, f) && scrape_all(s, f) &&
         retry_all(s, f) && again_all(s, f);
}
