/* expected.c: is this still the disc that the job was made for? Between the
   look and the burn it may have been changed, or written to by another program.
 */
#include "burn.h"

#include <string.h>

struct medium_mark medium_mark(const struct medium *m) {
  struct medium_mark mark = {
    .state = m->state,
    .profile = m->profile,
    .sessions = m->sessions,
    .has_nwa = m->has_nwa,
    .next_writable = m->next_writable,
    .free_blocks = m->free_blocks,
  };
  memcpy(mark.media_id, m->media_id, sizeof mark.media_id);
  return mark;
}

static bool wrong(struct failure *f, const char *what) {
  fail(f,
       FAIL_WRONG_DISC,
       "this is not the disc that the job was made for: %s",
       what);
  f->culprit = CULPRIT_MEDIUM;
  f->advice = "Put the right disc in, or look at this one and plan anew.";
  return false;
}

#define ASC_RANGE 0x21 /* with 05h and 00h: the block is out of range */

/* Drives differ in what a disc holds where nobody ever wrote: zeros, or a
   refusal. */
static bool never_written(const struct failure *f) {
  return (f->key == KEY_ILLEGAL_REQUEST && f->asc == ASC_RANGE &&
          f->ascq == 0) ||
         f->key == KEY_BLANK_CHECK;
}

static bool same_block(struct burn *b, struct failure *f) {
  const struct burn_expect *e = &b->spec.expect;
  uint8_t block[SOURCE_BLOCK];
  if (!mmc_read(recorder_link(b->job.recorder), e->lba, 1, block, false, f)) {
    if (!f->has_sense || !never_written(f))
      return false;
    memset(block, 0, sizeof block);
  }
  return memcmp(block, e->block, sizeof block) == 0 ||
         wrong(f, "its volume descriptor is another one");
}

/* A drive that did not tell it once may tell it the next time. */
static bool other_id(const char *a, const char *b) {
  return a[0] != '\0' && b[0] != '\0' && strcmp(a, b) != 0;
}

bool burn_check_expected(struct burn *b, struct failure *f) {
  const struct burn_expect *e = &b->spec.expect;
  const struct medium_mark *then = &e->mark;
  const struct medium *now = &b->medium;
  if (!e->on)
    return true;
  if (now->state == MEDIUM_NONE)
    return fail(f, FAIL_MEDIUM_NOT_PRESENT, "there is no disc in the recorder");
  if (now->profile != then->profile || now->state != then->state)
    return wrong(f, "its kind or its state is another one");
  if (now->sessions != then->sessions || now->has_nwa != then->has_nwa ||
      now->next_writable != then->next_writable ||
      now->free_blocks != then->free_blocks)
    return wrong(f, "it has been written to, or holds something else");
  if (other_id(now->media_id, then->media_id))
    return wrong(f, "its media id is another one");
  return !e->has_block || same_block(b, f);
}
