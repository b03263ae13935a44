/* open_ended.c: a track whose source names no length: there is as much room as
   the disc has, and the rest of the plan is made when the source has ended. */
#include "burn.h"

bool open_ended_begin(struct burn *b, unsigned index, struct failure *f) {
  const struct plan_track *t = &b->plan.tracks[index];
  return !t->open_ended || !b->spec.verify ||
         marks_init(
           &b->marks[index], t->room, b->block, b->spec.tracks[index].audio) ||
         fail(f, FAIL_NO_MEMORY, "burn: no memory for the checksums");
}

bool open_ended_fits(const struct burn *b,
                     unsigned index,
                     unsigned blocks,
                     struct failure *f) {
  const struct plan_track *t = &b->plan.tracks[index];
  return !t->open_ended || b->report.tracks[index].blocks + blocks <= t->room ||
         fail(f,
              FAIL_DISC_FULL,
              "the source goes on, and %u blocks is all that the disc had room "
              "for",
              (unsigned)t->room);
}

bool open_ended_plan(struct burn *b, unsigned index, struct failure *f) {
  struct warnings *w = &b->report.warnings;
  if (!b->plan.tracks[index].open_ended)
    return true;
  b->spec.tracks[index].length = (int64_t)b->report.tracks[index].bytes;
  if (!plan_make(&b->spec, &b->medium, &b->plan, f))
    return false;
  for (unsigned i = 0; i < b->plan.warnings.count; i++)
    add_warning(
      w, b->plan.warnings.list[i].code, "%s", b->plan.warnings.list[i].message);
  return true;
}
