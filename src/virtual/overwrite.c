/* overwrite.c: recording where each block can be written at any time: DVD+RW,
   DVD-RAM, BD-RE (MMC-6 feature 0020h). Blocks of 2048 bytes are taken one by
   one; that the drive reads the rest of an ECC block first is its own affair.
   There is no track to be opened and none to be damaged: what was written is
   there. */
#include <string.h>

#include "../mmc_names.h"
#include "family.h"
#include "record.h"

const struct vwrite_mode *voverwrite_mode(const struct vdrive *d) {
  (void)d;
  return &vwrite_mode_overwrite;
}

/* Streaming leaves out what a part of an ECC block would need. */
static bool whole_units(const struct vdrive *d, int32_t lba, uint32_t n) {
  uint32_t unit = vgeometry(d->medium.kind)->unit;
  return (uint32_t)lba % unit == 0 && n % unit == 0;
}

static bool fits(struct vdrive *d, struct packet *p, int32_t lba, uint32_t n) {
  uint32_t capacity = d->medium.format.capacity;
  bool streaming = vrecord_streams(p);
  if (d->medium.ntracks == 0) /* medium format corrupted: it has none */
    vrefuse_at(p, (struct vsense){KEY_MEDIUM_ERROR, 0x31, 0x00}, lba);
  else if (lba < 0 || (uint32_t)lba >= capacity || n > capacity - (uint32_t)lba)
    vrefuse_at(p, vsense_out_of_range, lba);
  else if (streaming && !whole_units(d, lba, n))
    vrefuse_field(p);
  else
    return vrecord_brought(p, n, VBLOCK);
  return false;
}

static void
overwrite_write(struct vdrive *d, struct packet *p, int32_t lba, uint32_t n) {
  struct vsense why;
  const uint8_t *data;
  bool bad;
  if (!fits(d, p, lba, n) || !vbuffer_accept(d, p, (size_t)n * VBLOCK))
    return;
  data = vparameters(p, (size_t)n * VBLOCK);
  vrecord_lose_over(d, p, lba);
  /* The blocks before a bad one are recorded. */
  bad = vrecord_defect(d, p, &why);
  if (bad)
    n = (uint32_t)(p->defect - lba);
  if (!vrecord_over(d, lba, data, n)) {
    vrefuse_at(p, vsense_write_error, lba);
    return;
  }
  if (bad)
    vrefuse_at(p, why, p->defect);
  d->rec.mode = &vwrite_mode_overwrite;
  d->rec.underrun_free = true;
  d->rec.next = lba + (int32_t)n;
}

/* It is all in the file. */
static bool overwrite_flush(struct vdrive *d) {
  memset(&d->rec, 0, sizeof d->rec);
  d->filled = 0;
  return true;
}

const struct vwrite_mode vwrite_mode_overwrite = {
  .write = overwrite_write,
  .flush = overwrite_flush,
  .rests = true,
};

/* There is only one track, and it is always whole. */
void voverwrite_reserve(struct vdrive *d, struct packet *p, uint32_t size) {
  (void)d, (void)size;
  vrefuse(p, KEY_ILLEGAL_REQUEST, 0x64, 0x00);
}

void voverwrite_close(struct vdrive *d,
                      struct packet *p,
                      unsigned function,
                      bool immediate) {
  (void)d, (void)function, (void)immediate;
  vrefuse_field(p);
}
