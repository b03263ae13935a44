/* quirk.h: where real drives differ from the standard, each by a name of its
   own. docs/virtual-recorder.md tells in which drive each was seen. */
#ifndef DISCRECORDER_VIRTUAL_QUIRK_H
#define DISCRECORDER_VIRTUAL_QUIRK_H

#include <stdbool.h>
#include <stdint.h>

#include "../failure.h"

struct packet;
struct vdrive;

enum vquirk {
  VQUIRK_NWA_150,
  VQUIRK_EARLY_READY,
  VQUIRK_EARLY_CLOSE,
  VQUIRK_NO_OPC,
  VQUIRK_OPC_ATTENTION,
  VQUIRK_NO_CONFIGURATION,
  VQUIRK_FALSE_BUFFER,
  VQUIRK_SILENT_TIMEOUT,
  VQUIRK_NO_LOAD,
  VQUIRK_FULL_TRACK_INFO,
  VQUIRK_NWA_NEEDS_PAGE,
  VQUIRK_CLOSE_TRACK_FAILS,
  VQUIRK_NO_FUA,
  VQUIRK_READ_OFFSET,
  VQUIRK_OVERBURN,
  VQUIRK_TEXT_LEAD_IN,
  VQUIRK_TEXT_BLOCK_TYPE,
  VQUIRK_PLAIN_CODES,
  VQUIRK_NO_TEXT_CRC,
  VQUIRK_FIXED_PAUSE,
  VQUIRK_COUNT
};

#define VQUIRK_SWALLOWED 3 /* commands that a silent time-out may swallow */

/* Names between commas to bits, 1 << enum vquirk. NULL: none. */
bool vquirks_parse(const char *names, uint32_t *quirks, struct failure *f);
bool vquirk(const struct vdrive *d, enum vquirk which);
/* Does this drive not even know a command that it should? */
bool vquirk_unknown(const struct vdrive *d, uint8_t opcode);
/* Silent time-outs: true when this packet's time has passed, nothing was done,
   and it shall be answered GOOD. */
bool vquirk_swallows(struct vdrive *d, struct packet *p);

#endif
