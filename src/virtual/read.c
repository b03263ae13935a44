/* read.c: READ(10), READ(12), VERIFY, SEEK: user data of data sectors. What
   cannot be read is found by the first block that refuses; the blocks before
   it are sent. */
#include "read.h"

#include <string.h>

#include "../bytes.h"
#include "../mmc_names.h"
#include "commands.h"
#include "mode_2.h"
#include "program.h"

static const struct vsense good = {0, 0, 0};
static const struct vsense illegal_mode = {KEY_ILLEGAL_REQUEST, 0x64, 0x00};
static const struct vsense unformatted = {KEY_MEDIUM_ERROR, 0x31, 0x00};
static const struct vsense unreadable = {KEY_MEDIUM_ERROR, 0x11, 0x00};

/* A block that no track's data holds was never written. */
static struct vsense why_not(const struct vdrive *d) {
  const struct vmedium *m = &d->medium;
  return vgeometry(m->kind)->overwrite && m->ntracks == 0 ? unformatted
                                                          : vsense_out_of_range;
}

/* Blocks of a CD from 'lba' on, at most n, that have 2048 bytes for the host:
   in mode 2 those of form 1. */
static uint32_t
readable_on_cd(struct vdrive *d, int32_t lba, uint32_t n, struct vsense *why) {
  struct vplace place;
  bool form_2 = false;
  vplace_at(&d->medium, lba, &place);
  if (place.left > n)
    place.left = n;
  if (place.main == VMAIN_DATA && vtrack_is_mixed(place.track))
    place.left = vmode_2_alike(d, lba, place.left, &form_2);
  if (place.main == VMAIN_DATA && !form_2)
    return place.left;
  *why = place.main == VMAIN_NEVER ? vsense_out_of_range : illegal_mode;
  return 0;
}

/* How many of n blocks can be read by what the medium's description says; if
   not all, why the next one cannot. */
static uint32_t
readable(struct vdrive *d, int32_t lba, uint32_t n, struct vsense *why) {
  bool cd = vgeometry(d->medium.kind)->audio;
  uint32_t done = 0;
  *why = good;
  while (done < n) {
    int32_t at = lba + (int32_t)done;
    struct vtrack *t;
    uint32_t left;
    if (cd) {
      left = readable_on_cd(d, at, n - done, why);
      if (left == 0)
        return done;
      done += left;
      continue;
    }
    t = vmedium_track_at(&d->medium, at);
    if (t == NULL || at - t->start >= (int32_t)t->blocks) {
      *why = why_not(d);
      return done;
    }
    left = t->blocks - (uint32_t)(at - t->start);
    done += left < n - done ? left : n - done;
  }
  return n;
}

/* Blocks after the loss are in the buffer or nowhere. */
static uint32_t fetch_lost(
  struct vdrive *d, int32_t lba, uint32_t n, uint8_t *data, bool force) {
  uint32_t i = 0;
  while (i < n && !force &&
         vlost_fetch(d, lba + (int32_t)i, data + (size_t)i * VBLOCK))
    i++;
  return i;
}

/* Where blocks can be overwritten, what was there before stands on the medium
   still. */
static uint32_t fetch_overlaid(struct vdrive *d,
                               int32_t lba,
                               uint32_t n,
                               uint8_t *data,
                               bool force,
                               struct vsense *why) {
  uint32_t done =
    (uint32_t)(vdisc_read(&d->disc, lba, data, (size_t)n * VBLOCK) / VBLOCK);
  for (uint32_t i = 0; i < done && !force; i++)
    vlost_fetch(d, lba + (int32_t)i, data + (size_t)i * VBLOCK);
  vlost_pass(d, lba, done);
  if (done < n)
    *why = unreadable;
  return done;
}

static uint32_t fetch_data(struct vdrive *d,
                           int32_t lba,
                           uint32_t n,
                           uint8_t *data,
                           bool force,
                           struct vsense *why) {
  uint32_t whole = n, done;
  if (d->lost.on && d->lost.overlay)
    return fetch_overlaid(d, lba, n, data, force, why);
  if (d->lost.on && lba + (int64_t)n > d->lost.from)
    whole = lba >= d->lost.from ? 0 : (uint32_t)(d->lost.from - lba);
  done = (uint32_t)(vdisc_read(&d->disc, lba, data, (size_t)whole * VBLOCK) /
                    VBLOCK);
  vlost_pass(d, lba, done);
  if (done == whole && done < n)
    done += fetch_lost(
      d, lba + (int32_t)done, n - done, data + (size_t)done * VBLOCK, force);
  if (done < n)
    *why = unreadable;
  return done;
}

/* Of mode 2 with subheaders: form 1. */
static uint32_t fetch_mixed(struct vdrive *d,
                            int32_t lba,
                            uint32_t n,
                            uint8_t *data,
                            struct vsense *why) {
  uint8_t raw[VBLOCK_RAW];
  uint32_t done = 0;
  while (done < n && vread_fetch_raw(d, lba + (int32_t)done, 1, raw, why) == 1)
    memcpy(data + (size_t)done++ * VBLOCK, raw + VSECTOR_XA_DATA, VBLOCK);
  return done;
}

uint32_t vread_fetch(struct vdrive *d,
                     int32_t lba,
                     uint32_t n,
                     uint8_t *data,
                     bool force,
                     struct vsense *why) {
  uint32_t done = 0;
  if (!vgeometry(d->medium.kind)->audio)
    return fetch_data(d, lba, n, data, force, why);
  while (done < n) {
    int32_t at = lba + (int32_t)done;
    uint8_t *to = data + (size_t)done * VBLOCK;
    struct vplace place;
    uint32_t run, got;
    vplace_at(&d->medium, at, &place);
    run = place.left < n - done ? place.left : n - done;
    got = place.track != NULL && vtrack_is_mixed(place.track)
            ? fetch_mixed(d, at, run, to, why)
            : fetch_data(d, at, run, to, force, why);
    done += got;
    if (got < run)
      break;
  }
  return done;
}

/* What was lost of audio the buffer does not remember. */
uint32_t vread_fetch_raw(struct vdrive *d,
                         int32_t lba,
                         uint32_t n,
                         uint8_t *data,
                         struct vsense *why) {
  uint32_t whole = n, done;
  if (d->lost.on && lba + (int64_t)n > d->lost.from)
    whole = lba >= d->lost.from ? 0 : (uint32_t)(d->lost.from - lba);
  done = vdisc_read_in(&d->disc, VREGION_RAW, lba, data, whole);
  vlost_pass(d, lba, done);
  if (done < n)
    *why = unreadable;
  return done;
}

void vread_pace(struct vdrive *d, uint32_t blocks) {
  double rate = vdrive_read_speed(d) * 1000.0;
  if (d->pace > 0)
    vclock_add(d->clock, vdrive_ns(d, blocks * (double)VBLOCK / rate));
}

/* Is the span at all within what an LBA can be? */
bool vread_span(struct packet *p, int32_t lba, uint32_t n) {
  if (lba >= 0 && n <= (uint32_t)(INT32_MAX - lba))
    return true;
  vrefuse_at(p, vsense_out_of_range, lba);
  return false;
}

void vcmd_read(struct vtransport *t, struct packet *p) {
  struct vdrive *d = t->drive;
  int32_t lba = (int32_t)get_be32(p->cdb + 2);
  bool long_form = p->cdb[0] == OP_READ_12;
  uint32_t n = long_form ? get_be32(p->cdb + 6) : get_be16(p->cdb + 7);
  uint32_t fits = 0, can, done;
  bool force = (p->cdb[1] & 0x08) != 0;
  struct vsense why;
  if (force && vquirk(d, VQUIRK_NO_FUA)) {
    vrefuse_field(p);
    return;
  }
  if (n == 0 || !vread_span(p, lba, n))
    return;
  can = readable(d, lba, n, &why);
  if (p->dir == PACKET_IN)
    fits = p->len / VBLOCK < can ? (uint32_t)(p->len / VBLOCK) : can;
  done = fits == 0 ? 0 : vread_fetch(d, lba, fits, p->in, force, &why);
  p->moved = (size_t)done * VBLOCK;
  if (done > 0)
    d->position = lba + (int32_t)done - 1;
  vread_pace(d, done);
  if (why.key != 0)
    vrefuse_at(p, why, lba + (int32_t)(done < fits ? done : can));
}

void vcmd_verify(struct vtransport *t, struct packet *p) {
  struct vdrive *d = t->drive;
  int32_t lba = (int32_t)get_be32(p->cdb + 2);
  uint32_t n = get_be16(p->cdb + 7), can;
  uint8_t block[VBLOCK];
  struct vsense why;
  if (p->cdb[1] & 0x02) { /* comparing bytes is not for CDs (MMC-6 6.48) */
    vrefuse_field(p);
    return;
  }
  if (n == 0 || !vread_span(p, lba, n))
    return;
  can = readable(d, lba, n, &why);
  vread_pace(d, can);
  for (uint32_t i = 0; i < can; i++) {
    if (vread_fetch(d, lba + (int32_t)i, 1, block, true, &why) == 1)
      continue;
    can = i;
  }
  if (why.key != 0)
    vrefuse_at(p, why, lba + (int32_t)can);
}

void vcmd_seek(struct vtransport *t, struct packet *p) {
  int32_t lba = (int32_t)get_be32(p->cdb + 2);
  if (lba < 0 || lba > t->drive->medium.leadout_max)
    vrefuse_at(p, vsense_out_of_range, lba);
}
