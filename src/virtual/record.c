/* record.c: what all ways of recording have in common: data on its way to the
   disc, and a track rounded off. */
#include "record.h"

#include <string.h>

#include "../mmc_names.h"
#include "mode_2.h"

static const struct vsense end_of_track = {KEY_ILLEGAL_REQUEST, 0x63, 0x00};

bool vrecord_streams(const struct packet *p) {
  return p->cdb[0] == OP_WRITE_12 && (p->cdb[10] & 0x80) != 0;
}

bool vrecord_brought(struct packet *p, uint32_t n, uint32_t block) {
  if (p->dir == PACKET_OUT && p->len / block >= n)
    return true;
  vrefuse(p, KEY_ABORTED_COMMAND, 0x4B, 0x00); /* data phase error */
  return false;
}

uint32_t vrecord_block(const struct vrecording *r) {
  return r->sent != NULL ? r->sent->bytes : vregion_block(r->region);
}

bool vrecord_fits(struct packet *p,
                  int32_t lba,
                  uint32_t n,
                  const struct vrecording *place,
                  bool reserved) {
  if (lba != place->next) {
    vrefuse_at(p, vsense_bad_address, lba);
  } else if (n > place->limit - (uint32_t)(place->next - place->start)) {
    vrefuse_at(p, reserved ? end_of_track : vsense_out_of_range, lba);
  } else {
    return vrecord_brought(p, n, vrecord_block(place));
  }
  return false;
}

void vrecord_start_losing(struct vdrive *d, int32_t lba) {
  struct vrecording *r = &d->rec;
  if (d->lost.on)
    return;
  if (r->track != NULL)
    vdisc_count(&d->disc, r->track->blocks);
  vlost_begin(d, lba);
}

void vrecord_lose_over(struct vdrive *d, const struct packet *p, int32_t lba) {
  if (!p->lose)
    return;
  vrecord_start_losing(d, lba);
  d->lost.overlay = true;
}

bool vrecord_over(struct vdrive *d,
                  int32_t lba,
                  const uint8_t *data,
                  uint32_t n) {
  if (!d->lost.on)
    return vdisc_write(&d->disc, lba, data, (size_t)n * VBLOCK);
  vlost_keep(d, lba, data, n);
  return true;
}

bool vrecord_count(struct vdrive *d, uint32_t blocks) {
  struct vrecording *r = &d->rec;
  uint32_t late;
  if (blocks < r->counted || blocks - r->counted < VDISC_COUNT_EVERY)
    return true;
  r->counted = blocks;
  /* Not further than the laser has come. */
  late = (uint32_t)(d->filled / vrecord_block(r));
  return late >= blocks || vdisc_count(&d->disc, blocks - late);
}

/* Nothing of a test write reaches anything. */
static bool put(struct vdrive *d, const uint8_t *data, uint32_t n) {
  struct vrecording *r = &d->rec;
  uint32_t blocks = (uint32_t)(r->next - r->start) + n;
  if (r->test)
    return true;
  if (d->lost.on) { /* the buffer remembers data sectors only */
    vlost_keep(d, r->next, data, r->region == VREGION_DATA ? n : 0);
    return true;
  }
  if (r->sent != NULL
        ? !vmode_2_write(d, r->next, data, n, r->sent, r->track->subheader)
        : !vdisc_write_in(&d->disc, r->region, r->next, data, n))
    return false;
  return vrecord_count(d, blocks);
}

void vrecord_give_up(struct vdrive *d, struct packet *p, struct vsense why) {
  struct vrecording *r = &d->rec;
  int32_t at = r->next;
  if (r->track != NULL) {
    r->track->damaged = true;
    if (!d->lost.on)
      vdisc_count(&d->disc, r->track->blocks);
  }
  memset(r, 0, sizeof *r);
  vrefuse_at(p, why, at);
}

/* What lies in spare areas takes the place of a cluster that is bad, unless the
   host rather has speed (MMC-6 6.54, Streaming). */
static bool replace(struct vdrive *d, const struct packet *p) {
  struct vformat *f = &d->medium.format;
  uint32_t unit = vgeometry(d->medium.kind)->unit;
  if (vrecord_streams(p) || f->spare - f->spare_used < unit)
    return false;
  f->spare_used += unit;
  if (vdrive_store(d))
    return true;
  f->spare_used -= unit;
  return false;
}

bool vrecord_defect(struct vdrive *d,
                    const struct packet *p,
                    struct vsense *why) {
  /* write error, auto reallocation failed */
  static const struct vsense no_spare = {KEY_MEDIUM_ERROR, 0x0C, 0x02};
  if (!p->has_defect || replace(d, p))
    return false;
  *why = d->medium.format.spare > 0 && !vrecord_streams(p) ? no_spare
                                                           : vsense_write_error;
  return true;
}

void vrecord_put(struct vdrive *d,
                 struct packet *p,
                 const uint8_t *data,
                 uint32_t n) {
  struct vrecording *r = &d->rec;
  struct vsense why = vsense_write_error;
  bool bad = !r->test && vrecord_defect(d, p, &why);
  if (bad)
    n = (uint32_t)(p->defect - r->next);
  if (!put(d, data, n)) {
    vrecord_give_up(d, p, vsense_write_error);
    return;
  }
  r->next += (int32_t)n;
  if (r->track != NULL)
    r->track->blocks = (uint32_t)(r->next - r->start);
  if (bad)
    vrecord_give_up(d, p, why);
}

bool vrecord_pad(struct vdrive *d, struct vtrack *t, uint32_t wanted) {
  int32_t from = t->start + (int32_t)t->blocks;
  if (t->blocks >= wanted)
    return true;
  if (!d->lost.on &&
      !vdisc_zero_in(&d->disc, vtrack_region(t), from, wanted - t->blocks))
    return false;
  t->blocks = wanted;
  return true;
}

bool vtrack_complete(struct vdrive *d, struct vtrack *t) {
  const struct vgeometry *g = vgeometry(d->medium.kind);
  uint32_t wanted = t->reserved > g->track_min ? t->reserved : g->track_min;
  struct vtrack before = *t;
  if (wanted < t->blocks || g->unfilled)
    wanted = vmedium_whole_units(&d->medium, t->blocks);
  /* A track shorter than the least, or than its reservation, is padded
     (MMC-6 6.3, CLOSE TRACK). */
  if (!vrecord_pad(d, t, wanted)) {
    t->damaged = true;
    return false;
  }
  t->state = VTRACK_COMPLETE;
  t->damaged = t->at_rest = false;
  t->runout = t->at_once ? 0 : g->runout;
  if (vdrive_store(d))
    return true;
  *t = before;
  t->damaged = true;
  t->at_rest = false;
  return false;
}

bool vmedium_commit(struct vdrive *d, const struct vmedium *before) {
  if (vdrive_store(d))
    return true;
  d->medium = *before;
  return false;
}

/* First what is described, so that the description is never ahead of it. */
bool vmedium_seal(struct vdrive *d, const struct vmedium *before) {
  if (!d->lost.on &&
      (!vdisc_cover(&d->disc, &d->medium) || !vdisc_sync(&d->disc))) {
    d->medium = *before;
    return false;
  }
  return vmedium_commit(d, before) && (d->lost.on || vdisc_sync(&d->disc));
}
