/* cue.c: SEND CUE SHEET: all of it is checked before any of it is taken. */
#include "cue.h"

#include <string.h>

#include "../bytes.h"
#include "../mmc_names.h"
#include "commands.h"
#include "family.h"
#include "mode_2.h"
#include "quirk.h"
#include "record.h"
#include "sector.h"

enum { ADR_POSITION = 1, ADR_MCN, ADR_ISRC };
enum { SUBCHANNEL_FORM = 0xC0, DATA = 4, COPY = 0x80 };

static const struct vsense fine = {0, 0, 0};
static const struct vsense bad_entry = {KEY_ILLEGAL_REQUEST, 0x26, 0x00};
static const struct vsense unsupported = {KEY_ILLEGAL_REQUEST, 0x26, 0x01};
static const struct vsense bad_value = {KEY_ILLEGAL_REQUEST, 0x26, 0x02};

/* A sheet being read: where in it, and what came before. */
struct reader {
  const uint8_t *sheet;
  unsigned entries, at;
  const struct vdrive *d;
  struct vcue *cue;
  const struct vspace *space; /* the session's first track */
  unsigned track, index;      /* of the last part; track 0: none yet */
  int32_t first;              /* index 1 of that track */
};

uint32_t vcue_block(const struct vcue_part *part) {
  switch (part->form) {
    case VCUE_AUDIO:
    case VCUE_MODE_1_RAW:
      return VBLOCK_RAW;
    case VCUE_MODE_1:
      return VBLOCK;
    case VCUE_XA:
    case VCUE_XA_RAW:
      return vmode_2_form(part->form)->bytes;
    case VCUE_TEXT:
      return VBLOCK_SUBCHANNEL;
    default:
      return 0;
  }
}

static bool is_pause(uint8_t form) {
  return form == VCUE_AUDIO_PAUSE || form == VCUE_MODE_1_PAUSE ||
         form == VCUE_XA_PAUSE;
}

static const uint8_t *entry(const struct reader *r) {
  return r->sheet + (size_t)8 * r->at;
}

static unsigned adr(const uint8_t *e) {
  return e[0] & 0x0F;
}

static bool address(const uint8_t *e, int32_t *lba) {
  if (e[5] > 99 || e[6] > 59 || e[7] > 74)
    return false;
  *lba = ((int32_t)e[5] * 60 + e[6]) * 75 + e[7] - 150;
  return true;
}

/* {=== Codes: two entries each === */

static bool pair(const struct reader *r) {
  return r->at + 1 < r->entries && adr(entry(r)) == adr(entry(r) + 8);
}

/* Some drives want none with a code. */
static bool good_control(const struct reader *r) {
  bool plain = ((entry(r)[0] | entry(r)[8]) & 0xF0) == 0;
  return plain || !vquirk(r->d, VQUIRK_PLAIN_CODES);
}

static struct vsense take_mcn(struct reader *r) {
  const uint8_t *e = entry(r);
  char *mcn = r->cue->mcn;
  if (!pair(r))
    return bad_entry;
  if (!good_control(r))
    return bad_value;
  memcpy(mcn, e + 1, 7);
  memcpy(mcn + 7, e + 9, 6);
  r->at += 2;
  return vcode_is_mcn(mcn) && e[15] == 0 ? fine : bad_value;
}

/* It stands before the first entry of its track. */
static struct vsense take_isrc(struct reader *r) {
  const uint8_t *e = entry(r);
  unsigned next = r->track == 0 ? r->space->number : r->track + 1;
  char *isrc;
  if (!pair(r) || e[1] != next || e[9] != next || next > VTRACKS ||
      r->cue->isrc[next][0] != '\0')
    return bad_entry;
  if (!good_control(r))
    return bad_value;
  isrc = r->cue->isrc[next];
  memcpy(isrc, e + 2, 6);
  memcpy(isrc + 6, e + 10, 6);
  r->at += 2;
  return vcode_is_isrc(isrc) ? fine : bad_value;
}

/* ===} */

/* {=== Parts === */

static void add(struct reader *r, struct vcue_part part) {
  r->cue->parts[r->cue->nparts++] = part;
}

static const struct vcue_part *last(const struct reader *r) {
  return &r->cue->parts[r->cue->nparts - 1];
}

/* Is CD-TEXT announced as this drive wants it? */
static bool good_text(const struct reader *r) {
  const uint8_t *page = r->d->pages[VPAGE_WRITE_PARAMETERS];
  bool announced = (page[4] & 0x0F) == VBLOCK_TYPE_TEXT;
  return announced == vquirk(r->d, VQUIRK_TEXT_BLOCK_TYPE);
}

/* Zeros, or of CD-TEXT the time that the ATIP has, in drives that want it. */
static bool good_lead_in_time(const struct reader *r, const uint8_t *e) {
  uint8_t time[3] = {0};
  if (e[3] == VCUE_TEXT && vquirk(r->d, VQUIRK_TEXT_LEAD_IN))
    vmsf(time, vcd_lead_in(&r->d->medium));
  return memcmp(e + 5, time, sizeof time) == 0;
}

static struct vsense take_lead_in(struct reader *r) {
  const uint8_t *e = entry(r);
  if (r->at == r->entries || adr(e) != ADR_POSITION || e[1] != 0 || e[2] != 0)
    return bad_entry;
  if (!good_lead_in_time(r, e))
    return bad_value;
  if (e[3] == VCUE_TEXT) {
    if (!good_text(r))
      return unsupported;
    add(r,
        (struct vcue_part){.start = vcd_lead_in(&r->d->medium),
                           .form = VCUE_TEXT});
  } else if (!is_pause(e[3])) {
    return unsupported;
  }
  r->at++;
  return fine;
}

/* The form of a track's blocks goes with its control nibble; a pause is before
   index 1 only. */
static struct vsense good_form(const struct reader *r, const uint8_t *e) {
  unsigned control = e[0] >> 4;
  bool data = (control & DATA) != 0, pause;
  if (e[3] & SUBCHANNEL_FORM)
    return unsupported;
  pause = is_pause(e[3]);
  if (e[3] != VCUE_AUDIO && e[3] != VCUE_MODE_1 && e[3] != VCUE_MODE_1_RAW &&
      e[3] != VCUE_XA && e[3] != VCUE_XA_RAW && !pause)
    return unsupported;
  if ((e[3] >= VCUE_MODE_1) != data || (pause && e[2] != 0) ||
      (e[4] & ~COPY) != 0)
    return bad_value;
  if (e[2] > 0 && e[1] == r->track &&
      (control != last(r)->control ||
       vcue_kind(e[3]) != vcue_kind(last(r)->form)))
    return bad_value;
  if (e[2] > 1 && e[3] != last(r)->form)
    return bad_value;
  return fine;
}

/* Index 0 may be left out but for the first track; the others count up. */
static bool follows(const struct reader *r, const uint8_t *e) {
  if (r->track == 0)
    return e[1] == r->space->number && e[2] == 0;
  if (e[1] == r->track)
    return e[2] == r->index + 1;
  return r->index >= 1 && e[1] == r->track + 1 && e[1] <= VTRACKS && e[2] <= 1;
}

/* Is a track long enough that ends at 'lba'? */
static bool good_end(const struct reader *r, int32_t lba) {
  return r->track == 0 || lba - r->first >= (int32_t)VTRACK_MIN;
}

/* Pregaps of the least length: before the first track, and where audio and data
   meet, or data of two modes (ECMA-130 20.2). */
static bool good_pregap(const struct reader *r,
                        const uint8_t *e,
                        int32_t lba,
                        bool other_kind) {
  if (r->track == 0)
    return lba == r->space->start - (int32_t)VPREGAP;
  if (e[2] == 1 && e[1] != r->track) /* none */
    return !other_kind;
  if (e[2] == 1)
    return lba - last(r)->start >= (int32_t)VPREGAP ||
           (r->track != r->space->number &&
            vcue_kind(last(r)[-1].form) == vcue_kind(last(r)->form));
  return true;
}

static struct vsense take_part(struct reader *r) {
  const uint8_t *e = entry(r);
  bool other_kind =
    r->track != 0 && vcue_kind(last(r)->form) != vcue_kind(e[3]);
  struct vsense why;
  int32_t lba;
  if (!follows(r, e))
    return bad_entry;
  why = good_form(r, e);
  if (why.key != 0)
    return why;
  if (!address(e, &lba) || (r->track != 0 && lba <= last(r)->start) ||
      (e[1] != r->track && !good_end(r, lba)) ||
      !good_pregap(r, e, lba, other_kind))
    return bad_value;
  if (e[2] == 1)
    r->first = lba;
  r->track = e[1];
  r->index = e[2];
  add(r,
      (struct vcue_part){lba, e[1], e[2], e[3], e[0] >> 4, (e[4] & COPY) != 0});
  r->at++;
  return fine;
}

static struct vsense take_lead_out(struct reader *r, int32_t end) {
  const uint8_t *e = entry(r);
  int32_t lba;
  if (r->at + 1 != r->entries || r->index == 0 || e[2] != 1)
    return bad_entry;
  if (!is_pause(e[3]))
    return unsupported;
  if (!address(e, &lba) || !good_end(r, lba))
    return bad_value;
  if (lba > end)
    return vsense_out_of_range;
  add(r, (struct vcue_part){.start = lba, .track = VCUE_LEADOUT});
  r->at++;
  return fine;
}

/* ===} */

/* Where the lead-out may begin at the latest. */
static int32_t last_lead_out(const struct vdrive *d) {
  return vquirk(d, VQUIRK_OVERBURN) ? vmedium_reach(&d->medium)
                                    : d->medium.leadout_max;
}

static struct vsense read_sheet(struct reader *r) {
  struct vsense why = fine;
  if (adr(entry(r)) == ADR_MCN)
    why = take_mcn(r);
  if (why.key == 0)
    why = take_lead_in(r);
  while (why.key == 0 && r->at < r->entries) {
    const uint8_t *e = entry(r);
    if (adr(e) == ADR_ISRC)
      why = take_isrc(r);
    else if (adr(e) != ADR_POSITION)
      why = bad_entry;
    else if (e[1] == VCUE_LEADOUT)
      why = take_lead_out(r, last_lead_out(r->d));
    else
      why = take_part(r);
  }
  if (why.key == 0 && (r->cue->nparts == 0 || last(r)->track != VCUE_LEADOUT))
    why = bad_entry;
  return why;
}

/* What the disc file has no room for. */
static bool too_many_indexes(const struct vdrive *d, const struct vcue *cue) {
  unsigned n = d->medium.nindexes;
  for (unsigned i = 0; i < cue->nparts; i++)
    n += cue->parts[i].index > 1;
  return n > VINDEXES_MAX;
}

/* A session can be recorded at once where none is open. */
static struct vsense may_begin(struct vdrive *d, struct vspace *space) {
  static const struct vsense sequence = {KEY_ILLEGAL_REQUEST, 0x2C, 0x00};
  static const struct vsense illegal_mode = {KEY_ILLEGAL_REQUEST, 0x64, 0x00};
  static const struct vsense incompatible = {KEY_ILLEGAL_REQUEST, 0x30, 0x05};
  if (!vdrive_can_write(d) || !vdrive_on_cd(d) || d->medium.finalised)
    return incompatible;
  if (d->rec.mode != NULL || vwrite_mode_current(d) != &vwrite_mode_sao)
    return sequence;
  if (d->medium.blanking || vmedium_open_session(&d->medium) != NULL)
    return illegal_mode;
  return vmedium_space(&d->medium, space) ? fine : vsense_out_of_range;
}

void vcmd_send_cue_sheet(struct vtransport *t, struct packet *p) {
  struct vdrive *d = t->drive;
  uint32_t len = get_be24(p->cdb + 6);
  struct vspace space;
  struct vsense why = may_begin(d, &space);
  struct reader r = {
    .entries = len / 8, .d = d, .cue = &d->cue, .space = &space};
  if (why.key != 0) {
    vrefuse(p, why.key, why.asc, why.ascq);
    return;
  }
  if (len == 0)
    return;
  if (len % 8 != 0 || len / 8 > VCUE_MAX) {
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x1A, 0x00);
    return;
  }
  r.sheet = vparameters(p, len);
  if (r.sheet == NULL)
    return;
  memset(&d->cue, 0, sizeof d->cue);
  why = read_sheet(&r);
  if (why.key == 0 && too_many_indexes(d, &d->cue))
    why = unsupported;
  if (why.key == 0)
    return;
  d->cue.nparts = 0;
  vrefuse(p, why.key, why.asc, why.ascq);
}
