/* never_write.h: the user's list of drives that may never be written: the
   environment variable DISCRECORDER_NEVER_WRITE (docs/addresses.md). */
#ifndef DISCRECORDER_NEVER_WRITE_H
#define DISCRECORDER_NEVER_WRITE_H

#include "../failure.h"

/* Is the address, or path of a node, on the list? True fills in the failure. */
bool never_write(const char *address, struct failure *f);

#endif
