/* tao.c: track-at-once recording of data and of audio. The first WRITE
   opens a track, the next flush of the buffer ends it: the drive adds the
   run-out itself. */
#include <string.h>

#include "../mmc_names.h"
#include "family.h"
#include "mode_2.h"
#include "record.h"

#define TAO 1

static unsigned block_type(const uint8_t *page) {
  return page[4] & 0x0F;
}

uint8_t vpage_data_mode(const uint8_t *page) {
  unsigned type = block_type(page);
  return type == VBLOCK_TYPE_AUDIO ? 0x0F : type >= VBLOCK_TYPE_FORM_1 ? 2 : 1;
}

/* What a track is that page 05h describes. */
void vtrack_take_page(struct vtrack *t, const uint8_t *page) {
  t->block_type = (uint8_t)block_type(page);
  if (vmode_2_block_type(t->block_type) != NULL)
    t->block_type = VBLOCK_TYPE_MIXED;
  t->control = page[3] & 0x0F;
  t->copied = vtrack_is_audio(t) && (page[3] & 0x10) != 0;
  t->data_mode = vpage_data_mode(page);
  memcpy(t->subheader, page + 48, sizeof t->subheader);
}

/* The codes in page 05h (MMC-6 7.5.4): MODE SELECT takes any, the disc only
   what is one. */
static void
take_codes(struct vdrive *d, struct vtrack *t, const uint8_t *page) {
  const char *mcn = (const char *)page + 17, *isrc = (const char *)page + 33;
  if ((page[16] & 0x80) && vcode_is_mcn(mcn))
    memcpy(d->medium.mcn, mcn, VMCN_LEN);
  if ((page[32] & 0x80) && vcode_is_isrc(isrc))
    memcpy(t->isrc, isrc, VISRC_LEN);
}

static struct vtrack *reserved_at(struct vdrive *d, int32_t lba) {
  for (unsigned i = 0; i < d->medium.ntracks; i++) {
    struct vtrack *t = &d->medium.tracks[i];
    if (t->state == VTRACK_RESERVED && t->start == lba)
      return t;
  }
  return NULL;
}

/* Where a recording that begins at 'lba' would be. 'r' gets all but the track;
   'reserved' the reserved track that it would fill, or NULL. */
static bool find_place(struct vdrive *d,
                       struct packet *p,
                       int32_t lba,
                       struct vrecording *r,
                       struct vtrack **reserved) {
  const uint8_t *page = d->pages[VPAGE_WRITE_PARAMETERS];
  struct vspace space;
  memset(r, 0, sizeof *r);
  r->mode = &vwrite_mode_tao;
  r->test = vdrive_tests(d);
  r->underrun_free = vdrive_underrun_free(d);
  r->block_type = (uint8_t)block_type(page);
  r->sent = vmode_2_block_type(r->block_type);
  r->region = r->block_type == VBLOCK_TYPE_AUDIO || r->sent != NULL
                ? VREGION_RAW
                : VREGION_DATA;
  r->start = r->next = lba;
  *reserved = vmedium_open_track(&d->medium) ? NULL : reserved_at(d, lba);
  if (*reserved != NULL) {
    r->number = (*reserved)->number;
    r->session = (*reserved)->session;
    r->limit = (*reserved)->reserved;
    return true;
  }
  if (!vcd_next(d, &space) || space.free == 0) {
    vrefuse_at(p,
               vmedium_damaged(&d->medium) ? vsense_bad_address
                                           : vsense_out_of_range,
               lba);
    return false;
  }
  r->number = space.number;
  r->session = space.session;
  r->limit = space.free;
  if (lba == space.start)
    return true;
  if (r->test && lba == vcd_test_next(d) && lba > space.start &&
      (uint32_t)(lba - space.start) < space.free) {
    r->limit = space.free - (uint32_t)(lba - space.start);
    return true;
  }
  vrefuse_at(p, vsense_bad_address, lba);
  return false;
}

/* Open the track on the medium: from here on it is there, whatever comes. */
static bool
begin(struct vdrive *d, struct vrecording *r, struct vtrack *reserved) {
  const uint8_t *page = d->pages[VPAGE_WRITE_PARAMETERS];
  struct vmedium before = d->medium;
  struct vspace space = {r->number, r->session, r->start, r->limit};
  struct vtrack *t = reserved;
  if (r->test)
    return true;
  if (t == NULL)
    t = vmedium_add_track(&d->medium, &space);
  t->state = VTRACK_OPEN;
  vtrack_take_page(t, page);
  take_codes(d, t, page);
  r->track = t;
  return vmedium_commit(d, &before);
}

bool vtao_good_page(const uint8_t *page) {
  return (block_type(page) == VBLOCK_TYPE_AUDIO) != ((page[3] & 0x04) != 0);
}

static bool good_mode(const struct vdrive *d) {
  const uint8_t *page = d->pages[VPAGE_WRITE_PARAMETERS];
  /* All blocks of a track are alike. */
  if (d->rec.mode != NULL && block_type(page) != d->rec.block_type)
    return false;
  return vtao_good_page(page);
}

static void
tao_write(struct vdrive *d, struct packet *p, int32_t lba, uint32_t n) {
  struct vrecording place = d->rec, *r = &d->rec;
  struct vtrack *track = d->rec.track;
  const uint8_t *data;
  size_t len;
  if (!good_mode(d)) {
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x64, 0x00);
    return;
  }
  if (r->mode == NULL && !find_place(d, p, lba, &place, &track))
    return;
  len = (size_t)n * vrecord_block(&place);
  if (!vrecord_fits(p, lba, n, &place, track != NULL && track->reserved > 0) ||
      !vbuffer_accept(d, p, len))
    return;
  data = vparameters(p, len);
  if (p->lose && !place.test)
    vrecord_start_losing(d, lba);
  if (r->mode == NULL) {
    if (!begin(d, &place, track)) {
      vrefuse_at(p, vsense_write_error, lba);
      return;
    }
    *r = place;
  }
  vrecord_put(d, p, data, n);
}

static bool tao_flush(struct vdrive *d) {
  struct vrecording r = d->rec;
  uint32_t blocks = (uint32_t)(r.next - r.start);
  memset(&d->rec, 0, sizeof d->rec);
  d->filled = 0;
  if (!r.test)
    return vtrack_complete(d, r.track);
  if (blocks < VTRACK_MIN)
    blocks = VTRACK_MIN;
  d->test_next = r.start + (int32_t)(blocks + VRUNOUT + VPREGAP);
  d->test_audio = r.block_type == VBLOCK_TYPE_AUDIO;
  return true;
}

const struct vwrite_mode vwrite_mode_tao = {
  .write_type = TAO,
  .block_types = 1 << VBLOCK_TYPE_AUDIO | 1 << VBLOCK_TYPE_MODE_1 |
                 1 << VBLOCK_TYPE_FORM_1 | 1 << VBLOCK_TYPE_FORM_1_SUBHEADER |
                 1 << VBLOCK_TYPE_FORM_2 | 1 << VBLOCK_TYPE_MIXED,
  .write = tao_write,
  .flush = tao_flush,
};
