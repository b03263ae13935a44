/* sao.c: session-at-once recording: block by block what the cue sheet says.
   SYNCHRONIZE CACHE ends the session. */
#include <string.h>

#include "../mmc_names.h"
#include "mode_2.h"
#include "record.h"
#include "sector.h"

#define SAO 2
#define SESSION_SECONDS 30.0 /* lead-out and lead-in */

/* {=== The sheet === */

static const struct vcue_part *part_at(const struct vcue *cue, int32_t lba) {
  const struct vcue_part *part = cue->parts;
  while (part->track != VCUE_LEADOUT && lba >= part[1].start)
    part++;
  return part;
}

/* The next block that the host has to send, or the lead-out. */
static int32_t next_sent(const struct vcue *cue, int32_t lba) {
  const struct vcue_part *part = part_at(cue, lba);
  if (part->track == VCUE_LEADOUT || vcue_block(part) > 0)
    return lba;
  while (part->track != VCUE_LEADOUT && vcue_block(part) == 0)
    part++;
  return part->start;
}

static int32_t lead_out(const struct vcue *cue) {
  return cue->parts[cue->nparts - 1].start;
}

/* Bytes of each of n blocks from 'lba' on, which must be the same for all; 0:
   they are not. */
static uint32_t block_size(const struct vcue *cue, int32_t lba, uint32_t n) {
  const struct vcue_part *part = part_at(cue, lba);
  uint32_t size = vcue_block(part);
  while (part->track != VCUE_LEADOUT && part[1].start < (int64_t)lba + n) {
    part++;
    if (part->track != VCUE_LEADOUT && vcue_block(part) != size)
      return 0;
  }
  return size;
}

/* ===} */

/* {=== Tracks === */

/* The track that a part belongs to, or that follows a lead-in. */
static const struct vcue_part *track_begin(const struct vcue_part *part) {
  while (part->track == 0)
    part++;
  return part;
}

static uint8_t block_type(const struct vcue_part *part) {
  unsigned kind = vcue_kind(part->form);
  return kind == vcue_kind(VCUE_AUDIO)    ? VBLOCK_TYPE_AUDIO
         : kind == vcue_kind(VCUE_MODE_1) ? VBLOCK_TYPE_MODE_1
                                          : VBLOCK_TYPE_MIXED;
}

static void lay_out(struct vdrive *d, const struct vcue_part *part) {
  struct vspace space = {part->track, d->rec.session, 0, 0};
  const struct vcue_part *begin = part;
  struct vtrack *t;
  while (part->index == 0)
    part++;
  space.start = part->start;
  t = vmedium_add_track(&d->medium, &space);
  if (d->cue.parts[0].form == VCUE_TEXT)
    d->medium.sessions[t->session - 1].text = true;
  t->state = VTRACK_OPEN;
  t->at_once = true;
  t->pregap = (uint32_t)(part->start - begin->start);
  t->control = part->control;
  t->copied = part->copied;
  t->block_type = block_type(part);
  t->data_mode = vtrack_is_audio(t) ? 0x0F : vtrack_is_mixed(t) ? 2 : 1;
  memcpy(t->isrc, d->cue.isrc[part->track], sizeof t->isrc);
  for (part++; part->track == space.number; part++)
    d->medium.indexes[d->medium.nindexes++] =
      (struct vindex){part->track, part->index, part->start};
  d->rec.track = t;
  d->rec.limit = (uint32_t)(part->start - t->start);
}

/* Go on to the track of a part; the one before is complete then. */
static bool enter(struct vdrive *d, const struct vcue_part *part) {
  struct vrecording *r = &d->rec;
  const struct vcue_part *begin = track_begin(part);
  struct vmedium before;
  if (r->number == begin->track)
    return true;
  r->number = begin->track;
  r->counted = 0;
  if (!r->test) {
    before = d->medium;
    if (r->track != NULL)
      r->track->state = VTRACK_COMPLETE;
    lay_out(d, begin);
    r->start = r->track->start;
    if (!vmedium_commit(d, &before)) {
      r->track = vmedium_open_track(&d->medium);
      return false;
    }
  }
  return true;
}

/* ===} */

/* {=== Blocks === */

static bool
put_raw(struct vdisc *disc, int32_t lba, const uint8_t *data, uint32_t n) {
  bool good = true;
  for (uint32_t i = 0; i < n && good; i++)
    good = vdisc_write(disc,
                       lba + (int32_t)i,
                       data + (size_t)i * VSECTOR_RAW + VSECTOR_DATA,
                       VBLOCK);
  return good;
}

/* n blocks of a part; without data what the drive makes itself. */
static bool put(struct vdrive *d,
                const struct vcue_part *part,
                const uint8_t *data,
                uint32_t n) {
  struct vdisc *disc = &d->disc;
  int32_t lba = d->rec.next;
  enum vregion region = part->form == VCUE_TEXT ? VREGION_SUBCHANNEL
                        : block_type(part) == VBLOCK_TYPE_MODE_1 ? VREGION_DATA
                                                                 : VREGION_RAW;
  d->rec.region = region;
  d->rec.sent = vmode_2_form(part->form);
  if (d->rec.test)
    return true;
  if (d->lost.on) {
    bool kept = data != NULL && part->form == VCUE_MODE_1;
    vlost_keep(d, lba, data, kept ? n : 0);
    return true;
  }
  if (data == NULL)
    return vdisc_zero_in(disc, region, lba, n);
  if (part->form == VCUE_MODE_1_RAW)
    return put_raw(disc, lba, data, n);
  if (d->rec.sent != NULL)
    return vmode_2_write(d, lba, data, n, d->rec.sent, NULL);
  return vdisc_write_in(disc, region, lba, data, n);
}

/* Blocks up to the end of their part, with what that means for the track. */
static bool record_part(struct vdrive *d, const uint8_t *data, uint32_t n) {
  struct vrecording *r = &d->rec;
  const struct vcue_part *part = part_at(&d->cue, r->next);
  if (!enter(d, part) || !put(d, part, data, n))
    return false;
  r->next += (int32_t)n;
  if (r->track == NULL)
    return true;
  r->track->blocks = r->next > r->start ? (uint32_t)(r->next - r->start) : 0;
  return d->lost.on || vrecord_count(d, r->track->blocks);
}

/* Blocks from the host, or made by the drive, whatever parts they are in. */
static bool record(struct vdrive *d, const uint8_t *data, uint32_t n) {
  while (n > 0) {
    const struct vcue_part *part = part_at(&d->cue, d->rec.next);
    uint32_t left = (uint32_t)(part[1].start - d->rec.next);
    if (left > n)
      left = n;
    if (!record_part(d, data, left))
      return false;
    if (data != NULL)
      data += (size_t)left * vcue_block(part);
    n -= left;
  }
  return true;
}

/* Pauses come by themselves. */
static bool record_pauses(struct vdrive *d) {
  int32_t to = next_sent(&d->cue, d->rec.next);
  return record(d, NULL, (uint32_t)(to - d->rec.next));
}

/* ===} */

static bool begin(struct vdrive *d) {
  struct vrecording *r = &d->rec;
  memset(r, 0, sizeof *r);
  r->mode = &vwrite_mode_sao;
  r->test = vdrive_tests(d);
  r->underrun_free = vdrive_underrun_free(d);
  r->session = (uint8_t)(d->medium.nsessions + 1);
  r->next = d->cue.parts[0].start;
  d->cue.begun = true;
  if (!r->test && d->cue.mcn[0] != '\0')
    memcpy(d->medium.mcn, d->cue.mcn, sizeof d->medium.mcn);
  return record_pauses(d);
}

static bool fits(
  struct vdrive *d, struct packet *p, int32_t lba, uint32_t n, uint32_t size) {
  const struct vcue *cue = &d->cue;
  int32_t next = d->rec.mode != NULL ? d->rec.next : cue->parts[0].start;
  if (lba != next_sent(cue, next))
    vrefuse_at(p, vsense_bad_address, lba);
  else if ((int64_t)lba + n > lead_out(cue))
    vrefuse_at(p, vsense_out_of_range, lba);
  else if (size == 0)
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x64, 0x00);
  else
    return vrecord_brought(p, n, size) &&
           vbuffer_accept(d, p, (size_t)n * size);
  return false;
}

static void
sao_write(struct vdrive *d, struct packet *p, int32_t lba, uint32_t n) {
  struct vrecording *r = &d->rec;
  struct vsense why = vsense_write_error;
  const uint8_t *data;
  uint32_t size;
  bool bad;
  if (d->cue.nparts == 0 || (r->mode == NULL && d->cue.begun)) {
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x2C, 0x00);
    return;
  }
  size = n <= INT32_MAX / 2 ? block_size(&d->cue, lba, n) : 0;
  if (!fits(d, p, lba, n, size))
    return;
  data = vparameters(p, (size_t)n * size);
  if (p->lose && !vdrive_tests(d))
    vrecord_start_losing(d, lba);
  bad = !r->test && vrecord_defect(d, p, &why);
  if (bad)
    n = (uint32_t)(p->defect - lba);
  if ((r->mode == NULL && !begin(d)) || !record(d, data, n) || bad ||
      !record_pauses(d))
    vrecord_give_up(d, p, why);
}

/* What the host did not send is silence, or zeros; then all is complete. */
static bool finish(struct vdrive *d) {
  const uint8_t *page = d->pages[VPAGE_WRITE_PARAMETERS];
  struct vrecording *r = &d->rec;
  struct vmedium before;
  if (!record(d, NULL, (uint32_t)(lead_out(&d->cue) - r->next)))
    return false;
  if (r->test)
    return true;
  before = d->medium;
  r->track->state = VTRACK_COMPLETE;
  vmedium_close_session(&d->medium, page[8] & 0x30, vdrive_next_allowed(d));
  return vmedium_seal(d, &before);
}

static bool sao_flush(struct vdrive *d) {
  bool good = finish(d);
  if (!good && d->rec.track != NULL)
    d->rec.track->damaged = true;
  memset(&d->rec, 0, sizeof d->rec);
  d->cue.nparts = 0;
  d->filled = 0;
  return good;
}

static double sao_flush_seconds(const struct vdrive *d) {
  (void)d;
  return SESSION_SECONDS;
}

/* The sheet says what the blocks are; hosts leave 0 or 8 in the page. */
const struct vwrite_mode vwrite_mode_sao = {
  .write_type = SAO,
  .block_types = 1 << 0 | 1 << 8,
  .write = sao_write,
  .flush = sao_flush,
  .flush_seconds = sao_flush_seconds,
};
