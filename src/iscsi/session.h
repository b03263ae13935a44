/* session.h: one login to one target, and packets through it, by libiscsi. All
   waiting is done here and bounded: libiscsi is used by its asynchronous calls
   only, never reconnects and never waits by itself. */
#ifndef DISCRECORDER_ISCSI_SESSION_H
#define DISCRECORDER_ISCSI_SESSION_H

#include "../transport/packet.h"
#include "target.h"

struct iscsi_context;

/* Used by one thread at a time. */
struct session {
  struct iscsi_context *context; /* NULL: not logged in */
  uint8_t pattern[16];           /* see command.c */
  char why[40];                  /* the last connection was lost */
};

bool session_login(struct session *s,
                   const struct target *t,
                   struct failure *f);
/* Log out, within a moment, and free everything. Harmless without a login. */
void session_logout(struct session *s);
/* Without a word to the target. */
void session_drop(struct session *s);
/* Do what came in while nobody listened: pings of the target, its farewell. */
void session_tend(struct session *s);

/* Carry one packet. Where the connection is lost on the way, the session is
   over: no context any more, and the packet PACKET_LOST. */
void session_run(struct session *s, unsigned lun, struct packet *p);

#endif
