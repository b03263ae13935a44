/* disc.c: opening, making and locking a disc file, and reading what it says of
   itself. Writing to it is disc_write.c. */
#include "disc.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../bytes.h"
#include "../new_file.h"
#include "disc_layout.h"

/* A file that ends before its cell has one of zeros. */
static void read_cell(int fd, struct vcell *cell) {
  uint8_t b[VDISC_CELL_LEN] = {0};
  if (pread(fd, b, sizeof b, VDISC_CELL) != (ssize_t)sizeof b)
    memset(b, 0, sizeof b);
  cell->begun = get_be64(b);
  cell->counts = get_be64(b + 8);
  cell->blocks = get_be64(b + 16);
}

/* The newest valid slot. NULL, or what is wrong with the better one. */
static const char *read_slots(struct vdisc *disc, struct vmedium *m) {
  uint8_t *buf = disc->buf;
  const char *wrong[VDISC_SLOTS];
  struct vmedium other;
  uint64_t generation = 0;
  bool found = false;
  disc->settled = VDISC_UNSETTLED;
  for (unsigned i = 0; i < disc->slots; i++) {
    memset(buf, 0, VDISC_SLOT);
    if (pread(disc->fd, buf, VDISC_SLOT, VDISC_SLOT_AT(i)) < 0)
      return "it cannot be read";
    wrong[i] = vdescription_decode(buf, &generation, &other);
    if (wrong[i] != NULL || (found && generation <= disc->generation))
      continue;
    found = true;
    disc->generation = generation;
    disc->slot = i;
    *m = other;
  }
  return found ? NULL : wrong[0];
}

off_t vdisc_end(const struct vmedium *m) {
  off_t end = VDISC_DATA;
  for (unsigned i = 0; i < m->ntracks; i++) {
    const struct vtrack *t = &m->tracks[i];
    off_t its = vdisc_offset(vtrack_region(t), t->start + (int32_t)t->blocks);
    if (m->sessions[t->session - 1].closed && its > end)
      end = its;
  }
  return end;
}

/* An open track has as many blocks as were counted and fit; whoever recorded
   it is gone. */
static void
settle_open_track(struct vmedium *m, const struct vdisc *disc, off_t size) {
  struct vtrack *t = vmedium_open_track(m);
  uint64_t blocks, room;
  off_t begin;
  if (t == NULL)
    return;
  begin = vdisc_offset(vtrack_region(t), t->start);
  blocks = disc->cell.counts == disc->generation ? disc->cell.blocks : 0;
  if (blocks < t->blocks) /* from before a rest */
    blocks = t->blocks;
  room = t->reserved > 0 ? t->reserved
         : t->at_once
           ? (uint64_t)(vmedium_reach(m) - t->start)
           : (uint64_t)(m->leadout_max - t->start) - vgeometry(m->kind)->runout;
  if (blocks > room)
    blocks = room;
  if (size < begin)
    blocks = 0;
  else if (blocks > (uint64_t)(size - begin) / vregion_block(vtrack_region(t)))
    blocks = (uint64_t)(size - begin) / vregion_block(vtrack_region(t));
  t->blocks = (uint32_t)blocks;
  t->damaged = true;
}

static const char *check_magic(struct vdisc *disc) {
  uint8_t head[24];
  ssize_t n = pread(disc->fd, head, sizeof head, 0);
  if (n == 0)
    return "it is empty";
  if (n < (ssize_t)sizeof head || memcmp(head, VDISC_MAGIC, 16) != 0)
    return "it does not begin like one";
  if (get_be32(head + 20) > VDISC_VERSION)
    return "it was made by a newer version";
  disc->slots = get_be32(head + 16) < 2 ? 2 : VDISC_SLOTS;
  return NULL;
}

bool vdisc_load(struct vdisc *disc,
                struct vmedium *m,
                const char *name,
                struct failure *f) {
  struct stat st;
  const char *wrong;
  /* The cell first: who changes the file meanwhile begins there, too. */
  read_cell(disc->fd, &disc->cell);
  wrong = check_magic(disc);
  if (wrong != NULL)
    return fail(f, FAIL_BAD_FILE, "%s is not a disc file: %s", name, wrong);
  if (fstat(disc->fd, &st) != 0 || st.st_size < VDISC_DATA)
    return fail(f, FAIL_BAD_FILE, "the disc file %s is cut off", name);
  wrong = read_slots(disc, m);
  if (wrong == NULL && st.st_size < vdisc_end(m))
    wrong = "it is shorter than what is recorded on it";
  if (wrong != NULL)
    return fail(
      f, FAIL_BAD_FILE, "the disc file %s is broken: %s", name, wrong);
  settle_open_track(m, disc, st.st_size);
  return true;
}

static bool open_file(struct vdisc *disc, const char *path) {
  int flags = O_CLOEXEC | O_NOCTTY | O_NONBLOCK;
  disc->readonly = false;
  disc->fd = open(path, O_RDWR | flags);
  if (disc->fd < 0 && errno == EROFS) {
    disc->readonly = true;
    disc->fd = open(path, O_RDONLY | flags);
  }
  return disc->fd >= 0;
}

static bool open_failure(const char *path, int err, struct failure *f) {
  switch (err) {
    case ENOENT:
    case ENOTDIR:
      fail(f, FAIL_DEVICE_NOT_PRESENT, "there is no disc file %s", path);
      f->culprit = CULPRIT_DATA;
      f->advice =
        "Check the path; burn to virtual:PATH?medium=cd-rw to make one.";
      return false;
    case EACCES:
    case EPERM:
      return fail_errno(f,
                        err,
                        FAIL_DEVICE_NOT_ACCESSIBLE,
                        "cannot open the disc file %s",
                        path);
    default:
      return fail_errno(
        f, err, FAIL_BAD_FILE, "cannot open the disc file %s", path);
  }
}

bool vdisc_open(struct vdisc *disc,
                struct vmedium *m,
                const char *path,
                struct failure *f) {
  struct stat st;
  memset(disc, 0, sizeof *disc);
  if (!open_file(disc, path))
    return open_failure(path, errno, f);
  if (fstat(disc->fd, &st) != 0 || !S_ISREG(st.st_mode)) {
    vdisc_close(disc);
    return fail(f, FAIL_BAD_FILE, "%s is not a disc file", path);
  }
  disc->dev = st.st_dev;
  disc->ino = st.st_ino;
  disc->nameless = st.st_nlink == 0;
  disc->buf = malloc(VDISC_SLOT);
  if (disc->buf == NULL) {
    vdisc_close(disc);
    return fail(f, FAIL_NO_MEMORY, "no memory to read the disc file %s", path);
  }
  if (!vdisc_load(disc, m, path, f)) {
    vdisc_close(disc);
    return false;
  }
  return true;
}

void vdisc_close(struct vdisc *disc) {
  if (disc->fd >= 0)
    close(disc->fd);
  free(disc->buf);
  disc->buf = NULL;
  disc->fd = -1;
  disc->locked = false;
}

bool vdisc_lock(struct vdisc *disc) {
  if (!disc->locked && flock(disc->fd, LOCK_EX | LOCK_NB) == 0)
    disc->locked = true;
  return disc->locked;
}

void vdisc_unlock(struct vdisc *disc) {
  if (disc->locked)
    flock(disc->fd, LOCK_UN);
  disc->locked = false;
}

bool vdisc_changed(const struct vdisc *disc) {
  struct vcell now;
  read_cell(disc->fd, &now);
  return now.begun != disc->cell.begun || now.counts != disc->cell.counts ||
         now.blocks != disc->cell.blocks;
}

static bool fill_blank(int fd, const struct vmedium *m, bool named) {
  struct vdisc disc = {
    .fd = fd, .slots = VDISC_SLOTS, .slot = VDISC_SLOTS - 1, .nameless = true};
  uint8_t head[24] = VDISC_MAGIC;
  put_be32(head + 16, VDISC_VERSION);
  put_be32(head + 20, VDISC_VERSION);
  /* One that comes formatted has all its blocks: zeros. */
  if (ftruncate(fd, vdisc_offset(VREGION_DATA, (int32_t)m->format.capacity)) !=
      0)
    return false;
  /* All slots take their room now, so that a full file system cannot stop a
     description later. The magic comes last. */
  for (unsigned i = 0; i < VDISC_SLOTS; i++) {
    disc.settled = disc.slot;
    if (!vdisc_store(&disc, m))
      return false;
  }
  return (!named || fdatasync(fd) == 0) &&
         pwrite(fd, head, sizeof head, 0) == (ssize_t)sizeof head;
}

bool vdisc_create(const char *path,
                  enum vkind kind,
                  int32_t leadout_max,
                  bool *exists,
                  struct failure *f) {
  struct vmedium m;
  bool named, good;
  int err, fd = new_file_open(path, &named);
  *exists = false;
  if (fd >= 0) {
    vmedium_blank(&m, kind, leadout_max);
    good = fill_blank(fd, &m, named) && new_file_finish(fd, path, named);
    err = errno;
    if (!good && named)
      unlink(path);
    close(fd);
    if (good)
      return true;
    errno = err;
  }
  *exists = errno == EEXIST;
  return fail_errno(
    f, errno, FAIL_FILE_ACCESS, "cannot make the disc file %s", path);
}
