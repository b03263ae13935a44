/* node.h: the device nodes that the kernel gave a loop-back host. */
#ifndef DISCRECORDER_SERVE_NODE_H
#define DISCRECORDER_SERVE_NODE_H

#include "configfs.h"

#include <sys/types.h>

#define NODE_MAX 64

/* Is 'path' the node of the device that a folder of sysfs tells of? Where
   nothing watches the kernel, as in a container, it is made first; 'mode' is
   its type and its permissions. False, with errno: ENXIO is another one's. */
bool node_make(const char *in_sysfs, const char *path, mode_t mode);

/* Wait for them, at most some seconds. 'sg' is left empty without the module.
 */
bool node_wait(const struct config *c, char *sr, char *sg, struct failure *f);

#endif
