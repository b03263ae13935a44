/* scan.c: see scan.h. Pieces are read in the order given, one at a time. */
#include "scan.h"

#include "../new_file.h"
#include "../recorder/medium.h"
#include "../recorder/packets.h"
#include "../recorder/speed.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void free_pieces(struct scan_piece *pieces, unsigned count) {
  for (unsigned i = 0; i < count; i++)
    source_unref(pieces[i].against);
  free(pieces);
}

static void scan_free(struct job *j) {
  struct scan *s = (struct scan *)j;
  free_pieces(s->pieces, s->count);
  ring_destroy(&s->ring);
  free(s->path);
  free(s);
}

static bool open_file(struct scan *s, struct failure *f) {
  if (s->path == NULL)
    return true;
  s->fd = new_file_open(s->path, &s->named);
  if (s->fd >= 0)
    return true;
  return fail_errno(f,
                    errno,
                    errno == EEXIST ? FAIL_FILE_EXISTS : FAIL_FILE_ACCESS,
                    "%s cannot be made",
                    s->path);
}

/* Half a file is worse than none: it looks like a whole one. */
static bool close_file(struct scan *s, bool ok, struct failure *f) {
  if (s->fd < 0)
    return ok;
  if (ok && !new_file_finish(s->fd, s->path, s->named))
    ok = fail_errno(f,
                    errno,
                    errno == EEXIST ? FAIL_FILE_EXISTS : FAIL_FILE_ACCESS,
                    "%s",
                    s->path);
  close(s->fd);
  s->fd = -1;
  if (!ok && s->named)
    unlink(s->path);
  return ok;
}

/* What a cancel may reach. */
static void set_against(struct scan *s, struct source *against) {
  pthread_mutex_lock(&s->job.mutex);
  s->against = against;
  pthread_mutex_unlock(&s->job.mutex);
}

static void leave_against(struct scan *s, struct source *against) {
  set_against(s, NULL);
  against->ops->shut(against);
  source_release(against);
}

static bool
open_against(struct scan *s, struct source *against, struct failure *f) {
  if (!source_claim(against))
    return fail(f, FAIL_BUSY, "what to compare with is being read already");
  set_against(s, against);
  if (against->ops->open(against, f))
    return true;
  leave_against(s, against);
  return false;
}

/* === audio === */

/* What can be known of a source without reading much more of it than its first
   sound. */
static bool imprint_source(struct scan *s,
                           struct source *against,
                           struct imprint *im,
                           struct failure *f) {
  uint8_t block[IMPRINT_BLOCK];
  size_t have = 0;
  bool ok = true;
  if (!open_against(s, against, f))
    return false;
  while (ok && !im->first.on) {
    ptrdiff_t n =
      against->ops->read(against, block + have, sizeof block - have, f);
    ok = n >= 0;
    if (n <= 0)
      break;
    have += (size_t)n;
    if (have == sizeof block) {
      imprint_add(im, block);
      have = 0;
    }
  }
  leave_against(s, against);
  return ok;
}

/* By the first piece that is not silent. */
static bool find_offset(struct scan *s, struct failure *f) {
  struct imprint *im = calloc(1, sizeof *im);
  bool ok = true;
  if (im == NULL)
    return fail(f, FAIL_NO_MEMORY, "read: out of memory");
  for (unsigned i = 0; ok && i < s->count && !im->first.on; i++) {
    struct scan_piece *p = &s->pieces[i];
    struct offset_known known = {p->start, im};
    if (!p->audio || p->against == NULL)
      continue;
    memset(im, 0, sizeof *im);
    ok = imprint_source(s, p->against, im, f);
    im->last.on = false;
    ok = ok && offset_find(&s->job, &known, 1, &s->offset, f);
  }
  free(im);
  return ok;
}

static bool
place_audio(struct scan *s, struct scan_piece *p, struct reading *reading) {
  reading->shift = s->offset * IMPRINT_FRAME;
  if (!offset_reach(&s->job, reading, NULL, s->edges, &p->failure))
    return false;
  p->unread =
    (uint32_t)((reading->before.len + reading->after.len) / IMPRINT_FRAME);
  return true;
}

/* === pieces === */

static bool run_reading(struct scan *s,
                        struct scan_piece *p,
                        struct digest *sha,
                        struct digest *md5,
                        uint64_t done) {
  struct reading reading = {
    .kind = p->audio     ? SECTORS_AUDIO
            : s->raw     ? SECTORS_RAW
            : p->sectors ? SECTORS_MODE_2
                         : SECTORS_DATA,
    .start = p->start,
    .blocks = p->blocks,
    .bytes = p->bytes,
    .from_medium = s->method != NULL && strcmp(s->method, "fua") == 0,
    .sha = sha,
    .md5 = p->md5 ? md5 : NULL,
    .against = p->against,
    .fd = p->store ? s->fd : -1,
    .offset = p->offset,
  };
  bool ok;
  if (p->audio && !place_audio(s, p, &reading))
    return false;
  if (p->against != NULL && !open_against(s, p->against, &p->failure))
    return false;
  ok = reading_run(&s->job, &s->ring, &reading, done, &p->failure);
  if (p->against != NULL) {
    ok = ok && p->against->ops->check(p->against, &p->failure);
    leave_against(s, p->against);
  }
  p->read_bytes = reading.read_bytes;
  p->first_bad = reading.first_bad;
  memcpy(p->sha256, reading.sha256, sizeof p->sha256);
  memcpy(p->md5_sum, reading.md5_sum, sizeof p->md5_sum);
  return ok;
}

static bool scan_piece(struct scan *s, struct scan_piece *p, uint64_t done) {
  struct digest sha, md5 = {0};
  bool ok;
  p->tried = true;
  p->first_bad = -1;
  if (p->blocks == 0)
    return true;
  if (!digest_init(&sha, "SHA256", &p->failure))
    return false;
  if (p->md5 && !digest_init(&md5, "MD5", &p->failure)) {
    digest_free(&sha);
    return false;
  }
  ok = run_reading(s, p, &sha, &md5, done);
  digest_free(&sha);
  digest_free(&md5);
  return ok;
}

/* Worth going on after: the disc's or the data's fault, not the drive's. */
static bool is_local(const struct failure *f) {
  return f->code == FAIL_VERIFY_FAILED || f->code == FAIL_BAD_FILE ||
         (f->has_sense &&
          (f->key == KEY_MEDIUM_ERROR || f->key == KEY_ILLEGAL_REQUEST ||
           f->key == KEY_BLANK_CHECK));
}

static bool scan_pieces(struct scan *s, struct failure *f) {
  uint64_t done = 0;
  bool ok = true;
  for (unsigned i = 0; i < s->count; i++) {
    struct scan_piece *p = &s->pieces[i];
    p->ok = scan_piece(s, p, done);
    done += p->blocks;
    if (p->ok)
      continue;
    /* The first one, unless another ends it all. */
    if (ok || !is_local(&p->failure))
      *f = p->failure;
    ok = false;
    if (!s->keep_going || !is_local(&p->failure))
      break;
  }
  return ok;
}

/* From the first block that is to be read to the last one. */
static struct stretch all_pieces(const struct scan *s) {
  struct stretch all = {INT32_MAX, 0};
  for (unsigned i = 0; i < s->count; i++) {
    const struct scan_piece *p = &s->pieces[i];
    int32_t end = p->start + (int32_t)p->blocks;
    if (p->start < all.start)
      all.start = p->start;
    if (end > all.end)
      all.end = end;
  }
  if (all.start > all.end)
    all.start = all.end;
  return all;
}

static bool refresh(struct scan *s, struct failure *f) {
  struct stretch proved = all_pieces(s);
  s->method = reading_refresh(&s->job, &proved, &s->warnings, f);
  return s->method != NULL;
}

static bool read_disc(struct scan *s, struct failure *f) {
  struct recorder *r = s->job.recorder;
  struct ready_watch watch = job_watch(&s->job, true);
  struct failure ignored;
  bool ok;
  if (!wait_ready(&r->patience, READY_AFTER_LOAD, &watch, f))
    return false;
  s->method = "plain";
  if (s->refresh) {
    if (!refresh(s, f))
      return false;
    /* A reload is told as a change. */
    atomic_store(&r->patience.medium_changed, false);
  }
  if (s->speed > 0 && !speed_set(r, s->speed, 0, &s->warnings, f))
    return false;
  mmc_prevent_removal(recorder_link(r), true, &ignored);
  ok = (!s->find_offset || find_offset(s, f)) && scan_pieces(s, f) &&
       (s->fd < 0 || medium_check_same(r, f));
  packets_warn(r, &s->warnings);
  recorder_unlock_tray(r);
  if (s->speed > 0)
    speed_lift(r);
  return ok;
}

static bool scan_run(struct job *j) {
  struct scan *s = (struct scan *)j;
  struct clock *clock = j->recorder->t->clock;
  uint64_t start = clock_now(clock), total = 0;
  bool ok;
  for (unsigned i = 0; i < s->count; i++)
    total += s->pieces[i].blocks;
  job_phase(j, "reading", total);
  if (!open_file(s, &j->failure))
    return false;
  ok = read_disc(s, &j->failure);
  ok = close_file(s, ok, &j->failure);
  s->seconds = (double)(clock_now(clock) - start) / (double)CLOCK_SECOND;
  return ok;
}

static void scan_cancel(struct job *j) {
  struct scan *s = (struct scan *)j;
  pthread_mutex_lock(&j->mutex);
  if (s->against != NULL && s->against->ops->cancel != NULL)
    s->against->ops->cancel(s->against);
  pthread_mutex_unlock(&j->mutex);
}

struct scan *scan_new(struct recorder *r,
                      struct scan_piece *pieces,
                      unsigned count,
                      struct failure *f) {
  static const struct job_ops ops = {
    .name = "read",
    .only_reads = true,
    .run = scan_run,
    .cancel = scan_cancel,
    .free = scan_free,
  };
  struct scan *s = calloc(1, sizeof *s);
  if (s == NULL) {
    free_pieces(pieces, count);
    fail(f, FAIL_NO_MEMORY, "read: out of memory");
    return NULL;
  }
  s->pieces = pieces;
  s->count = count;
  s->fd = -1;
  if (job_init(&s->job, &ops, r, f)) {
    if (ring_init(&s->ring, READING_RING, 1, 0))
      return s;
    fail(f, FAIL_NO_MEMORY, "read: no memory for the buffer");
  }
  job_unref(&s->job);
  return NULL;
}
