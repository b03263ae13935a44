/* proof.c: the end of a burn: what does the medium say now, and what is really
   on it? A burn whose commands all succeeded on a disc that stayed blank fails
   here. */
#include "burn.h"
#include "offset.h"
#include "reading.h"
#include "speed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* === the medium asked again === */

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
    warn(
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
  return b->spec.simulate || check_tracks(b, f);
}

/* === reading back === */

static void name_bad(struct burn *b, unsigned index) {
  struct burn_readback *rb = &b->report.readback[index];
  struct source *s = b->spec.tracks[index].source;
  int64_t block = rb->first_bad - b->report.tracks[index].start;
  if (s->ops->locate == NULL || block < 0 ||
      !s->ops->locate(s, (uint32_t)block, rb->name, sizeof rb->name))
    rb->name[0] = '\0';
}

static bool bad_block(struct burn *b, unsigned index, struct failure *f) {
  const struct burn_readback *rb = &b->report.readback[index];
  char why[200];
  snprintf(why, sizeof why, "%.199s", f->message);
  fail(f,
       FAIL_VERIFY_FAILED,
       "track %u cannot be read back at block %lld%s%s: %s",
       index + 1,
       (long long)rb->first_bad,
       rb->name[0] != '\0' ? ", in " : "",
       rb->name,
       why);
  f->has_lba = true;
  f->lba = (int32_t)rb->first_bad;
  return false;
}

static bool other_bytes(struct burn *b, unsigned index, struct failure *f) {
  const struct burn_readback *rb = &b->report.readback[index];
  fail(f,
       FAIL_VERIFY_FAILED,
       "track %u reads back with other bytes, first at block %lld%s%s",
       index + 1,
       (long long)rb->first_bad,
       rb->name[0] != '\0' ? ", in " : "",
       rb->name);
  f->has_lba = true;
  f->lba = (int32_t)rb->first_bad;
  return false;
}

static bool compare(struct burn *b,
                    unsigned index,
                    const struct marks *marks,
                    struct failure *f) {
  const struct burn_written *w = &b->report.tracks[index];
  struct burn_readback *rb = &b->report.readback[index];
  int64_t block;
  if (memcmp(w->sha256, rb->sha256, DIGEST_SIZE) == 0)
    return true;
  block = marks_differ(&b->marks[index], marks);
  rb->first_bad = w->start + (block > 0 ? block : 0);
  rb->bad_range = block < 0 ? w->blocks : marks->blocks_per_mark;
  name_bad(b, index);
  return other_bytes(b, index, f);
}

/* What reading back goes by, and what it has room for. */
struct proof {
  struct burn *burn;
  struct ring ring;
  int32_t offset; /* of audio, in frames */
  uint8_t edges[2 * OFFSET_ROOM];
};

static size_t block_of(const struct burn *b, unsigned index) {
  return b->spec.tracks[index].audio ? SOURCE_AUDIO_BLOCK : SOURCE_BLOCK;
}

/* Audio is found at its offset, or as near to it as the drive reads. */
static bool place_audio(struct proof *p,
                        unsigned index,
                        struct reading *reading,
                        struct failure *f) {
  struct burn *b = p->burn;
  struct burn_readback *rb = &b->report.readback[index];
  reading->kind = SECTORS_AUDIO;
  reading->shift = p->offset * IMPRINT_FRAME;
  rb->audio = true;
  rb->offset = p->offset;
  if (!offset_reach(&b->job, reading, b->marks[index].imprint, p->edges, f))
    return false;
  rb->unread =
    (uint32_t)((reading->before.len + reading->after.len) / IMPRINT_FRAME);
  if (rb->unread > 0)
    warn(&b->report.warnings,
         "samples_unread",
         "track %u: the drive reads audio %d samples off its place and cannot "
         "reach %u at the end of it",
         index + 1,
         (int)p->offset,
         (unsigned)rb->unread);
  return true;
}

static bool run_reading(struct proof *p,
                        unsigned index,
                        struct reading *reading,
                        uint64_t done,
                        struct failure *f) {
  struct burn *b = p->burn;
  struct burn_readback *rb = &b->report.readback[index];
  size_t block = block_of(b, index);
  bool ok;
  if (b->spec.tracks[index].audio && !place_audio(p, index, reading, f))
    return false;
  ok = reading_run(&b->job, &p->ring, reading, done, f);
  rb->blocks = (uint32_t)((reading->read_bytes + block - 1) / block);
  rb->first_bad = reading->first_bad;
  if (ok) {
    rb->hashed = true;
    memcpy(rb->sha256, reading->sha256, DIGEST_SIZE);
    return compare(b, index, reading->marks, f);
  }
  if (rb->first_bad >= 0) {
    rb->bad_range = 1;
    name_bad(b, index);
    bad_block(b, index, f);
  }
  return false;
}

static bool
read_track(struct proof *p, unsigned index, uint64_t done, struct failure *f) {
  struct burn *b = p->burn;
  const struct burn_written *w = &b->report.tracks[index];
  struct digest sha;
  struct marks marks;
  struct reading reading = {
    .start = w->start,
    .blocks = w->blocks,
    .bytes = w->bytes,
    .from_medium = strcmp(b->report.method, "fua") == 0,
    .packet = b->spec.packet,
    .sha = &sha,
    .marks = &marks,
    .fd = -1,
  };
  bool ok;
  b->report.readback[index].first_bad = -1;
  b->report.read_count = index + 1;
  if (!marks_init_like(&marks, &b->marks[index]))
    return fail(f, FAIL_NO_MEMORY, "burn: no memory for the checksums");
  if (!digest_init(&sha, "SHA256", f)) {
    marks_free(&marks);
    return false;
  }
  ok = run_reading(p, index, &reading, done, f);
  digest_free(&sha);
  marks_free(&marks);
  return ok;
}

static bool find_offset(struct proof *p, struct failure *f) {
  struct burn *b = p->burn;
  struct offset_known known[BURN_TRACKS_MAX];
  unsigned count = 0;
  for (unsigned i = 0; i < b->report.track_count; i++)
    if (b->spec.tracks[i].audio)
      known[count++] =
        (struct offset_known){b->report.tracks[i].start, b->marks[i].imprint};
  return offset_find(&b->job, known, count, &p->offset, f);
}

static bool read_tracks(struct proof *p, struct failure *f) {
  struct burn *b = p->burn;
  uint64_t done = 0;
  if (!find_offset(p, f))
    return false;
  for (unsigned i = 0; i < b->report.track_count; i++) {
    if (!read_track(p, i, done, f))
      return false;
    done += b->report.tracks[i].blocks;
  }
  return true;
}

/* By a ring of its own: the feed's may still be others'. */
bool burn_read_back(struct burn *b, struct failure *f) {
  struct recorder *r = b->job.recorder;
  struct proof *p;
  size_t size = b->spec.buffer < READING_RING ? b->spec.buffer : READING_RING;
  uint32_t speed = b->spec.read_speed;
  if (!b->spec.verify || b->spec.simulate)
    return true;
  if (speed > 0 && !speed_set(r, speed, 0, &b->report.warnings, f))
    return false;
  p = calloc(1, sizeof *p);
  if (p == NULL || !ring_init(&p->ring, size, 1, 0)) {
    free(p);
    return fail(f, FAIL_NO_MEMORY, "burn: no memory to read back");
  }
  p->burn = b;
  b->report.verified = read_tracks(p, f);
  ring_destroy(&p->ring);
  free(p);
  if (speed > 0)
    speed_lift(r);
  return b->report.verified;
}
