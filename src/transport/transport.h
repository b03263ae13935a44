/* transport.h: the seam between a recorder and whatever carries its packets.
   A backend embeds 'struct transport' as its first member. Backends carry
   bytes: they know nothing of MMC above them, nor of Lua. */
#ifndef DISCRECORDER_TRANSPORT_H
#define DISCRECORDER_TRANSPORT_H

#include "../failure.h"
#include "clock.h"
#include "packet.h"

struct transport;

/*
** One transport is used by one thread at a time; the recorder above sees to it.
** Several transports may lead to one drive: 'acquire' is what keeps them apart.
*/
struct transport_ops {
  const char *name; /* "virtual", "sgio", ... */
  /* Carry one packet and fill in its answer. Never fails otherwise. */
  void (*run)(struct transport *t, struct packet *p);
  /* Take the drive for this transport alone, until release. A failure is
     device_not_accessible, device_not_present, ... NOT counted: the recorder
     acquires once. */
  bool (*acquire)(struct transport *t, struct failure *f);
  void (*release)(struct transport *t);
  void (*close)(struct transport *t); /* releases, frees */
  /* Is the drive still there, as far as is known without a packet? From any
     thread, and quick. NULL: not known, so yes; decorators pass it on. */
  bool (*present)(struct transport *t);
};

struct transport {
  const struct transport_ops *ops;
  struct clock *clock;    /* the drive's; outlives the transport */
  struct transport *next; /* a decorator's inner transport, else NULL */
  /* Bytes that one packet may carry; 0: no limit is known, 64 KiB are safe. */
  uint32_t max_bytes;
  /* Packets that only ask need no acquire: the transport itself looks who has
     the drive, and lets them through to a mounted disc too. */
  bool asks_freely;
  /* It says of each packet that was delivered how long it took. Whoever wraps
     it and makes packets late says that it does not. */
  bool timed;
  /* Where the drive is plugged in, the same at each boot, or NULL; and whether
     another drive of this machine has the same names and serial number. */
  const char *port;
  bool alike;
};

/* What a decorator takes over from the transport that it wraps. */
static inline void transport_wrap(struct transport *outer,
                                  const struct transport_ops *ops,
                                  struct transport *inner) {
  *outer = *inner;
  outer->ops = ops;
  outer->next = inner;
}

static inline void transport_run(struct transport *t, struct packet *p) {
  t->ops->run(t, p);
}

static inline bool transport_acquire(struct transport *t, struct failure *f) {
  return t->ops->acquire(t, f);
}

static inline void transport_release(struct transport *t) {
  t->ops->release(t);
}

static inline bool transport_present(struct transport *t) {
  return t->ops->present == NULL || t->ops->present(t);
}

static inline void transport_close(struct transport *t) {
  if (t != NULL)
    t->ops->close(t);
}

#endif
