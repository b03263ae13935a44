/* recheck.c: after a burn the medium is asked again. A burn whose commands all
   succeeded on a disc that stayed blank fails here. */
#include "burn.h"
#include "../reading/reading.h"

#include <stdio.h>

/* The track that a block is in: on DVD+R what is closed together with an
   earlier part of its session becomes one track with it. */
static const struct medium_track *find_track(const struct medium *m,
                                             int32_t lba) {
  for (unsigned i = 0; i < m->track_count; i++) {
    const struct medium_track *t = &m->tracks[i];
    if (lba >= t->start && (uint32_t)(lba - t->start) < t->blocks)
      return t;
  }
  return NULL;
}

static bool lies(struct failure *f, const char *format, long a, long b) {
  char text[160];
  snprintf(text, sizeof text, format, a, b);
  return fail(
    f, FAIL_CANNOT_WRITE_TO_MEDIA, "every command succeeded, but %s", text);
}

static bool overwrites(const struct burn *b) {
  return b->plan.mode->request == MODE_OVERWRITE;
}

static bool check_tracks(struct burn *b, struct failure *f) {
  const struct medium *now = &b->report.medium;
  for (unsigned i = 0; i < b->report.track_count; i++) {
    const struct burn_written *w = &b->report.tracks[i];
    const struct medium_track *t = find_track(now, w->start);
    uint32_t from;
    if (t == NULL)
      return lies(f,
                  "the disc has no track at %ld (of %ld tracks)",
                  w->start,
                  (long)now->track_count);
    from = (uint32_t)(w->start - t->start);
    if (t->blocks - from < w->blocks + w->padding)
      return lies(f,
                  "the disc has %ld blocks of the %ld that were written",
                  (long)(t->blocks - from),
                  (long)(w->blocks + w->padding));
  }
  return true;
}

static bool check_state(struct burn *b, struct failure *f) {
  const struct medium *now = &b->report.medium;
  enum medium_state expected = b->spec.simulate    ? b->medium.state
                               : overwrites(b)     ? MEDIUM_OVERWRITABLE
                               : b->spec.keep_open ? MEDIUM_APPENDABLE
                                                   : MEDIUM_COMPLETE;
  if (now->state == expected)
    return true;
  /* A disc without room for another session is complete all the same. */
  if (expected == MEDIUM_APPENDABLE && now->state == MEDIUM_COMPLETE) {
    add_warning(
      &b->report.warnings,
      "not_kept_open",
      "the disc was to be kept open, and the drive says that it is complete");
    return true;
  }
  if (now->state == MEDIUM_BLANK || now->state == MEDIUM_NONE)
    return lies(f,
                now->state == MEDIUM_BLANK ? "the disc is blank"
                                           : "there is no disc",
                0,
                0);
  return fail(f,
              FAIL_CANNOT_WRITE_TO_MEDIA,
              "every command succeeded, but the disc is %s and not %s",
              medium_state_names[now->state],
              medium_state_names[expected]);
}

/* From the first block that was written to the last one: sources that have
   places come in any order. */
static struct stretch written(const struct burn *b) {
  struct stretch all = {b->report.tracks[0].start, b->report.tracks[0].start};
  for (unsigned i = 0; i < b->report.track_count; i++) {
    const struct burn_written *w = &b->report.tracks[i];
    int32_t end = w->start + (int32_t)w->blocks;
    if (w->start < all.start)
      all.start = w->start;
    if (end > all.end)
      all.end = end;
  }
  return all;
}

bool burn_check_medium(struct burn *b, struct failure *f) {
  struct recorder *r = b->job.recorder;
  struct ready_watch watch = job_watch(&b->job, true);
  bool read_back = b->spec.verify && !b->spec.simulate;
  if (read_back) {
    struct stretch proved = written(b);
    b->report.method =
      reading_refresh(&b->job, &proved, &b->report.warnings, f);
    if (b->report.method == NULL)
      return false;
  }
  if (!medium_read_watched(r, &watch, &b->report.medium, f))
    return false;
  b->report.has_medium = true;
  if (!check_state(b, f))
    return false;
  return b->spec.simulate || (check_tracks(b, f) && cd_check_codes(b, f));
}
