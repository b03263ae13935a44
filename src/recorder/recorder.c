/* recorder.c: the life of a recorder and who may use its drive. */
#include "recorder.h"

#include "../transport/address.h"
#include "../transport/never_write.h"

#include <stdlib.h>
#include <string.h>

struct recorder *recorder_open(const char *address,
                               const struct transport_options *options,
                               struct failure *f) {
  struct recorder *r = calloc(1, sizeof *r);
  if (r == NULL) {
    fail(f, FAIL_NO_MEMORY, "recorder: out of memory");
    return NULL;
  }
  atomic_init(&r->refs, 1);
  pthread_mutex_init(&r->mutex, NULL);
  r->properties.audio_gap_size = 150;
  r->properties.enable_underrun_free = true;
  if (!address_absolute(address, r->id.address, sizeof r->id.address, f))
    goto failed;
  r->t = transport_open(address, options, f);
  if (r->t == NULL)
    goto failed;
  patience_init(&r->patience, r->t);
  if (!recorder_identify(r, f))
    goto failed;
  return r;

failed:
  recorder_unref(r);
  return NULL;
}

void recorder_ref(struct recorder *r) {
  atomic_fetch_add(&r->refs, 1);
}

void recorder_unref(struct recorder *r) {
  if (r == NULL || atomic_fetch_sub(&r->refs, 1) != 1)
    return;
  transport_close(r->t);
  pthread_mutex_destroy(&r->mutex);
  free(r);
}

bool recorder_check_present(struct recorder *r, struct failure *f) {
  return transport_present(r->t) || fail(f,
                                         FAIL_DEVICE_NOT_PRESENT,
                                         "%s: the drive is not there",
                                         r->id.address);
}

bool recorder_free_to_use(struct recorder *r, struct failure *f) {
  if (!atomic_load_explicit(&r->working, memory_order_acquire))
    return true;
  return fail(f,
              FAIL_DEVICE_NOT_ACCESSIBLE,
              "%s is at work: a job of this program uses it",
              r->id.address);
}

bool recorder_check_opened(struct recorder *r,
                           const char *what,
                           struct failure *f) {
  if (!recorder_check_present(r, f))
    return false;
  if (!atomic_load_explicit(&r->opened, memory_order_relaxed))
    return fail(
      f, FAIL_NOT_OPENED, "%s: the recorder is not open exclusively", what);
  return recorder_free_to_use(r, f);
}

/* Take the drive, unless its user has said that it may never be written. */
static bool take(struct recorder *r, struct failure *f) {
  if (never_write(r->id.address, f) || !transport_acquire(r->t, f))
    return false;
  r->taken = true;
  return true;
}

bool recorder_open_exclusive(struct recorder *r, struct failure *f) {
  if (!recorder_check_present(r, f))
    return false;
  if (!recorder_free_to_use(r, f))
    return false;
  if (atomic_load(&r->opened))
    return fail(f,
                FAIL_DEVICE_NOT_ACCESSIBLE,
                "%s is open exclusively by this object already",
                r->id.address);
  if (!take(r, f))
    return false;
  atomic_store(&r->opened, true);
  return true;
}

static void release(struct recorder *r) {
  transport_release(r->t);
  r->taken = false;
}

bool recorder_close(struct recorder *r, struct failure *f) {
  struct failure gone;
  bool there;
  if (!atomic_load(&r->opened))
    return recorder_check_opened(r, "close", f);
  if (!recorder_free_to_use(r, f))
    return false;
  /* IMAPI's matrix: closing a drive that was removed says so, and is closed.
     Not every transport knows without asking. */
  there =
    recorder_check_present(r, &gone) &&
    (mmc_test_unit_ready(r->t, &gone) || gone.code != FAIL_DEVICE_NOT_PRESENT);
  atomic_store(&r->opened, false);
  release(r);
  if (!there)
    *f = gone;
  return there;
}

void recorder_close_quietly(struct recorder *r) {
  pthread_mutex_lock(&r->mutex);
  if (atomic_load(&r->opened)) {
    atomic_store(&r->opened, false);
    if (atomic_load(&r->working))
      r->give_back = true;
    else
      release(r);
  }
  pthread_mutex_unlock(&r->mutex);
}

static bool
begin(struct recorder *r, bool only_reads, bool *took, struct failure *f) {
  *took = false;
  if (!recorder_free_to_use(r, f))
    return false;
  if (r->taken || (only_reads && r->t->asks_freely))
    return true;
  *took = only_reads ? transport_acquire(r->t, f) : take(r, f);
  r->taken = *took;
  return *took;
}

void recorder_unlock_tray(struct recorder *r) {
  struct failure f;
  if (!mmc_prevent_removal(recorder_link(r), false, &f) &&
      !r->patience.stuck && transport_present(r->t))
    mmc_prevent_removal(recorder_link(r), false, &f);
}

bool recorder_begin(struct recorder *r, bool *took, struct failure *f) {
  return begin(r, true, took, f);
}

void recorder_end(struct recorder *r, bool took) {
  if (took)
    release(r);
}

bool recorder_begin_job(struct recorder *r,
                        bool burning,
                        bool only_reads,
                        struct failure *f) {
  bool took;
  if (!begin(r, only_reads, &took, f))
    return false;
  pthread_mutex_lock(&r->mutex);
  r->give_back = took;
  r->patience.stuck = false;
  r->patience.flush_ends = false;
  atomic_store(&r->burning, burning);
  atomic_store(&r->working, true);
  pthread_mutex_unlock(&r->mutex);
  return true;
}

void recorder_end_job(struct recorder *r) {
  pthread_mutex_lock(&r->mutex);
  if (r->give_back)
    release(r);
  r->give_back = false;
  atomic_store(&r->burning, false);
  atomic_store_explicit(&r->working, false, memory_order_release);
  pthread_mutex_unlock(&r->mutex);
}
