/* as_needed.c: erase or format before the burn where that is needed, for
   scripts that take whatever disc lies there (docs/engine.md). */
#include "as_needed.h"

#include "burn.h"
#include "../recorder/format.h"

#define CD_RUN_OUT 2 /* blocks at the end of a CD that are not free */

static bool is_dvd_rw(const struct medium *m) {
  return profile_blanked(m->profile) != profile_formatted(m->profile);
}

/* A DVD-RW that is to have more than one session wants all of it blanked: a
   minimal BLANK leaves it good for disc-at-once only (drives.md 6). */
static bool erases_fully(const struct burn_spec *spec, const struct medium *m) {
  return is_dvd_rw(m) && (spec->keep_open || spec->mode == MODE_INCREMENTAL);
}

static bool wants_erasing(const struct burn_spec *spec,
                          const struct medium *m) {
  if (!m->erasable || spec->mode == MODE_OVERWRITE)
    return false;
  if (profile_is_overwritable(m->profile))
    return is_dvd_rw(m) &&
           (spec->mode == MODE_INCREMENTAL || spec->mode == MODE_DAO);
  if (m->state == MEDIUM_BLANK)
    return erases_fully(spec, m) && !(m->ways & WAY_INCREMENTAL);
  return m->state == MEDIUM_COMPLETE || m->state == MEDIUM_DAMAGED ||
         (m->state == MEDIUM_APPENDABLE && !spec->append);
}

static bool wants_formatting(const struct burn_spec *spec,
                             const struct medium *m) {
  return m->state == MEDIUM_UNFORMATTED ||
         (profile_formatted(m->profile) != m->profile &&
          spec->mode == MODE_OVERWRITE);
}

/* What BLANK leaves of it. A DVD-RW's size stands among its formats. */
static void erased(const struct burn_spec *spec, struct medium *m) {
  m->state = MEDIUM_BLANK;
  m->last_session = 0;
  m->track_count = m->sessions = 0;
  m->has_nwa = true;
  m->next_writable = 0;
  m->free_blocks = m->capacity_blocks;
  if (!is_dvd_rw(m)) {
    m->free_blocks -= m->free_blocks > CD_RUN_OUT ? CD_RUN_OUT : 0;
    return;
  }
  if (medium_format_blocks(m, FORMAT_FULL_PACKETS) > 0)
    m->free_blocks = medium_format_blocks(m, FORMAT_FULL_PACKETS);
  if (m->capacity_blocks < m->free_blocks)
    m->capacity_blocks = m->free_blocks;
  m->profile = profile_blanked(m->profile);
  m->ways = WAY_DAO | (erases_fully(spec, m) ? WAY_INCREMENTAL : 0);
}

static void formatted(const struct format_choice *choice, struct medium *m) {
  m->profile = profile_formatted(m->profile);
  m->state = MEDIUM_OVERWRITABLE;
  m->ways = WAY_OVERWRITE;
  m->last_session = 0;
  m->track_count = 0;
  m->has_nwa = true;
  m->next_writable = 0;
  m->free_blocks = m->capacity_blocks = choice->format.blocks;
}

bool as_needed_plan(const struct burn_spec *spec,
                    const struct medium *m,
                    struct medium *then) {
  struct format_choice choice;
  struct failure ignored;
  if (!spec->as_needed)
    return false;
  if (wants_erasing(spec, m)) {
    *then = *m;
    erased(spec, then);
    return true;
  }
  if (!wants_formatting(spec, m) ||
      !format_choose(m, "default", &choice, &ignored))
    return false;
  *then = *m;
  formatted(&choice, then);
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
