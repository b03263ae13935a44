/* virtual.h: a recorder made of software, as a transport. What is behind it is
   written from MMC as a drive's firmware would be; it includes nothing of
   src/mmc/ or what is above it, so that no mistake there can cancel itself out
   here. Only ../mmc_names.h (numbers of the standard) is shared. */
#ifndef DISCRECORDER_VIRTUAL_H
#define DISCRECORDER_VIRTUAL_H

#include "../transport/transport.h"

struct virtual_options {
  const char *path; /* the disc file; for medium "none" only the drive's name */
  const char *medium; /* a kind of disc (docs/addresses.md): a missing path is
                         made, blank; an existing disc of another kind is
                         refused. "none": an empty tray. NULL: the disc must
                         exist */
  unsigned minutes;   /* of CDs: 74 or 80; 0: 80, or whatever exists */
  const char *model;  /* "cd-r" (cannot erase), "cd-rw", "dvd", "bd"; NULL: the
                         one for the disc */
  const char *serial; /* NULL: derived from the path, stable */
  uint64_t buffer;    /* bytes of the drive's own buffer; 0: 2 MiB */
  double pace;        /* 0: as fast as it goes; 1: the drive's clock advances
                         as a real drive at its set speed would take; 2: twice
                         as fast; ... */
  bool machine_clock; /* the drive's clock goes with the machine's */
  const char *quirks; /* names between commas (quirk.c); NULL: none */
};

/*
** One drive stands for one disc file (device and inode at the time it was first
** opened) in a process, however many transports lead to it: the second open
** finds the first one's drive. The transport's clock is the drive's own.
*/
struct transport *virtual_open(const struct virtual_options *options,
                               struct failure *f);

/*
** The operator's hand at the drive, from any thread, at any moment, also in the
** middle of a burn. 't' is what virtual_open returned.
*/
bool virtual_insert(struct transport *t, const char *path, struct failure *f);
bool virtual_remove(struct transport *t, struct failure *f); /* by force */
bool virtual_press_eject(struct transport *t, struct failure *f);
bool virtual_write_protect(struct transport *t, bool on, struct failure *f);
bool virtual_unplug(struct transport *t, struct failure *f);
bool virtual_plug(struct transport *t, struct failure *f);
bool virtual_power_off(struct transport *t, struct failure *f);
bool virtual_power_on(struct transport *t, struct failure *f);

/* Is removal prevented, by whatever transport? Asked without a packet. */
bool virtual_is_locked(struct transport *t);

#endif
