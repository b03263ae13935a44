/* rescue.c: see rescue.h: its files, and what is made of the result. */
#include "rescue.h"

#include "../new_file.h"
#include "../recorder/speed.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* === the end === */

static bool
hash_piece(struct rescue *s, struct rescue_piece *p, struct failure *f) {
  uint8_t data[RING_PIECE];
  uint64_t at = (uint64_t)p->at * s->map.block;
  uint64_t end = at + (uint64_t)p->blocks * s->map.block;
  struct digest sha;
  bool ok = digest_init(&sha, "SHA256", f);
  if (!ok)
    return false;
  while (ok && at < end) {
    size_t want = end - at < sizeof data ? (size_t)(end - at) : sizeof data;
    ssize_t n = pread(s->fd, data, want, (off_t)at);
    ok = job_go_on(&s->job, f);
    if (n <= 0 && ok && !(n < 0 && errno == EINTR))
      ok = fail_errno(
        f, n < 0 ? errno : EIO, FAIL_FILE_ACCESS, "reading %s", s->path);
    if (n > 0) {
      digest_add(&sha, data, (size_t)n);
      at += (uint64_t)n;
    }
  }
  if (ok && !(p->hashed = digest_end(&sha, p->sha256)))
    ok = fail(f, FAIL_GENERIC, "libcrypto could not compute a digest");
  digest_free(&sha);
  return ok;
}

static bool judge(struct rescue *s, struct failure *f) {
  uint32_t left = s->total - s->finished, block, count;
  if (left == 0) {
    s->map.current_status = RESCUE_FINISHED;
    job_phase(&s->job, "hashing", 0);
    for (unsigned i = 0; i < s->count; i++)
      if (!hash_piece(s, &s->pieces[i], f))
        return false;
    return true;
  }
  for (unsigned i = 0; i < s->count; i++) {
    const struct rescue_piece *p = &s->pieces[i];
    if (!rescue_map_find(
          &s->map, p->at, p->at + p->blocks, RESCUE_BAD, &block, &count))
      continue;
    s->first_bad = p->start + (int32_t)(block - p->at);
    break;
  }
  fail(f,
       FAIL_GENERIC,
       "%u of the blocks cannot be read, the first is %d: zeros stand there "
       "in the file",
       (unsigned)left,
       (int)s->first_bad);
  f->culprit = CULPRIT_MEDIUM;
  f->has_lba = true;
  f->lba = s->first_bad;
  f->advice = "Clean the disc, or put it into another drive, and run the same "
              "again: it goes on by the map.";
  return false;
}

/* === files === */

/* First the bytes, then what says that they are there. */
bool rescue_save(struct rescue *s, struct failure *f) {
  s->unsaved = 0;
  if (fdatasync(s->fd) != 0)
    return fail_errno(f, errno, FAIL_FILE_ACCESS, "writing %s", s->path);
  return rescue_map_save(&s->map, s->map_path, f);
}

/* Is there nothing yet that the file has to have? */
static bool untouched(const struct rescue *s) {
  for (unsigned i = 0; i < s->count; i++) {
    const struct rescue_piece *p = &s->pieces[i];
    uint32_t at, n;
    if (p->blocks > 0 &&
        (!rescue_map_find(
           &s->map, p->at, p->at + p->blocks, RESCUE_NON_TRIED, &at, &n) ||
         n != p->blocks))
      return false;
  }
  return true;
}

/* The map comes first: a file without one is nobody's to be gone on with. */
static bool begin_map(struct rescue *s, struct failure *f) {
  struct stat there;
  if (lstat(s->path, &there) == 0)
    return fail_errno(
      f, EEXIST, FAIL_FILE_EXISTS, "%s cannot be made", s->path);
  for (unsigned i = 0; i < s->count; i++)
    rescue_map_set(
      &s->map, s->pieces[i].at, s->pieces[i].blocks, RESCUE_NON_TRIED);
  s->map.current_status = RESCUE_NON_TRIED;
  return rescue_map_save(&s->map, s->map_path, f);
}

static bool make_file(struct rescue *s, uint64_t size, struct failure *f) {
  s->fd =
    open(s->path, O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0666);
  if (s->fd < 0)
    return fail_errno(f,
                      errno,
                      errno == EEXIST ? FAIL_FILE_EXISTS : FAIL_FILE_ACCESS,
                      "%s cannot be made",
                      s->path);
  if (ftruncate(s->fd, (off_t)size) != 0)
    return fail_errno(f, errno, FAIL_FILE_ACCESS, "%s", s->path);
  new_file_sync_folder(s->path);
  return true;
}

static bool begin(struct rescue *s, uint64_t size, struct failure *f) {
  if (!begin_map(s, f))
    return false;
  if (make_file(s, size, f))
    return true;
  if (s->fd < 0)
    unlink(s->map_path);
  return false;
}

/* One that was broken off before it had its length. */
static bool
is_long_enough(struct rescue *s, const struct stat *found, uint64_t size) {
  if (!S_ISREG(found->st_mode))
    return false;
  if ((uint64_t)found->st_size == size)
    return true;
  return found->st_size == 0 && untouched(s) &&
         ftruncate(s->fd, (off_t)size) == 0;
}

static bool go_on_with(struct rescue *s, uint64_t size, struct failure *f) {
  struct stat found;
  if (!rescue_map_load(&s->map, s->map_path, f))
    return false;
  s->fd = open(s->path,
               O_RDWR | O_NOFOLLOW | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
  if (s->fd < 0 && errno == ENOENT && untouched(s))
    return make_file(s, size, f);
  s->resumed = true;
  if (s->fd < 0 || fstat(s->fd, &found) != 0)
    return fail_errno(f,
                      errno,
                      FAIL_FILE_ACCESS,
                      "%s, of which the map tells, cannot be opened",
                      s->path);
  if (!is_long_enough(s, &found, size))
    return fail(f, FAIL_BAD_FILE, "%s is not as long as the map says", s->path);
  return true;
}

static bool open_files(struct rescue *s, struct failure *f) {
  uint64_t size = (uint64_t)s->map.blocks * s->map.block;
  bool ok =
    access(s->map_path, F_OK) == 0 ? go_on_with(s, size, f) : begin(s, size, f);
  for (unsigned i = 0; i < s->count; i++) {
    const struct rescue_piece *p = &s->pieces[i];
    s->total += p->blocks;
    for (uint32_t k = 0; k < p->blocks; k++)
      s->finished += s->map.status[p->at + k] == RESCUE_FINISHED;
  }
  return ok;
}

/* What came of it is kept, unless it is nothing. */
static bool close_files(struct rescue *s, bool ok, struct failure *f) {
  struct failure ignored;
  if (s->fd < 0)
    return ok;
  if (!s->resumed && s->finished == 0) {
    unlink(s->path);
    unlink(s->map_path);
  } else if (!rescue_save(s, ok ? f : &ignored)) {
    ok = false;
  }
  if (close(s->fd) != 0 && ok)
    ok = fail_errno(f, errno, FAIL_FILE_ACCESS, "%s", s->path);
  s->fd = -1;
  return ok;
}

static bool read_disc(struct rescue *s, struct failure *f) {
  struct recorder *r = s->job.recorder;
  struct ready_watch watch = job_watch(&s->job, true);
  struct failure ignored;
  bool ok;
  if (!wait_ready(&r->patience, READY_AFTER_LOAD, &watch, f) ||
      (s->speed > 0 && !speed_set(r, s->speed, 0, &s->warnings, f)))
    return false;
  mmc_prevent_removal(recorder_link(r), true, &ignored);
  ok = rescue_passes(s, f) && judge(s, f);
  recorder_unlock_tray(r);
  if (s->speed > 0)
    speed_lift(r);
  return ok;
}

static bool rescue_run(struct job *j) {
  struct rescue *s = (struct rescue *)j;
  struct clock *clock = j->recorder->t->clock;
  uint64_t start = clock_now(clock);
  bool ok = open_files(s, &j->failure) && read_disc(s, &j->failure);
  ok = close_files(s, ok, &j->failure);
  s->seconds = (double)(clock_now(clock) - start) / (double)CLOCK_SECOND;
  return ok;
}

static void rescue_free(struct job *j) {
  struct rescue *s = (struct rescue *)j;
  rescue_map_free(&s->map);
  free(s->pieces);
  free(s->path);
  free(s->map_path);
  free(s);
}

struct rescue *rescue_new(struct recorder *r,
                          struct rescue_piece *pieces,
                          unsigned count,
                          uint32_t blocks,
                          size_t block,
                          const char *disc,
                          struct failure *f) {
  static const struct job_ops ops = {
    .name = "read",
    .only_reads = true,
    .run = rescue_run,
    .free = rescue_free,
  };
  struct rescue *s = calloc(1, sizeof *s);
  if (s == NULL) {
    free(pieces);
    fail(f, FAIL_NO_MEMORY, "read: out of memory");
    return NULL;
  }
  s->pieces = pieces;
  s->count = count;
  s->fd = -1;
  s->first_bad = -1;
  if (job_init(&s->job, &ops, r, f)) {
    if (rescue_map_init(&s->map, blocks, block, disc))
      return s;
    fail(f, FAIL_NO_MEMORY, "read: no memory for the map");
  }
  job_unref(&s->job);
  return NULL;
}
