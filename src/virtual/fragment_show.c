/* fragment_show.c: what DVD+R tell of themselves: tracks, addresses, the table
   of contents that drives make up for them. */
#include <string.h>

#include "../bytes.h"
#include "../mmc_names.h"
#include "family.h"
#include "toc.h"

void vfragment_show_track(const struct vdrive *d,
                          const struct vtrack *t,
                          struct vshown *s) {
  bool complete = t->state == VTRACK_COMPLETE;
  uint32_t whole = t->reserved > 0
                     ? t->reserved
                     : (uint32_t)(d->medium.leadout_max - t->start);
  s->number = t->number;
  s->session = t->session;
  s->damaged = t->damaged;
  /* Reserved is told of complete ones too: only the invisible one is not. */
  s->reserved = complete || t->was_reserved;
  s->blank = t->state == VTRACK_RESERVED;
  s->control = t->control;
  s->data_mode = t->data_mode;
  s->packet = vgeometry(d->medium.kind)->unit;
  s->start = t->start;
  s->size = complete || t->damaged ? t->blocks : whole;
  s->compatible = s->reserved ? 0 : vgeometry(d->medium.kind)->compatible;
  if (!complete && !t->damaged && t->blocks < whole) {
    s->writable = true;
    s->next = t->start + (int32_t)t->blocks;
    s->free = whole - t->blocks;
  }
}

bool vfragment_show_invisible(struct vdrive *d, struct vshown *s) {
  const struct vmedium *m = &d->medium;
  struct vspace space;
  memset(s, 0, sizeof *s);
  for (unsigned i = 0; i < m->ntracks; i++)
    if (m->tracks[i].state == VTRACK_OPEN && m->tracks[i].reserved == 0) {
      vfragment_show_track(d, &m->tracks[i], s);
      return true;
    }
  if (!vmedium_next(m, &space) ||
      (space.free == 0 && vquirk(d, VQUIRK_FULL_TRACK_INFO)))
    return false;
  s->number = space.number;
  s->session = space.session;
  s->blank = true;
  s->writable = space.free > 0;
  s->control = 4;
  s->data_mode = 1;
  s->packet = vgeometry(m->kind)->unit;
  s->compatible = vgeometry(m->kind)->compatible;
  s->start = s->next = space.start;
  s->free = s->size = space.free;
  return true;
}

void vfragment_disc_addresses(const struct vdrive *d, uint8_t *r) {
  const struct vmedium *m = &d->medium;
  const struct vsession *before = vmedium_closed(m);
  memset(r + 16, 0xFF, 8);
  if (m->finalised)
    return;
  /* Where the next intro will be, or that of the open session is. */
  put_be32(r + 16,
           before == NULL ? 0
                          : (uint32_t)vsession_next_start(m, before) -
                              vgeometry(m->kind)->lead_in);
  put_be32(r + 20, (uint32_t)m->leadout_max);
}

void vfragment_read_toc(struct vdrive *d,
                        struct packet *p,
                        bool msf,
                        unsigned format) {
  if (format == 0)
    vtoc_tracks(d, p, msf);
  else if (format == 1)
    vtoc_sessions(d, p, msf);
  else
    vrefuse_field(p);
}
