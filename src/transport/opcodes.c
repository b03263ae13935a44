/* opcodes.c: names and shapes of command blocks, one table. Names are those of
   SPC and MMC; the shape says where a block address and a count stand. */
#include "opcodes.h"

#include "../bytes.h"
#include "../mmc_names.h"

#include <ctype.h>
#include <stddef.h>
#include <string.h>
#include <strings.h>

enum shape {
  NO_BLOCKS,
  BLOCKS_10, /* LBA at 2, 16 bits of count at 7 */
  BLOCKS_12, /* LBA at 2, 32 bits of count at 6 */
  BLOCKS_CD, /* LBA at 2, 24 bits of count at 6 */
  BLOCKS_MSF /* first at 3, end at 6, as minutes, seconds, frames */
};

static const struct opcode_row {
  const char *name;
  const char *alias; /* a short form that people use, or NULL */
  enum shape shape;
  bool write;
} rows[256] = {
  [0x00] = {.name = "TEST UNIT READY", .alias = "TUR"},
  [0x01] = {.name = "REZERO UNIT"},
  [0x03] = {.name = "REQUEST SENSE"},
  [0x04] = {.name = "FORMAT UNIT", .alias = "FORMAT"},
  [0x12] = {.name = "INQUIRY"},
  [0x15] = {.name = "MODE SELECT(6)"},
  [0x1A] = {.name = "MODE SENSE(6)"},
  [0x1B] = {.name = "START STOP UNIT", .alias = "START STOP"},
  [0x1D] = {.name = "SEND DIAGNOSTIC"},
  [0x1E] = {.name = "PREVENT ALLOW MEDIUM REMOVAL", .alias = "PREVENT ALLOW"},
  [0x23] = {.name = "READ FORMAT CAPACITIES"},
  [0x25] = {.name = "READ CAPACITY"},
  [0x28] = {.name = "READ(10)", .shape = BLOCKS_10},
  [0x2A] = {.name = "WRITE(10)", .shape = BLOCKS_10, .write = true},
  [0x2B] = {.name = "SEEK(10)"},
  [0x2C] = {.name = "ERASE(10)"},
  [0x2E] = {.name = "WRITE AND VERIFY(10)", .shape = BLOCKS_10, .write = true},
  [0x2F] = {.name = "VERIFY(10)", .shape = BLOCKS_10},
  [0x35] = {.name = "SYNCHRONIZE CACHE", .alias = "SYNC"},
  [0x3B] = {.name = "WRITE BUFFER"},
  [0x3C] = {.name = "READ BUFFER"},
  [0x42] = {.name = "READ SUB-CHANNEL"},
  [0x43] = {.name = "READ TOC/PMA/ATIP", .alias = "READ TOC"},
  [0x44] = {.name = "READ HEADER"},
  [0x45] = {.name = "PLAY AUDIO(10)"},
  [0x46] = {.name = "GET CONFIGURATION"},
  [0x47] = {.name = "PLAY AUDIO MSF"},
  [0x4A] = {.name = "GET EVENT STATUS NOTIFICATION",
            .alias = "GET EVENT STATUS"},
  [0x4B] = {.name = "PAUSE/RESUME"},
  [0x4C] = {.name = "LOG SELECT"},
  [0x4D] = {.name = "LOG SENSE"},
  [0x4E] = {.name = "STOP PLAY/SCAN"},
  [0x51] = {.name = "READ DISC INFORMATION"},
  [0x52] = {.name = "READ TRACK INFORMATION"},
  [0x53] = {.name = "RESERVE TRACK"},
  [0x54] = {.name = "SEND OPC INFORMATION", .alias = "SEND OPC"},
  [0x55] = {.name = "MODE SELECT(10)"},
  [0x58] = {.name = "REPAIR TRACK"},
  [0x5A] = {.name = "MODE SENSE(10)"},
  [0x5B] = {.name = "CLOSE TRACK/SESSION"},
  [0x5C] = {.name = "READ BUFFER CAPACITY"},
  [0x5D] = {.name = "SEND CUE SHEET"},
  [0x5E] = {.name = "PERSISTENT RESERVE IN"},
  [0x5F] = {.name = "PERSISTENT RESERVE OUT"},
  [0xA0] = {.name = "REPORT LUNS"},
  [0xA1] = {.name = "BLANK"},
  [0xA2] = {.name = "SECURITY PROTOCOL IN"},
  [0xA3] = {.name = "SEND KEY"},
  [0xA4] = {.name = "REPORT KEY"},
  [0xA5] = {.name = "PLAY AUDIO(12)"},
  [0xA6] = {.name = "LOAD/UNLOAD MEDIUM"},
  [0xA7] = {.name = "SET READ AHEAD"},
  [0xA8] = {.name = "READ(12)", .shape = BLOCKS_12},
  [0xAA] = {.name = "WRITE(12)", .shape = BLOCKS_12, .write = true},
  [0xAB] = {.name = "READ MEDIA SERIAL NUMBER"},
  [0xAC] = {.name = "GET PERFORMANCE"},
  [0xAD] = {.name = "READ DISC STRUCTURE"},
  [0xB5] = {.name = "SECURITY PROTOCOL OUT"},
  [0xB6] = {.name = "SET STREAMING"},
  [0xB9] = {.name = "READ CD MSF", .shape = BLOCKS_MSF},
  [0xBA] = {.name = "SCAN"},
  [0xBB] = {.name = "SET CD SPEED"},
  [0xBD] = {.name = "MECHANISM STATUS"},
  [0xBE] = {.name = "READ CD", .shape = BLOCKS_CD},
  [0xBF] = {.name = "SEND DISC STRUCTURE"},
};

/* Sixteen names of opcodes that begin with one digit. */
#define NAMELESS(d)                                                            \
  {                                                                            \
    "0x" #d "0", "0x" #d "1", "0x" #d "2", "0x" #d "3", "0x" #d "4",           \
      "0x" #d "5", "0x" #d "6", "0x" #d "7", "0x" #d "8", "0x" #d "9",         \
      "0x" #d "A", "0x" #d "B", "0x" #d "C", "0x" #d "D", "0x" #d "E",         \
      "0x" #d "F"                                                              \
  }

static const char nameless[16][16][5] = {
  NAMELESS(0),
  NAMELESS(1),
  NAMELESS(2),
  NAMELESS(3),
  NAMELESS(4),
  NAMELESS(5),
  NAMELESS(6),
  NAMELESS(7),
  NAMELESS(8),
  NAMELESS(9),
  NAMELESS(A),
  NAMELESS(B),
  NAMELESS(C),
  NAMELESS(D),
  NAMELESS(E),
  NAMELESS(F),
};

const char *opcode_name(uint8_t opcode) {
  const char *name = rows[opcode].name;
  return name != NULL ? name : nameless[opcode >> 4][opcode & 15];
}

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

static const char *skip_marks(const char *s) {
  while (*s != '\0' && !isalnum((unsigned char)*s))
    s++;
  return s;
}

/* Are two names equal but for case and marks? */
static bool same_name(const char *a, const char *b) {
  for (;; a++, b++) {
    a = skip_marks(a);
    b = skip_marks(b);
    if (toupper((unsigned char)*a) != toupper((unsigned char)*b))
      return false;
    if (*a == '\0')
      return true;
  }
}

/* "0x2A" or "2Ah"; a bare "10" could be meant either way and is neither. */
static bool by_number(const char *s, uint8_t *opcode) {
  static const char digits[] = "0123456789abcdef";
  unsigned value = 0, n = 0;
  bool prefix = s[0] == '0' && (s[1] == 'x' || s[1] == 'X');
  s += prefix ? 2 : 0;
  for (; n < 3 && *s != '\0'; s++, n++) {
    const char *digit = strchr(digits, tolower((unsigned char)*s));
    if (digit == NULL)
      break;
    value = value * 16 + (unsigned)(digit - digits);
  }
  if (n == 0 || n > 2)
    return false;
  if (strcmp(s, "") != 0 ? prefix || strcasecmp(s, "h") != 0 : !prefix)
    return false;
  *opcode = (uint8_t)value;
  return true;
}

bool opcode_by_name(const char *name, uint8_t *opcode) {
  if (by_number(name, opcode))
    return true;
  if (*skip_marks(name) == '\0')
    return false;
  for (unsigned i = 0; i < 256; i++) {
    const struct opcode_row *row = &rows[i];
    if ((row->name != NULL && same_name(row->name, name)) ||
        (row->alias != NULL && same_name(row->alias, name))) {
      *opcode = (uint8_t)i;
      return true;
    }
  }
  return false;
}

bool opcode_is_blocks(uint8_t opcode) {
  return rows[opcode].shape != NO_BLOCKS;
}

bool opcode_is_write(uint8_t opcode) {
  return rows[opcode].write;
}

/* MMC-6 table 8: block 0 is at 00:02:00; from 90 minutes on, before it. */
static int32_t from_msf(const uint8_t *msf) {
  int32_t blocks = (msf[0] * 60 + msf[1]) * 75 + msf[2];
  return msf[0] < 90 ? blocks - 150 : blocks - 450150;
}

bool opcode_range(const uint8_t *cdb, int32_t *lba, uint32_t *count) {
  int32_t end;
  *lba = (int32_t)get_be32(cdb + 2);
  switch (rows[cdb[0]].shape) {
    case BLOCKS_10:
      *count = get_be16(cdb + 7);
      break;
    case BLOCKS_12:
      *count = get_be32(cdb + 6);
      break;
    case BLOCKS_CD:
      *count = get_be24(cdb + 6);
      break;
    case BLOCKS_MSF:
      *lba = from_msf(cdb + 3);
      end = from_msf(cdb + 6);
      *count = end > *lba ? (uint32_t)(end - *lba) : 0;
      break;
    default:
      return false;
  }
  return *count > 0;
}
