/* node.h: the device nodes that the kernel gave a loop-back host. */
#ifndef DISCRECORDER_SERVE_NODE_H
#define DISCRECORDER_SERVE_NODE_H

#include "configfs.h"

#define NODE_MAX 64

/* Wait for them, at most some seconds. 'sg' is left empty without the module.
   A node that is missing in /dev is made. */
bool node_wait(const struct config *c, char *sr, char *sg, struct failure *f);

#endif
