/* state.c: what is in the drive, and how that changes: taken in, written out,
   broken off, forgotten. Nothing here knows a packet. */
#include <string.h>

#include "../mmc_names.h"
#include "family.h"
#include "record.h"

#define SPIN_UP_SECONDS 2.0

enum { EVENT_NEW_MEDIUM = 2, EVENT_REMOVAL = 3 };

bool vdrive_has_medium(const struct vdrive *d) {
  return d->disc.fd >= 0 && !d->tray_open;
}

enum vkind vdrive_kind(const struct vdrive *d) {
  return (enum vkind)d->medium.kind;
}

/* A disc of a kind that this drive cannot write is a pressed one to it. */
unsigned vdrive_profile(const struct vdrive *d) {
  const struct vdisc_kind *k = vdrive_disc(d);
  if (!vdrive_has_medium(d) || d->unreadable || k == NULL)
    return PROFILE_NONE;
  return vmodel_has(d->model, k->profile) ? k->profile : k->rom_profile;
}

bool vdrive_can_write(const struct vdrive *d) {
  const struct vdisc_kind *k = vdrive_disc(d);
  if (k == NULL || vdrive_profile(d) != k->profile)
    return false;
  return k->erasable || !d->medium.finalised;
}

bool vdrive_protected(const struct vdrive *d) {
  return d->disc.readonly || vdrive_protection(d) != 0;
}

bool vdrive_erases(const struct vdrive *d) {
  return vmodel_has(d->model, PROFILE_CD_RW);
}

bool vdrive_formats(const struct vdrive *d) {
  for (unsigned i = 1; i < VKIND_COUNT; i++) {
    const struct vdisc_kind *k = vdisc_kind((enum vkind)i);
    if (k != NULL && k->family->format != NULL &&
        vmodel_has(d->model, k->profile))
      return true;
  }
  return false;
}

bool vdrive_prevented(const struct vdrive *d) {
  for (const struct vtransport *t = d->transports; t != NULL; t = t->next)
    if (t->prevent != 0)
      return true;
  return false;
}

void vdrive_tell_medium(struct vdrive *d, uint8_t event, bool attention) {
  for (struct vtransport *t = d->transports; t != NULL; t = t->next) {
    t->event = event;
    if (attention)
      t->attention_medium = true;
  }
}

bool vdrive_store(struct vdrive *d) {
  return d->lost.on || vdisc_store(&d->disc, &d->medium);
}

void vdrive_forget_medium(struct vdrive *d) {
  memset(&d->medium, 0, sizeof d->medium);
  memset(&d->rec, 0, sizeof d->rec);
  d->cue.nparts = 0;
  d->position = 0;
  d->going_on.finish = NULL;
  d->formatting = d->protected_for_now = false;
  d->test_next = -1;
  d->replaced = -1;
  d->dao_size = 0;
  d->filled = 0;
  d->underrun = false;
  d->has_deferred = false;
  d->unreadable = false;
  vlost_end(d);
  vdrive_pages_default(d);
}

void vdrive_take_in(struct vdrive *d, bool spin_up) {
  struct failure f;
  vdrive_forget_medium(d);
  if (d->disc.fd < 0)
    return;
  d->unreadable = !vdisc_load(&d->disc, &d->medium, "disc", &f) ||
                  !vmodel_reads(d->model, vdrive_kind(d));
  vdrive_pages_default(d);
  if (spin_up)
    d->ready_at = vdrive_now(d) + vdrive_ns(d, SPIN_UP_SECONDS);
  vdrive_tell_medium(d, EVENT_NEW_MEDIUM, true);
}

/* What the laser has not written by now will never be. */
void vdrive_break_off(struct vdrive *d) {
  struct vrecording *r = &d->rec;
  vdrive_settle(d);
  if (r->track != NULL && !r->test && !d->lost.on) {
    uint32_t block = vrecord_block(r);
    uint32_t late = (uint32_t)((d->filled + block - 1) / block);
    uint32_t blocks = r->track->blocks;
    vdisc_count(&d->disc, blocks > late ? blocks - late : 0);
  }
  memset(r, 0, sizeof *r);
  d->cue.nparts = 0;
  d->going_on.finish = NULL;
  d->filled = 0;
}

/* Wait for the end of all that goes on, and write out what there is. */
static bool finish_all(struct vdrive *d) {
  bool good = true;
  vlong_end(d);
  if (d->rec.mode != NULL) {
    vclock_add(d->clock, vdrive_ns(d, vbuffer_flush_seconds(d)));
    good = d->rec.mode->flush(d);
  }
  if (!vbackground_stop(d))
    good = false;
  if (d->disc.fd >= 0 && !d->disc.readonly && !vdisc_sync(&d->disc))
    good = false;
  return good;
}

bool vdrive_eject(struct vdrive *d) {
  bool had = vdrive_has_medium(d);
  bool good = !had || finish_all(d);
  d->tray_open = true;
  if (had) {
    vdrive_forget_medium(d);
    vdrive_tell_medium(d, EVENT_REMOVAL, false);
  }
  return good;
}

void vdrive_load(struct vdrive *d) {
  d->tray_open = false;
  vdrive_take_in(d, true);
}
