/* long.c: commands that take long. Their effect on the medium comes at the end,
   so that whoever looks earlier, or pulls the disc out, finds it undone. */
#include "../mmc_names.h"
#include "drive.h"

uint64_t vdrive_ns(const struct vdrive *d, double seconds) {
  double ns = seconds * (double)CLOCK_SECOND;
  return (uint64_t)(d->pace > 0 ? ns / d->pace : ns);
}

static void end_now(struct vdrive *d) {
  struct vlong *g = &d->going_on;
  bool (*finish)(struct vdrive * d) = g->finish;
  if (finish == NULL)
    return;
  g->finish = NULL;
  if (!finish(d) && !d->has_deferred) {
    d->has_deferred = true;
    d->deferred = (struct vsense){KEY_MEDIUM_ERROR, 0x0C, 0x00};
  }
}

void vlong_begin(struct vdrive *d,
                 struct packet *p,
                 bool immediate,
                 struct vlong what,
                 double seconds) {
  what.start = vdrive_now(d);
  what.end = what.start + vdrive_ns(d, seconds);
  d->going_on = what;
  if (immediate)
    return;
  vlong_end(d);
  if (d->has_deferred) {
    d->has_deferred = false;
    vrefuse(p, d->deferred.key, d->deferred.asc, d->deferred.ascq);
  }
}

void vlong_end(struct vdrive *d) {
  uint64_t now = vdrive_now(d);
  if (d->going_on.finish == NULL)
    return;
  if (now < d->going_on.end)
    vclock_add(d->clock, d->going_on.end - now);
  end_now(d);
}

void vdrive_settle(struct vdrive *d) {
  if (d->filled > 0)
    vbuffer_settle(d);
  if (d->going_on.finish != NULL && vdrive_now(d) >= d->going_on.end)
    end_now(d);
  if (d->formatting)
    vbackground_settle(d);
}
