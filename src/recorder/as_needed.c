/* as_needed.c: erase or format before the burn where that is needed, for
   scripts that take whatever disc lies there (docs/engine.md). */
#include "as_needed.h"

#include "burn.h"
#include "format.h"

/* BLANK makes these blank again; all of it, where more than one session is to
   follow on a DVD-RW, which is else good for disc-at-once only. */
static bool wants_erasing(const struct burn_spec *spec,
                          const struct medium *m) {
  return m->erasable && !profile_is_overwritable(m->profile) &&
         (m->state == MEDIUM_COMPLETE || m->state == MEDIUM_DAMAGED ||
          (m->state == MEDIUM_APPENDABLE && !spec->append));
}

static bool erases_fully(const struct burn_spec *spec, const struct medium *m) {
  return m->profile == PROFILE_DVD_RW &&
         (spec->keep_open || spec->mode == MODE_INCREMENTAL);
}

bool as_needed_plan(const struct burn_spec *spec,
                    const struct medium *m,
                    struct medium *then) {
  struct format_choice choice;
  struct failure ignored;
  *then = *m;
  if (!spec->as_needed)
    return false;
  if (wants_erasing(spec, m)) {
    then->state = MEDIUM_BLANK;
    then->track_count = then->sessions = 0;
    then->has_nwa = true;
    then->next_writable = 0;
    then->free_blocks = m->capacity_blocks;
    if (m->profile == PROFILE_DVD_RW)
      then->ways |= WAY_DAO | (erases_fully(spec, m) ? WAY_INCREMENTAL : 0);
    return true;
  }
  if (m->state != MEDIUM_UNFORMATTED ||
      !format_choose(m, "default", &choice, &ignored))
    return false;
  then->state = MEDIUM_OVERWRITABLE;
  then->has_nwa = true;
  then->next_writable = 0;
  then->free_blocks = choice.format.blocks;
  return true;
}

bool as_needed_do(struct burn *b, struct failure *f) {
  struct ready_watch watch = job_watch(&b->job, false);
  struct format_choice choice;
  if (wants_erasing(&b->spec, &b->medium))
    return erase_and_wait(
      b->job.recorder, erases_fully(&b->spec, &b->medium), &watch, f);
  return format_choose(&b->medium, "default", &choice, f) &&
         format_and_wait(b->job.recorder, &choice, &watch, f);
}
