/* open.h: from an address to a transport, with its decorators around it. */
#ifndef DISCRECORDER_OPEN_H
#define DISCRECORDER_OPEN_H

#include "transport.h"
#include <stdbool.h>
#include <stddef.h>

struct fault_rule;

/* All zero is fine. Nothing is kept: the caller may free it afterwards. */
struct transport_options {
  const char *trace;   /* where to write a trace; NULL: none */
  const char *program; /* "discrecorder 0.1.0", for the trace's first line */
  const struct fault_rule *faults; /* after those of the address */
  size_t fault_count;
  bool existing; /* never make a disc file, even if the address says how */
};

/* NULL: the failure says why. transport_close closes all of it. */
struct transport *transport_open(const char *address,
                                 const struct transport_options *options,
                                 struct failure *f);

/* The one without decorators: what the operator's hand (virtual.h) wants. */
struct transport *transport_inner(struct transport *t);
bool transport_is_virtual(struct transport *t);

#endif
