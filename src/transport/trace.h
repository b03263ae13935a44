/* trace.h: a decorator that writes every packet and its answer to a file. The
   format is docs/trace-format.md. */
#ifndef DISCRECORDER_TRACE_H
#define DISCRECORDER_TRACE_H

#include "transport.h"

/*
** Wrap a transport, which then belongs to the result. 'address' (absolute) and
** 'program' ("discrecorder 0.1.0") are for the first line. NULL: the file
** cannot be used, the failure says why, and 'inner' is still the caller's.
*/
struct transport *trace_wrap(struct transport *inner,
                             const char *path,
                             const char *address,
                             const char *program,
                             struct failure *f);

/*
** The errno that ended the trace early, or 0; also 0 when there is no trace.
** 't' is what transport_open returned. A full disk must not end a burn: only
** this tells of it.
*/
int trace_error(const struct transport *t);

#endif
