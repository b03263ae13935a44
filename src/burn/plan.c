/* plan.c: everything that can be refused is refused here, before the first
   byte: by the burn itself too, so that both agree. */
#include "plan.h"

#include "as_needed.h"
#include "cd.h"
#include "write_mode.h"
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define BUFFER_MOST ((size_t)16 << 20)
#define BUFFER_LEAST ((size_t)4 << 20)

/* One source at a time: where a next one would go, nobody could say. */
static bool check_open_ended(const struct burn_spec *spec,
                             unsigned index,
                             struct plan *plan,
                             struct failure *f) {
  plan->tracks[index].open_ended = true;
  return spec->track_count == 1 ||
         fail(f,
              FAIL_UNSUPPORTED,
              "track %u: its length must be known beforehand: it is not alone",
              index + 1) ||
         advise(f, "Burn it alone, or say how long it is.");
}

static bool check_length(const struct burn_track *t,
                         unsigned number,
                         uint32_t *blocks,
                         struct failure *f) {
  int64_t block = track_block(t);
  if (t->length == 0)
    return fail(f, FAIL_BAD_FILE, "track %u: there is nothing in it", number);
  if (t->length % block != 0 && !t->stream && !t->audio)
    return fail(f,
                FAIL_BAD_FILE,
                "track %u: %lld bytes are not a whole number of blocks of "
                "%lld bytes",
                number,
                (long long)t->length,
                (long long)block);
  /* No disc holds 2^31 blocks (4 TiB); the sums below stay in range. */
  if (t->length / block > INT32_MAX)
    return fail(f,
                FAIL_DISC_FULL,
                "track %u: %lld bytes are more than any disc holds",
                number,
                (long long)t->length);
  *blocks = (uint32_t)((t->length + block - 1) / block);
  return true;
}

static bool check_tracks(const struct burn_spec *spec,
                         struct plan *plan,
                         struct failure *f) {
  plan->track_count = spec->track_count;
  for (unsigned i = 0; i < spec->track_count; i++) {
    const struct burn_track *t = &spec->tracks[i];
    if (t->length < 0 ? !check_open_ended(spec, i, plan, f)
                      : !check_length(t, i + 1, &plan->tracks[i].blocks, f))
      return false;
  }
  return true;
}

static const char *not_blank_advice(const struct burn_spec *spec,
                                    const struct medium *medium) {
  if (medium->state == MEDIUM_OVERWRITABLE)
    return "Burn with `as_needed` to overwrite what is on it, or append to it.";
  if (medium->erasable)
    return spec->append ? "Nothing can be added to it: erase it, or use a "
                          "blank disc."
                        : "Erase it, burn with `as_needed`, or use a blank "
                          "disc.";
  if (medium->state == MEDIUM_APPENDABLE && !spec->append)
    return "Append to it, or use a blank disc.";
  return "Use a blank disc: nothing can be added to one that is closed.";
}

/* Why a disc in this state is not written. */
static bool refuse(const struct burn_spec *spec,
                   const struct medium *medium,
                   struct failure *f) {
  const char *name = profile_name(medium->profile);
  if (name == NULL)
    name = "unknown kind";
  switch (medium->state) {
    case MEDIUM_NONE:
      return fail(
        f, FAIL_MEDIUM_NOT_PRESENT, "there is no disc in the recorder");
    case MEDIUM_DAMAGED:
      fail(f, FAIL_MEDIUM_NOT_BLANK, "the disc's last track was never ended");
      f->advice = medium->erasable ? "Erase it."
                                   : "Close it with `finish`, or use a blank "
                                     "disc.";
      return false;
    case MEDIUM_APPENDABLE:
    case MEDIUM_COMPLETE:
    case MEDIUM_OVERWRITABLE:
      fail(f,
           FAIL_MEDIUM_NOT_BLANK,
           "the disc (%s) is not blank: it is %s",
           name,
           medium_state_names[medium->state]);
      f->advice = not_blank_advice(spec, medium);
      return false;
    case MEDIUM_UNFORMATTED:
      fail(
        f, FAIL_MEDIUM_NOT_FORMATTED, "the disc (%s) is not formatted", name);
      if (spec->as_needed)
        f->advice = "The drive names no format for it: try another drive.";
      return false;
    case MEDIUM_BLANK:
    case MEDIUM_UNSUPPORTED:
      break;
  }
  return fail(
    f, FAIL_MEDIUM_INVALID_TYPE, "this disc (%s) cannot be written", name);
}

static bool check_medium(const struct burn_spec *spec,
                         const struct medium *medium,
                         struct failure *f) {
  enum medium_state state = medium->state;
  if (medium->write_protected) {
    fail(f, FAIL_CANNOT_WRITE_TO_MEDIA, "the disc is write-protected");
    f->advice = "Take the protection off (a tab of the cartridge, or SEND DISC "
                "STRUCTURE C0h), or use another disc.";
    return false;
  }
  if (state == MEDIUM_BLANK || (state == MEDIUM_APPENDABLE && spec->append) ||
      (state == MEDIUM_OVERWRITABLE && (spec->append || spec->as_needed)))
    return true;
  return refuse(spec, medium, f);
}

bool disc_too_small(uint64_t need, uint32_t free_blocks, struct failure *f) {
  uint64_t over = need - free_blocks;
  return fail(f,
              FAIL_DISC_FULL,
              "%llu blocks are needed and %u are free: %llu blocks (%.1f MiB) "
              "too many",
              (unsigned long long)need,
              (unsigned)free_blocks,
              (unsigned long long)over,
              (double)over * SOURCE_BLOCK / (1024 * 1024));
}

size_t plan_buffer(const struct burn_spec *spec) {
  uint64_t total = 0, share;
  for (unsigned i = 0; i < spec->track_count; i++) {
    if (spec->tracks[i].length < 0)
      return BUFFER_MOST;
    total += (uint64_t)spec->tracks[i].length;
  }
  share = total / 16 > BUFFER_LEAST ? total / 16 : BUFFER_LEAST;
  if (share > total)
    share = total;
  return share < BUFFER_MOST ? (size_t)share : BUFFER_MOST;
}

bool plan_has_audio(const struct burn_spec *spec) {
  for (unsigned i = 0; i < spec->track_count; i++)
    if (spec->tracks[i].audio)
      return true;
  return false;
}

bool plan_has_mode_2(const struct burn_spec *spec) {
  for (unsigned i = 0; i < spec->track_count; i++)
    if (spec->tracks[i].mode_2)
      return true;
  return false;
}

bool plan_has_raw(const struct burn_spec *spec) {
  for (unsigned i = 0; i < spec->track_count; i++)
    if (track_block(&spec->tracks[i]) == SOURCE_RAW_BLOCK)
      return true;
  return false;
}

static bool check_places(const struct burn_spec *spec,
                         const struct plan *plan,
                         struct failure *f) {
  for (unsigned i = 0; i < spec->track_count; i++)
    if (spec->tracks[i].placed && plan->mode->request != MODE_OVERWRITE)
      return fail(f,
                  FAIL_UNSUPPORTED,
                  "track %u: only what can be overwritten takes a start",
                  i + 1) ||
             advise(f, "Leave `start` out: the disc says where it goes on.");
  return true;
}

/* Data holds addresses: of a copy's tracks it is known where they belong. */
static bool check_starts(const struct burn_spec *spec,
                         const struct plan *plan,
                         struct failure *f) {
  for (unsigned i = 0; i < spec->track_count; i++)
    if (spec->tracks[i].has_place &&
        spec->tracks[i].place != plan->tracks[i].start)
      return fail(f,
                  FAIL_UNSUPPORTED,
                  "track %u would begin at block %d of this disc, and belongs "
                  "at %d: the addresses in its data would be wrong",
                  i + 1,
                  (int)plan->tracks[i].start,
                  (int)spec->tracks[i].place) ||
             advise(f,
                    "Use a blank disc; or read the data (`read`) and burn it "
                    "anew.");
  return true;
}

/* Nothing is known of it but where it begins. */
static void leave_open(const struct medium *medium, struct plan *plan) {
  struct plan_track *t = &plan->tracks[0];
  t->padding = 0;
  t->room = medium->free_blocks - (uint32_t)(t->start - medium->next_writable);
  plan->used = 0;
  plan->capacity_after = t->room;
  plan->warnings.count = 0;
}

static bool make(const struct burn_spec *spec,
                 const struct medium *medium,
                 struct plan *plan,
                 struct failure *f) {
  if (!check_medium(spec, medium, f) || !check_tracks(spec, plan, f))
    return false;
  if (!profile_is_cd(medium->profile) && !cd_features_unused(spec, medium, f))
    return false;
  plan->mode = choose_write_mode(spec, medium, f);
  if (plan->mode == NULL)
    return false;
  if (spec->simulate && !medium->test_write)
    return fail(f,
                FAIL_UNSUPPORTED,
                "simulation: this drive cannot write for test on this disc") ||
           advise(f, "Burn without `simulate`.");
  if (spec->stream && !medium->stream)
    return fail(f,
                FAIL_UNSUPPORTED,
                "stream recording: this drive does not do that on this disc") ||
           advise(f, "Burn without `stream`.");
  if (!check_places(spec, plan, f) ||
      !plan->mode->plan(spec, medium, plan, f) || !check_starts(spec, plan, f))
    return false;
  if (plan->tracks[0].open_ended)
    leave_open(medium, plan);
  for (unsigned i = 0; i < plan->track_count; i++) {
    plan->blocks += plan->tracks[i].blocks;
    plan->padding += plan->tracks[i].padding;
    plan->pregaps += plan->tracks[i].pregap;
  }
  return true;
}

bool plan_make(const struct burn_spec *spec,
               const struct medium *medium,
               struct plan *plan,
               struct failure *f) {
  struct medium then;
  memset(plan, 0, sizeof *plan);
  plan->needs_preparation = as_needed_plan(spec, medium, &then);
  if (plan->needs_preparation && spec->simulate)
    return fail(f,
                FAIL_UNSUPPORTED,
                "simulation: the disc would have to be erased or formatted") ||
           advise(f, "Erase or format it first, or burn without `simulate`.");
  return make(spec, plan->needs_preparation ? &then : medium, plan, f);
}
