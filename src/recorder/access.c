/* access.c: the opcodes that only ask or read; all others, unknown ones too, are
   held to change something. */
#include "access.h"

#include "../mmc_names.h"

static const bool only_reads[256] = {
  [OP_TEST_UNIT_READY] = true,
  [OP_REQUEST_SENSE] = true,
  [OP_INQUIRY] = true,
  [OP_MODE_SENSE_6] = true,
  [OP_MODE_SENSE_10] = true,
  [OP_READ_FORMAT_CAPACITIES] = true,
  [OP_READ_CAPACITY] = true,
  [OP_READ_10] = true,
  [OP_READ_12] = true,
  [OP_SEEK_10] = true,
  [OP_VERIFY_10] = true,
  [OP_READ_SUBCHANNEL] = true,
  [OP_READ_TOC] = true,
  [OP_GET_CONFIGURATION] = true,
  [OP_GET_EVENT_STATUS] = true,
  [OP_READ_DISC_INFORMATION] = true,
  [OP_READ_TRACK_INFORMATION] = true,
  [OP_READ_BUFFER_CAPACITY] = true,
  [OP_GET_PERFORMANCE] = true,
  [OP_READ_DISC_STRUCTURE] = true,
  [OP_READ_CD_MSF] = true,
  [OP_READ_CD] = true,
  [OP_MECHANISM_STATUS] = true,
};

bool opcode_only_reads(uint8_t opcode) {
  return only_reads[opcode];
}
