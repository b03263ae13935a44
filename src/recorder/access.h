/* access.h: which commands may be sent without holding the drive. */
#ifndef DISCRECORDER_ACCESS_H
#define DISCRECORDER_ACCESS_H

#include <stdbool.h>
#include <stdint.h>

/* Asks or reads, and changes neither the disc nor how it would be written. */
bool opcode_only_reads(uint8_t opcode);

#endif
