/* rzone.c: incremental recording of DVD-R and DVD-RW: in sequence, in RZones,
   which READ TRACK INFORMATION shows as tracks. The links between what is
   recorded are lossless; two RZones have one of 16 blocks between them. */
#include "rzone.h"

#include "../bytes.h"
#include "../mmc_names.h"
#include "family.h"
#include "record.h"
#include "sequence.h"

#define RESERVED_MOST 2 /* RZones reserved and unfinished */

unsigned vrzone_write_type(const struct vdrive *d) {
  return d->pages[VPAGE_WRITE_PARAMETERS][2] & 0x0F;
}

/* Is the disc one that can be recorded incrementally? */
static bool can_go_on(const struct vdrive *d) {
  return vdrive_can_write(d) && !d->medium.finalised &&
         !d->medium.format.minimal && !d->medium.format.disc_at_once;
}

static void
incremental_write(struct vdrive *d, struct packet *p, int32_t lba, uint32_t n) {
  struct vrecording how = {.mode = &vwrite_mode_incremental,
                           .test = vdrive_tests(d),
                           .underrun_free = vdrive_underrun_free(d)};
  if (!can_go_on(d) || d->dao_size > 0)
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x64, 0x00);
  else
    vsequence_write(d, p, lba, n, &how);
}

/* Link size and packet size as feature 21h has them. */
static bool incremental_page(const uint8_t *page) {
  bool linked = (page[2] & 0x20) != 0, fixed = (page[3] & 0x20) != 0;
  return (!linked || page[5] == 16) && (!fixed || get_be32(page + 10) == 16);
}

const struct vwrite_mode vwrite_mode_incremental = {
  .write_type = VRZONE_INCREMENTAL,
  .block_types = 1 << 8,
  .good_page = incremental_page,
  .write = incremental_write,
  .flush = vsequence_flush,
  .rests = true,
};

void vrzone_reserve(struct vdrive *d, struct packet *p, uint32_t size) {
  unsigned waiting = 0;
  if (vrzone_write_type(d) == VRZONE_DISC_AT_ONCE) {
    vdao_reserve(d, p, size);
    return;
  }
  if (!can_go_on(d)) {
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x64, 0x00);
    return;
  }
  if (vdrive_tests(d)) /* nothing is recorded, the RZone neither */
    return;
  if (!vbuffer_flush(d)) {
    vrefuse(p, KEY_MEDIUM_ERROR, 0x0C, 0x00);
    return;
  }
  for (unsigned i = 0; i < d->medium.ntracks; i++)
    if (d->medium.tracks[i].state != VTRACK_COMPLETE &&
        d->medium.tracks[i].reserved > 0)
      waiting++;
  if (waiting >= RESERVED_MOST)
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x72, 0x05);
  else
    vsequence_reserve(d, p, size);
}

/* A link ECC block is written behind what there is, and the RZone goes on
   (MMC-6 6.32). */
void vrzone_repair(struct vdrive *d, struct packet *p, unsigned number) {
  struct vtrack *t = vmedium_track(&d->medium, number);
  struct vmedium before = d->medium;
  if (t == NULL || t->state == VTRACK_RESERVED) {
    vrefuse_field(p);
  } else if (d->medium.format.disc_at_once) {
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x64, 0x00);
  } else if (t->damaged) {
    t->damaged = false;
    t->at_rest = true;
    if (!vrecord_pad(d, t, vmedium_whole_units(&d->medium, t->blocks)) ||
        !vmedium_commit(d, &before)) {
      d->medium = before;
      vrefuse(p, KEY_MEDIUM_ERROR, 0x0C, 0x00);
    }
  }
}
