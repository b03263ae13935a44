/* recorder.h: one drive as IDiscRecorder sees it, without Lua. Everything a
   recorder object can do starts here; each concern has a file of its own. */
#ifndef DISCRECORDER_RECORDER_H
#define DISCRECORDER_RECORDER_H

#include "../mmc/mmc.h"
#include "../transport/open.h"
#include "patience.h"
#include <pthread.h>
#include <stdatomic.h>

/* What is known of the drive without asking it again. */
#define ADDRESS_ROOM 16384 /* bytes; PATH_MAX * 4, see address_absolute */

struct identity {
  char address[ADDRESS_ROOM]; /* absolute */
  char vendor[9], product[17], revision[5];
  char serial[65];
  char guid[37];   /* UUID, version 5, as text */
  bool rewritable; /* IMAPI's RECORDER_CDRW: any drive that also erases */
  bool can_load, can_eject, underrun_free, test_write;
  bool configured; /* it knows GET CONFIGURATION */
  uint32_t buffer; /* bytes of its own; 0: not known */
};

struct properties {
  uint32_t write_speed; /* kB/s; 0: as fast as it goes */
  uint32_t max_write_speed;
  unsigned audio_gap_size; /* blocks */
  bool enable_underrun_free;
};

/*
** Counted: a Lua object and each job hold one. The transport is used by one
** thread at a time: by the job's thread while 'working' is true, else by the
** thread of the Lua state. 'working', 'burning' and 'give_back' change only
** under the mutex; 'opened' is the Lua thread's, which alone sets 'working' too
** and so may read it without the mutex.
*/
struct recorder {
  atomic_int refs;
  struct transport *t; /* trace, fault and drive: as the address says */
  struct patience patience;
  struct identity id;
  struct properties properties;
  uint32_t packet_limit; /* bytes, once a longer packet was refused; else 0 */
  pthread_mutex_t mutex;
  atomic_bool opened;  /* open_exclusive */
  atomic_bool working; /* a job has the transport */
  atomic_bool burning; /* ... and it is a burn */
  bool give_back;      /* closed while a job worked: release at its end */
  bool taken;          /* the transport is acquired */
};

struct recorder *recorder_open(const char *address,
                               const struct transport_options *options,
                               struct failure *f);
void recorder_ref(struct recorder *r);
void recorder_unref(struct recorder *r);

/* The transport with patience: what nearly everything is sent through. */
static inline struct transport *recorder_link(struct recorder *r) {
  return &r->patience.base;
}

/* Let a disc out again. Asked twice where once failed: whoever comes next must
   find the button working. */
void recorder_unlock_tray(struct recorder *r);

/* === who may use the drive === */

/* device_not_present when the drive is known to be gone; sends no packet. */
bool recorder_check_present(struct recorder *r, struct failure *f);
/* Refused (device_not_accessible) while a job works. */
bool recorder_free_to_use(struct recorder *r, struct failure *f);
/* device_not_present; not_opened without open_exclusive; then as
   recorder_free_to_use. */
bool recorder_check_opened(struct recorder *r,
                           const char *what,
                           struct failure *f);
bool recorder_open_exclusive(struct recorder *r, struct failure *f);
bool recorder_close(struct recorder *r, struct failure *f);
/* For __close and __gc: silent, and postponed to its end while a job works. */
void recorder_close_quietly(struct recorder *r);

/* A few packets that belong together and only ask: take the drive unless it is
   held already or may be asked without, and give it back. */
bool recorder_begin(struct recorder *r, bool *took, struct failure *f);
void recorder_end(struct recorder *r, bool took);

/* The same for a job, which passes the drive on to its own thread. */
bool recorder_begin_job(struct recorder *r,
                        bool burning,
                        bool only_reads,
                        struct failure *f);
void recorder_end_job(struct recorder *r);

/* === identity.c === */
bool recorder_identify(struct recorder *r, struct failure *f);
/* Ask again for what can change with the disc: speeds. Keeps what is known when
   somebody else holds the drive. */
bool recorder_refresh_properties(struct recorder *r, struct failure *f);

#endif
