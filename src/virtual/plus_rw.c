/* plus_rw.c: formatting DVD+RW (MMC-6 6.5.4.2.14, ECMA-337). The drive writes
   the lead-in, and then the disc can be written and read anywhere; the rest is
   formatted in the background, until it is done or stopped. How far it has come
   is written down when it stops: after a loss of power it begins anew where it
   was stopped last. */
#include "../mmc_names.h"
#include "family.h"
#include "record.h"

#define LEAD_IN_SECONDS 40.0
#define RESTART_SECONDS 5.0
#define STOP_SECONDS 5.0
#define LEAD_OUT_SECONDS 30.0 /* so that pressed discs' players can read it */

#define FORMAT_BASIC 0x26
#define ALL_OF_IT 0xFFFFFFFFu
#define RESTART 0x01u

enum { STOP = 0, CLOSE = 2 };

/* {=== In the background === */

uint32_t vbackground_recorded(const struct vdrive *d) {
  const struct vformat *f = &d->medium.format;
  double pace = d->pace > 0 ? d->pace : 1;
  double seconds, blocks;
  if (!d->formatting)
    return f->recorded;
  seconds =
    (double)(vdrive_now(d) - d->formatting_since) / (double)CLOCK_SECOND * pace;
  blocks = seconds * vdrive_max_write_speed(d) * 1000.0 / VBLOCK;
  if (blocks >= f->capacity - f->recorded)
    return f->capacity;
  return f->recorded + (uint32_t)blocks / 16 * 16;
}

static bool write_down(struct vdrive *d) {
  struct vformat *f = &d->medium.format;
  f->recorded = vbackground_recorded(d);
  f->background = f->recorded < f->capacity;
  d->formatting = false;
  return vdrive_store(d);
}

void vbackground_settle(struct vdrive *d) {
  if (vbackground_recorded(d) < d->medium.format.capacity || write_down(d) ||
      d->has_deferred)
    return;
  d->has_deferred = true;
  d->deferred = (struct vsense){KEY_MEDIUM_ERROR, 0x31, 0x01};
}

bool vbackground_stop(struct vdrive *d) {
  return !d->formatting || write_down(d);
}

/* ===} */

unsigned vplus_rw_formats(const struct vdrive *d,
                          struct vformat_row rows[VFORMATS_MAX]) {
  rows[0] = (struct vformat_row){.type = FORMAT_BASIC,
                                 .blocks = (uint32_t)d->medium.leadout_max};
  return 1;
}

static bool go_on(struct vdrive *d) {
  d->formatting = true;
  d->formatting_since = vdrive_now(d);
  return true;
}

static void
restart(struct vdrive *d, struct packet *p, const struct vformat_request *r) {
  struct vlong what = {.finish = go_on, .ascq = 0x04};
  if (d->medium.ntracks == 0)
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x2C, 0x00);
  else if (d->medium.format.background && !d->formatting)
    vlong_begin(d, p, r->immediate, what, RESTART_SECONDS);
  /* Else it goes on already, or it is done. */
}

void vplus_rw_format(struct vdrive *d,
                     struct packet *p,
                     const struct vformat_request *r) {
  uint32_t all = (uint32_t)d->medium.leadout_max;
  bool again = (r->parameter & RESTART) != 0;
  struct vformat layout = {
    .type = VFORMAT(FORMAT_BASIC), .capacity = all, .background = true};
  if (r->subtype != 0 || (r->parameter & ~RESTART) != 0 ||
      (r->blocks != ALL_OF_IT && r->blocks != all &&
       !(again && r->blocks == 0)))
    vformat_refuse(p);
  else if (again)
    restart(d, p, r);
  else
    vformat_begin(d, p, r, &layout, LEAD_IN_SECONDS);
}

/* {=== CLOSE TRACK/SESSION: 0 stops, 2 ends it so that others can read it ===
 */

static bool finish_close(struct vdrive *d) {
  return vbuffer_flush(d) && vbackground_stop(d) &&
         (d->lost.on || vdisc_sync(&d->disc));
}

void vplus_rw_close(struct vdrive *d,
                    struct packet *p,
                    unsigned function,
                    bool immediate) {
  struct vlong what = {.finish = finish_close, .ascq = 0x07, .closing = true};
  double seconds = function == STOP ? STOP_SECONDS : LEAD_OUT_SECONDS;
  if (function != STOP && function != CLOSE)
    vrefuse_field(p);
  else if (d->medium.ntracks == 0)
    vrefuse(p, KEY_ILLEGAL_REQUEST, 0x2C, 0x00);
  else if (d->medium.format.background && (d->formatting || function == CLOSE))
    vclose_begin(d, p, immediate, what, vbuffer_seconds(d) + seconds);
}

/* ===} */
