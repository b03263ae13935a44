/* memory_file.h: one file that is on no disk: the linker puts these functions
   in place of the system's (--wrap), and for MEMORY_FILE they serve it. It is
   sparse, and made anew without a system call. */
#ifndef DISCRECORDER_FUZZ_MEMORY_FILE_H
#define DISCRECORDER_FUZZ_MEMORY_FILE_H

#include <stddef.h>
#include <sys/types.h>

#define MEMORY_FILE "/discrecorder.memory-file"

void memory_file_reset(off_t size);
void memory_file_put(const void *bytes, size_t n, off_t at);

#endif
