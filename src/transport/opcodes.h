/* opcodes.h: what a command block says by itself, without knowing more of MMC:
   its name, and the blocks it is about. */
#ifndef DISCRECORDER_OPCODES_H
#define DISCRECORDER_OPCODES_H

#include <stdbool.h>
#include <stdint.h>

/* "WRITE(10)"; an opcode without a name is "0xE9". Never NULL, a literal. */
const char *opcode_name(uint8_t opcode);

/* The opcode of a name in any of these spellings: "WRITE(10)", "write_10",
   "0x2A", "2Ah". Case and all but letters and digits do not count. */
bool opcode_by_name(const char *name, uint8_t *opcode);

/* Does it carry blocks of the medium (READ, WRITE, VERIFY, ...)? */
bool opcode_is_blocks(uint8_t opcode);
bool opcode_is_write(uint8_t opcode); /* of those, to the medium */

/* Asks or reads, and changes neither the disc nor how it would be written. An
   unknown opcode is held to change something. */
bool opcode_only_reads(uint8_t opcode);

/* The blocks that a command block is about; false: about none. */
bool opcode_range(const uint8_t *cdb, int32_t *lba, uint32_t *count);

#endif
