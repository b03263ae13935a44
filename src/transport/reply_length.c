/* reply_length.c: where replies keep their length: one table by opcode. */
#include "reply_length.h"

#include "../bytes.h"
#include "../mmc_names.h"

#include <string.h>

/* A length of 'size' bytes at 'at', which counts what follows byte 'after'. */
static const struct field {
  uint8_t size, at, after;
} fields[256] = {
  [OP_REQUEST_SENSE] = {1, 7, 8},
  [OP_INQUIRY] = {1, 4, 5},
  [OP_MODE_SENSE_6] = {1, 0, 1},
  [OP_READ_FORMAT_CAPACITIES] = {1, 3, 4},
  [OP_READ_SUBCHANNEL] = {2, 2, 4},
  [OP_READ_TOC] = {2, 0, 2},
  [OP_GET_CONFIGURATION] = {4, 0, 4},
  [OP_GET_EVENT_STATUS] = {2, 0, 2},
  [OP_READ_DISC_INFORMATION] = {2, 0, 2},
  [OP_READ_TRACK_INFORMATION] = {2, 0, 2},
  [OP_MODE_SENSE_10] = {2, 0, 2},
  [OP_READ_BUFFER_CAPACITY] = {2, 0, 2},
  [OP_GET_PERFORMANCE] = {4, 0, 4},
  [OP_READ_DISC_STRUCTURE] = {2, 0, 2},
  [OP_MECHANISM_STATUS] = {2, 6, 8},
};

/* INQUIRY's vital pages keep a length of two bytes. */
static struct field field_of(const uint8_t *cdb) {
  static const struct field vital = {2, 2, 4};
  if (cdb[0] == OP_INQUIRY && (cdb[1] & 0x01) != 0)
    return vital;
  return fields[cdb[0]];
}

size_t reply_length(const uint8_t *cdb, const uint8_t *reply, size_t len) {
  struct field field = field_of(cdb);
  uint64_t said;
  if (field.size == 0 || len < (size_t)field.at + field.size)
    return len;
  if (field.size == 1)
    said = reply[field.at];
  else if (field.size == 2)
    said = get_be16(reply + field.at);
  else
    said = get_be32(reply + field.at);
  said += field.after;
  return said < len ? (size_t)said : len;
}

bool reply_tells_length(const uint8_t *cdb) {
  return field_of(cdb).size != 0;
}

void reply_claim_more(const uint8_t *cdb, uint8_t *reply, size_t len) {
  struct field field = field_of(cdb);
  if (len >= (size_t)field.at + field.size)
    memset(reply + field.at, 0xFF, field.size);
}
