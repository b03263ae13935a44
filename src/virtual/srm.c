/* srm.c: recording BD-R: sequential recording mode (MMC-6 4.5.3.5), in clusters
   of 32 blocks. Several tracks may be open, each with a next writable address
   of its own; the last one is all that is left of the disc. A disc formatted
   for pseudo-overwrite also takes what is recorded already: it goes where the
   last track would have gone on, and is found at its old address. */
#include "srm.h"

#include <string.h>

#include "../mmc_names.h"
#include "family.h"
#include "record.h"
#include "sequence.h"

#define TRACKS_OPEN 16u /* sequential recording ranges that are not closed */

static const struct vrecording how = {
  .mode = &vwrite_mode_srm, .underrun_free = true, /* lossless linking */
};

unsigned vsrm_open_tracks(const struct vmedium *m) {
  unsigned n = 0;
  for (unsigned i = 0; i < m->ntracks; i++)
    n += m->tracks[i].state != VTRACK_COMPLETE;
  return n;
}

unsigned vsrm_open_tracks_most(void) {
  return TRACKS_OPEN;
}

/* {=== Pseudo-overwrite === */

/* Are all of n blocks from 'lba' on recorded? */
static bool recorded(struct vdrive *d, int32_t lba, uint32_t n) {
  while (n > 0) {
    const struct vtrack *t = vmedium_track_at(&d->medium, lba);
    uint32_t left;
    if (t == NULL || lba - t->start >= (int32_t)t->blocks)
      return false;
    left = t->blocks - (uint32_t)(lba - t->start);
    left = left < n ? left : n;
    lba += (int32_t)left;
    n -= left;
  }
  return true;
}

/* Clusters that the laser has to write. One that the drive has just replaced
   it holds in its buffer until the next flush. */
static uint32_t clusters(const struct vdrive *d, int32_t lba, uint32_t n) {
  int32_t unit = (int32_t)vgeometry(d->medium.kind)->unit;
  int32_t first = lba / unit, last = (lba + (int32_t)n - 1) / unit;
  return (uint32_t)(last - first) + (d->replaced == first ? 0 : 1);
}

/* The track that is all that is left of the disc: it is begun if it must be.
   NULL: there is none, or the disc is full. */
static struct vtrack *last_track(struct vdrive *d) {
  struct vmedium *m = &d->medium;
  struct vtrack *t = vsequence_invisible(m);
  struct vspace space;
  if (t != NULL)
    return t->damaged ? NULL : t;
  if (!vmedium_space(m, &space))
    return NULL;
  t = vmedium_add_track(m, &space);
  t->state = VTRACK_OPEN;
  t->at_rest = true;
  return t;
}

/* Take so many blocks of the last track for what is replaced. */
static bool consume(struct vdrive *d, uint32_t blocks) {
  struct vmedium before = d->medium;
  struct vtrack *t = last_track(d);
  if (t == NULL ||
      blocks > (uint32_t)(vmedium_end(&d->medium) - t->start) - t->blocks) {
    d->medium = before;
    return false;
  }
  return vrecord_pad(d, t, t->blocks + blocks) && vmedium_commit(d, &before);
}

static void
overwrite(struct vdrive *d, struct packet *p, int32_t lba, uint32_t n) {
  uint32_t unit = vgeometry(d->medium.kind)->unit;
  uint32_t needed = clusters(d, lba, n);
  struct vsense why;
  const uint8_t *data;
  if (!vrecord_brought(p, n, VBLOCK))
    return;
  if (d->rec.track != NULL && !vsequence_flush(d)) {
    vrefuse_at(p, vsense_write_error, lba);
    return;
  }
  if (!vbuffer_accept(d, p, (size_t)n * VBLOCK))
    return;
  data = vparameters(p, (size_t)n * VBLOCK);
  if (vrecord_defect(d, p, &why)) {
    vrefuse_at(p, why, p->defect);
    return;
  }
  if (needed > 0 && !consume(d, needed * unit)) {
    vrefuse_at(p, (struct vsense){KEY_ILLEGAL_REQUEST, 0x63, 0x00}, lba);
    return;
  }
  vrecord_lose_over(d, p, lba);
  if (!vrecord_over(d, lba, data, n)) {
    vrefuse_at(p, vsense_write_error, lba);
    return;
  }
  d->rec = how; /* of no track */
  d->replaced = (lba + (int32_t)n - 1) / (int32_t)unit;
}

/* ===} */

static bool srm_flush(struct vdrive *d) {
  d->replaced = -1;
  if (d->rec.track != NULL)
    return vsequence_flush(d);
  memset(&d->rec, 0, sizeof d->rec);
  d->filled = 0;
  return true;
}

static void
srm_write(struct vdrive *d, struct packet *p, int32_t lba, uint32_t n) {
  uint32_t unit = vgeometry(d->medium.kind)->unit;
  if (vrecord_streams(p) && ((uint32_t)lba % unit != 0 || n % unit != 0)) {
    vrefuse_field(p);
    return;
  }
  if (d->medium.format.pseudo_overwrite && lba >= 0 && recorded(d, lba, n)) {
    overwrite(d, p, lba, n);
    return;
  }
  if (d->rec.mode != NULL && d->rec.track == NULL)
    srm_flush(d);
  vsequence_write(d, p, lba, n, &how);
}

const struct vwrite_mode vwrite_mode_srm = {
  .write = srm_write,
  .flush = srm_flush,
  .rests = true,
};

const struct vwrite_mode *vsrm_mode(const struct vdrive *d) {
  (void)d;
  return &vwrite_mode_srm;
}

/* The last track is split: what is reserved comes before the rest of it. */
void vsrm_reserve(struct vdrive *d, struct packet *p, uint32_t size) {
  if (!vbuffer_flush(d))
    vrefuse(p, KEY_MEDIUM_ERROR, 0x0C, 0x00);
  else if (vsrm_open_tracks(&d->medium) + 1 >= TRACKS_OPEN ||
           d->medium.ntracks + 1 >= vgeometry(d->medium.kind)->tracks)
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x72, 0x05);
  else
    vsequence_reserve(d, p, size);
}
