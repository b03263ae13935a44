/* proof.c: the end of a burn: what is really on the disc? It is read back. */
#include "burn.h"
#include "../reading/offset.h"
#include "../reading/reading.h"
#include "../recorder/speed.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

/* Audio is found at its offset, or as near to it as the drive reads. */
static bool place_audio(struct proof *p,
                        unsigned index,
                        struct reading *reading,
                        struct failure *f) {
  struct burn *b = p->burn;
  struct burn_readback *rb = &b->report.readback[index];
  reading->shift = p->offset * IMPRINT_FRAME;
  rb->audio = true;
  rb->offset = p->offset;
  if (!offset_reach(&b->job, reading, b->marks[index].imprint, p->edges, f))
    return false;
  rb->unread =
    (uint32_t)((reading->before.len + reading->after.len) / IMPRINT_FRAME);
  if (rb->unread > 0)
    add_warning(
      &b->report.warnings,
      "samples_unread",
      "track %u: the drive reads audio %d samples off its place and cannot "
      "reach %u at the end of it",
      index + 1,
      (int)p->offset,
      (unsigned)rb->unread);
  return true;
}

static enum sectors kind_of(const struct burn_track *t) {
  return t->audio ? SECTORS_AUDIO : t->sectors ? SECTORS_MODE_2 : SECTORS_DATA;
}

static bool run_reading(struct proof *p,
                        unsigned index,
                        struct reading *reading,
                        uint64_t done,
                        struct failure *f) {
  struct burn *b = p->burn;
  struct burn_readback *rb = &b->report.readback[index];
  size_t block = track_block(&b->spec.tracks[index]);
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

/* The samples before index 1. What of them the drive cannot reach counts as
   silence, which is no proof: then they are not compared. */
static bool compare_pregap(struct proof *p,
                           unsigned index,
                           struct reading *reading,
                           struct failure *f) {
  struct burn *b = p->burn;
  struct burn_readback *rb = &b->report.readback[index];
  bool ok = reading_run(&b->job, &p->ring, reading, 0, f);
  bool reached = reading->before.len + reading->after.len == 0;
  if (!ok && reading->first_bad < 0)
    return false;
  if (!ok || !reached) {
    add_warning(
      &b->report.warnings,
      "pregap_unread",
      "track %u: this drive does not read all that comes before its index 1",
      index + 1);
    return true;
  }
  memcpy(rb->pregap_sha256, reading->sha256, DIGEST_SIZE);
  rb->pregap_hashed = true;
  return memcmp(rb->pregap_sha256,
                b->report.tracks[index].pregap_sha256,
                DIGEST_SIZE) == 0 ||
         fail(f,
              FAIL_VERIFY_FAILED,
              "what comes before index 1 of track %u reads back with other "
              "bytes",
              index + 1);
}

static bool read_pregap(struct proof *p, unsigned index, struct failure *f) {
  struct burn *b = p->burn;
  const struct burn_track *t = &b->spec.tracks[index];
  uint32_t blocks = (uint32_t)(t->pregap_length / track_block(t));
  struct digest sha;
  struct reading reading = {
    .kind = kind_of(t),
    .start = b->report.tracks[index].start - (int32_t)blocks,
    .blocks = blocks,
    .shift = t->audio ? p->offset * IMPRINT_FRAME : 0,
    .packet = b->spec.packet,
    .sha = &sha,
    .fd = -1,
  };
  bool ok;
  if (blocks == 0)
    return true;
  if (!digest_init(&sha, "SHA256", f))
    return false;
  ok = (!t->audio || offset_reach(&b->job, &reading, NULL, p->edges, f)) &&
       compare_pregap(p, index, &reading, f);
  digest_free(&sha);
  return ok;
}

static bool
read_track(struct proof *p, unsigned index, uint64_t done, struct failure *f) {
  struct burn *b = p->burn;
  const struct burn_written *w = &b->report.tracks[index];
  struct digest sha;
  struct marks marks;
  struct reading reading = {
    .kind = kind_of(&b->spec.tracks[index]),
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
    if (!read_track(p, i, done, f) || !read_pregap(p, i, f))
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
