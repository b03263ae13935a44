/* serve.h: recorders become devices of this machine's kernel: /dev/srN with its
   sg twin, for every program on it. Through target_core_user and tcm_loop; how
   is told in docs/serve.md. Nothing here knows Lua, nor what a command means:
   packets go to a transport as they come. */
#ifndef DISCRECORDER_SERVE_H
#define DISCRECORDER_SERVE_H

#include "../transport/open.h"

struct serve_options {
  /* How many seconds of a virtual drive's clock pass in one real second. */
  double hurry;
};

struct served;

/*
** Load what the kernel needs and remove what killed servers left behind. To be
** called before the first serve_start. 'removed' is how many were found.
*/
bool serve_prepare(unsigned *removed, struct failure *f);

/*
** Open the address, take the drive, hand it to the kernel and wait until its
** nodes are there. NULL: the failure says why, and nothing is left.
*/
struct served *serve_start(const char *address,
                           const struct transport_options *transport,
                           const struct serve_options *options,
                           struct failure *f);

/* Its nodes: "/dev/sr0", "/dev/sg0". The second is empty without the module. */
const char *served_sr(const struct served *s);
const char *served_sg(const struct served *s);

/* Its address, made absolute, without a password. */
const char *served_address(const struct served *s);

/* Wait at most so long for it to end by itself, which it only does when the
   kernel's side makes no sense any more; a signal ends the wait too. Did it?
   Then the failure says why. */
bool served_broke(struct served *s, int timeout_ms, struct failure *f);

/*
** Take it back from the kernel, however much is going on, and free it. False:
** something could not be removed; it is freed all the same.
*/
bool served_end(struct served *s, struct failure *f);

#endif
