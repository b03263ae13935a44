/* buffer.c: the drive's buffer as the host sees it fill and drain, and the one
   that lies: data that was taken and never reached the medium. What reaches the
   medium goes into the disc file at once; only the bookkeeping is late. */
#include <stdlib.h>
#include <string.h>

#include "../mmc_names.h"
#include "drive.h"

/* Bytes a second between host and drive (ATA, mode UDMA/33). */
#define BUS_RATE 33.3e6

static double drain_rate(const struct vdrive *d) {
  return vdrive_write_speed(d) * 1000.0 * d->pace;
}

bool vbuffer_flush(struct vdrive *d) {
  return d->rec.mode == NULL || d->rec.mode->flush(d);
}

double vbuffer_seconds(const struct vdrive *d) {
  if (d->filled == 0 || d->pace <= 0)
    return 0;
  return (double)d->filled / (vdrive_write_speed(d) * 1000.0);
}

double vbuffer_flush_seconds(const struct vdrive *d) {
  const struct vwrite_mode *mode = d->rec.mode;
  double more = VFLUSH_SECONDS;
  if (mode != NULL && mode->flush_seconds != NULL)
    more = mode->flush_seconds(d);
  return vbuffer_seconds(d) + more;
}

void vbuffer_settle(struct vdrive *d) {
  uint64_t now = vdrive_now(d);
  double drained;
  if (d->pace <= 0) {
    d->filled = 0;
    return;
  }
  drained =
    (double)(now - d->drained_at) / (double)CLOCK_SECOND * drain_rate(d);
  if (drained < (double)d->filled) {
    /* Whole bytes only, and the rest of the time next time. */
    if (drained >= 1) {
      d->filled -= (uint64_t)drained;
      d->drained_at = now;
    }
    return;
  }
  d->filled = 0;
  d->drained_at = now;
  if (d->rec.mode != NULL && !d->rec.underrun_free &&
      d->going_on.finish == NULL)
    d->underrun = true;
}

/* Is there room for 'len' bytes? A larger piece than the whole buffer goes
   through it as soon as it is empty. */
bool vbuffer_accept(struct vdrive *d, struct packet *p, size_t len) {
  if (d->pace <= 0)
    return true;
  if (d->filled == 0)
    d->drained_at = vdrive_now(d);
  if (d->filled > 0 && d->filled + len > d->buffer) {
    vrefuse(p, KEY_NOT_READY, 0x04, 0x08);
    vclock_add(d->clock, VNOT_READY_NS);
    return false;
  }
  d->filled += len;
  vclock_add(d->clock, vdrive_ns(d, (double)len / BUS_RATE));
  return true;
}

/* {=== Losing === */

void vlost_begin(struct vdrive *d, int32_t lba) {
  struct vlost *l = &d->lost;
  if (l->on)
    return;
  l->on = true;
  l->from = lba;
  l->slots = (uint32_t)(d->buffer / VBLOCK);
  /* Without memory the buffer remembers nothing, which is allowed to it. */
  l->blocks = malloc((size_t)l->slots * VBLOCK);
  l->lbas = malloc(l->slots * sizeof *l->lbas);
  if (l->blocks == NULL || l->lbas == NULL)
    l->slots = 0;
  for (uint32_t i = 0; i < l->slots; i++)
    l->lbas[i] = -1;
}

void vlost_keep(struct vdrive *d,
                int32_t lba,
                const uint8_t *data,
                uint32_t n) {
  struct vlost *l = &d->lost;
  if (lba < l->from) /* written from the start again, after a BLANK */
    l->from = lba;
  for (uint32_t i = 0; i < n && l->slots > 0; i++) {
    uint32_t slot = (uint32_t)(lba + (int32_t)i) % l->slots;
    memcpy(
      l->blocks + (size_t)slot * VBLOCK, data + (size_t)i * VBLOCK, VBLOCK);
    l->lbas[slot] = lba + (int32_t)i;
  }
}

void vlost_pass(struct vdrive *d, int32_t lba, uint32_t n) {
  struct vlost *l = &d->lost;
  for (uint32_t i = 0; i < n && l->slots > 0; i++) {
    uint32_t slot = (uint32_t)(lba + (int32_t)i) % l->slots;
    if (l->lbas[slot] != lba + (int32_t)i)
      l->lbas[slot] = -1;
  }
}

bool vlost_fetch(const struct vdrive *d, int32_t lba, uint8_t *block) {
  const struct vlost *l = &d->lost;
  uint32_t slot;
  if (l->slots == 0)
    return false;
  slot = (uint32_t)lba % l->slots;
  if (l->lbas[slot] != lba)
    return false;
  memcpy(block, l->blocks + (size_t)slot * VBLOCK, VBLOCK);
  return true;
}

void vlost_end(struct vdrive *d) {
  free(d->lost.blocks);
  free(d->lost.lbas);
  memset(&d->lost, 0, sizeof d->lost);
}

/* ===} */
