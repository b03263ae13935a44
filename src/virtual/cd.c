/* cd.c: what CDs tell of themselves, and reserving on them. Recording is tao.c,
   closing close_cd.c, the table of contents toc.c. */
#include <string.h>

#include "../bytes.h"
#include "../mmc_names.h"
#include "atip.h"
#include "family.h"
#include "record.h"
#include "sector.h"
#include "sequence.h"

void vcd_show_track(const struct vdrive *d,
                    const struct vtrack *t,
                    struct vshown *s) {
  bool open = t->state != VTRACK_COMPLETE;
  s->number = t->number;
  s->session = t->session;
  s->damaged = t->damaged;
  s->reserved = open && t->was_reserved;
  s->blank = t->state == VTRACK_RESERVED;
  s->control = t->control | (t->copied ? 0x10 : 0);
  s->data_mode = t->data_mode;
  s->start = t->start;
  s->size = open && t->reserved > 0 ? t->reserved : t->blocks + t->runout;
  if (open && !t->damaged) {
    uint32_t room = d->rec.track == t ? d->rec.limit : t->reserved;
    s->writable = true;
    s->next = t->start + (int32_t)t->blocks;
    s->free = room - t->blocks;
    if (t->reserved == 0)
      s->size = room;
  }
}

/* Page 05h says how long the pause between two tracks of audio is; all other
   pregaps have two seconds. */
static int32_t pause_change(const struct vdrive *d, bool audio_before) {
  const uint8_t *page = d->pages[VPAGE_WRITE_PARAMETERS];
  if (!audio_before || (page[4] & 0x0F) != VBLOCK_TYPE_AUDIO ||
      vwrite_mode_current(d) != &vwrite_mode_tao ||
      vquirk(d, VQUIRK_FIXED_PAUSE))
    return 0;
  return (int32_t)get_be16(page + 14) - (int32_t)VPREGAP;
}

bool vcd_next(const struct vdrive *d, struct vspace *s) {
  const struct vmedium *m = &d->medium;
  const struct vtrack *before;
  if (!vmedium_next(m, s))
    return false;
  before = m->ntracks > 0 ? &m->tracks[m->ntracks - 1] : NULL;
  if (before != NULL && before->session == s->session)
    vspace_move(m, s, pause_change(d, vtrack_is_audio(before)));
  return true;
}

int32_t vcd_test_next(const struct vdrive *d) {
  return d->test_next < 0 ? -1 : d->test_next + pause_change(d, d->test_audio);
}

/* The track that is not there yet: mode page 05h says what it would be. A test
   write moves in it, and leaves no trace when it is over. */
bool vcd_show_invisible(struct vdrive *d, struct vshown *s) {
  const uint8_t *page = d->pages[VPAGE_WRITE_PARAMETERS];
  const struct vtrack *open = vmedium_open_track(&d->medium);
  struct vspace space;
  memset(s, 0, sizeof *s);
  if (open != NULL) {
    vcd_show_track(d, open, s);
    return true;
  }
  if (d->medium.blanking) {
    s->number = s->session = 1;
    s->damaged = true;
    s->control = 4;
    s->data_mode = 0x0F;
    return true;
  }
  if (!vcd_next(d, &space) || !vsequence_show_place(d, &space, s))
    return false;
  s->control = page[3] & 0x1F;
  s->data_mode = vpage_data_mode(page);
  vsequence_show_test(d, s);
  if (vquirk(d, VQUIRK_NWA_150) && vmedium_is_blank(&d->medium) && s->next == 0)
    s->next = -(int32_t)VPREGAP;
  return true;
}

static void hmsf(uint8_t *p, int32_t lba) {
  p[0] = 0;
  vmsf(p + 1, lba);
}

int32_t vcd_lead_in(const struct vmedium *m) {
  unsigned before = m->nsessions;
  if (before > 0 && !m->sessions[before - 1].closed)
    before--;
  if (before == 0)
    return vatip_lead_in((enum vkind)m->kind);
  return vsession_next_start(m, &m->sessions[before - 1]) -
         (int32_t)vgeometry(m->kind)->lead_in;
}

void vcd_disc_addresses(const struct vdrive *d, uint8_t *r) {
  const struct vmedium *m = &d->medium;
  r[8] =
    m->nsessions > 0 && m->sessions[0].closed ? m->sessions[0].format : 0xFF;
  memset(r + 16, 0xFF, 8);
  if (!m->finalised) {
    hmsf(r + 16, vcd_lead_in(m));
    hmsf(r + 20, m->leadout_max);
  }
}

void vcd_reserve(struct vdrive *d, struct packet *p, uint32_t size) {
  struct vmedium before;
  struct vspace space;
  struct vtrack *track;
  if (vmedium_open_track(&d->medium) != NULL || d->rec.mode != NULL) {
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x2C, 0x00);
  } else if (d->medium.ntracks >= VTRACKS) {
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x72, 0x05);
  } else if (size < VTRACK_MIN || !vcd_next(d, &space) || size > space.free) {
    vrefuse(p, KEY_ILLEGAL_REQUEST, size < VTRACK_MIN ? 0x24 : 0x21, 0x00);
  } else if (!vtao_good_page(d->pages[VPAGE_WRITE_PARAMETERS])) {
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x64, 0x00);
  } else if (!vdrive_tests(d)) {
    before = d->medium;
    track = vmedium_add_track(&d->medium, &space);
    track->state = VTRACK_RESERVED;
    track->was_reserved = true;
    track->reserved = size;
    vtrack_take_page(track, d->pages[VPAGE_WRITE_PARAMETERS]);
    if (!vmedium_commit(d, &before))
      vrefuse(p, KEY_MEDIUM_ERROR, 0x0C, 0x00);
  }
}
