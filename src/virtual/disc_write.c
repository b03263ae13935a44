/* disc_write.c: changing a disc file, in the order that keeps it whole: the
   data, then the count; the generation begun, then its slot. What the host's
   disk has of it after a power cut is another matter: docs/disc-file.md. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "../bytes.h"
#include "disc_layout.h"

#define MANY_BLOCKS 1024u /* zeros that are rather not written */
#define FEW_BLOCKS 16u    /* the same of a host's, which have to be looked at */

static bool write_all(int fd, const void *data, size_t len, off_t at) {
  const uint8_t *p = data;
  while (len > 0) {
    ssize_t n = pwrite(fd, p, len, at);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0) {
      if (n == 0)
        errno = EIO;
      return false;
    }
    p += n;
    at += n;
    len -= (size_t)n;
  }
  return true;
}

/* What the system said to the latest write that failed stays known. */
static bool note(struct vdisc *disc, bool good) {
  if (!good)
    disc->error = errno;
  return good;
}

static bool put(struct vdisc *disc, const void *data, size_t len, off_t at) {
  return note(disc, write_all(disc->fd, data, len, at));
}

/* A file that was removed takes every write, and is gone with the drive: what
   is recorded there would be a disc that nobody finds. */
static bool has_name(struct vdisc *disc) {
  struct stat st;
  if (fstat(disc->fd, &st) != 0)
    return note(disc, false);
  if (st.st_nlink > 0 || disc->nameless)
    return true;
  errno = ENOENT;
  return note(disc, false);
}

static bool write_begun(struct vdisc *disc, uint64_t generation) {
  uint8_t b[8];
  put_be64(b, generation);
  if (!put(disc, b, sizeof b, VDISC_CELL))
    return false;
  disc->cell.begun = generation;
  return true;
}

/* Where the next description goes: never over the newest one, which counts when
   the process is killed, nor over the one that counts after a power cut, when
   whatever was written since may be missing or torn. */
static bool free_slot(struct vdisc *disc, unsigned *slot) {
  for (int turn = 0; turn < 2; turn++) {
    for (unsigned i = 1; i < disc->slots; i++) {
      *slot = (disc->slot + i) % disc->slots;
      if (disc->settled < disc->slots && *slot != disc->settled)
        return true;
    }
    if (!vdisc_sync(disc)) /* then it is the newest one */
      return false;
  }
  return false;
}

/* Without memory of its own: what a disc says of itself must not depend on
   whether there is some. */
bool vdisc_store(struct vdisc *disc, const struct vmedium *m) {
  static const uint8_t zeros[VDISC_SLOT - VDISC_FILLED];
  uint64_t generation = disc->generation;
  uint8_t buf[VDISC_FILLED] = {0};
  unsigned slot;
  off_t at;
  bool good;
  if (!has_name(disc) || !free_slot(disc, &slot))
    return false;
  at = VDISC_SLOT_AT(slot);
  if (disc->cell.begun > generation && disc->cell.begun < INT64_MAX)
    generation = disc->cell.begun;
  generation++;
  vdescription_encode(buf, generation, m);
  good = write_begun(disc, generation) && put(disc, buf, sizeof buf, at) &&
         put(disc, zeros, sizeof zeros, at + (off_t)sizeof buf);
  if (good) {
    disc->generation = generation;
    disc->slot = slot;
  }
  return good;
}

bool vdisc_count(struct vdisc *disc, uint32_t blocks) {
  uint8_t b[16];
  put_be64(b, disc->generation);
  put_be64(b + 8, blocks);
  if (!has_name(disc) || !put(disc, b, sizeof b, VDISC_CELL + 8))
    return false;
  disc->cell.counts = disc->generation;
  disc->cell.blocks = blocks;
  return true;
}

/* A hole is zeros too, and takes neither room nor time. */
static bool
punch(struct vdisc *disc, enum vregion region, int32_t lba, uint32_t blocks) {
  off_t from = vdisc_offset(region, lba);
  off_t end = vdisc_offset(region, lba + (int32_t)blocks);
  struct stat st;
  if (fallocate(disc->fd,
                FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE,
                from,
                end - from) != 0)
    return false;
  return fstat(disc->fd, &st) == 0 &&
         (st.st_size >= end || ftruncate(disc->fd, end) == 0);
}

bool vdisc_write(struct vdisc *disc,
                 int32_t lba,
                 const void *data,
                 size_t len) {
  return vdisc_write_in(
    disc, VREGION_DATA, lba, data, (uint32_t)(len / VBLOCK));
}

static bool all_zeros(const uint8_t *data, size_t len) {
  return data[0] == 0 && memcmp(data, data + 1, len - 1) == 0;
}

/* A sparse image of 100 GB leaves a sparse disc. */
bool vdisc_write_in(struct vdisc *disc,
                    enum vregion region,
                    int32_t lba,
                    const void *data,
                    uint32_t blocks) {
  size_t len = (size_t)blocks * vregion_block(region);
  if (blocks >= FEW_BLOCKS && all_zeros(data, len) &&
      punch(disc, region, lba, blocks))
    return true;
  return put(disc, data, len, vdisc_offset(region, lba));
}

bool vdisc_zero(struct vdisc *disc, int32_t lba, uint32_t blocks) {
  return vdisc_zero_in(disc, VREGION_DATA, lba, blocks);
}

bool vdisc_zero_in(struct vdisc *disc,
                   enum vregion region,
                   int32_t lba,
                   uint32_t blocks) {
  static const uint8_t zeros[32 * VBLOCK_RAW];
  if (blocks >= MANY_BLOCKS && punch(disc, region, lba, blocks))
    return true;
  while (blocks > 0) {
    uint32_t n = blocks < 32 ? blocks : 32;
    if (!vdisc_write_in(disc, region, lba, zeros, n))
      return false;
    lba += (int32_t)n;
    blocks -= n;
  }
  return true;
}

/* That the disc is being blanked must be known before. */
bool vdisc_wipe(struct vdisc *disc) {
  return vdisc_sync(disc) && note(disc, ftruncate(disc->fd, VDISC_DATA) == 0);
}

bool vdisc_cover(struct vdisc *disc, const struct vmedium *m) {
  off_t end = vdisc_end(m);
  struct stat st;
  if (fstat(disc->fd, &st) == 0 && st.st_size >= end)
    return true;
  return note(disc, ftruncate(disc->fd, end) == 0);
}

bool vdisc_sync(struct vdisc *disc) {
  if (!has_name(disc) || !note(disc, fdatasync(disc->fd) == 0))
    return false;
  disc->settled = disc->slot;
  return true;
}

size_t
vdisc_read(const struct vdisc *disc, int32_t lba, void *data, size_t len) {
  return (size_t)vdisc_read_in(
           disc, VREGION_DATA, lba, data, (uint32_t)(len / VBLOCK)) *
         VBLOCK;
}

uint32_t vdisc_read_in(const struct vdisc *disc,
                       enum vregion region,
                       int32_t lba,
                       void *data,
                       uint32_t blocks) {
  uint8_t *p = data;
  off_t at = vdisc_offset(region, lba);
  size_t done = 0, len = (size_t)blocks * vregion_block(region);
  while (done < len) {
    ssize_t n = pread(disc->fd, p + done, len - done, at + (off_t)done);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0)
      break;
    done += (size_t)n;
  }
  return (uint32_t)(done / vregion_block(region));
}
