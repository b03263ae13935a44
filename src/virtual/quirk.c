/* quirk.c: the quirks' names, and those that concern whole commands. What one
   command does oddly stands with that command. */
#include "quirk.h"

#include <stdio.h>
#include <string.h>

#include "../mmc_names.h"
#include "drive.h"

static const char *const names[VQUIRK_COUNT] = {
  [VQUIRK_NWA_150] = "nwa-150",
  [VQUIRK_EARLY_READY] = "early-ready",
  [VQUIRK_EARLY_CLOSE] = "early-close",
  [VQUIRK_NO_OPC] = "no-opc",
  [VQUIRK_OPC_ATTENTION] = "opc-attention",
  [VQUIRK_NO_CONFIGURATION] = "no-configuration",
  [VQUIRK_FALSE_BUFFER] = "false-buffer",
  [VQUIRK_SILENT_TIMEOUT] = "silent-timeout",
  [VQUIRK_NO_LOAD] = "no-load",
  [VQUIRK_FULL_TRACK_INFO] = "no-track-info-when-full",
  [VQUIRK_NWA_NEEDS_PAGE] = "no-nwa-before-page",
  [VQUIRK_CLOSE_TRACK_FAILS] = "close-track-fails",
  [VQUIRK_NO_FUA] = "no-fua",
  [VQUIRK_READ_OFFSET] = "read-offset",
  [VQUIRK_OVERBURN] = "overburn",
  [VQUIRK_TEXT_LEAD_IN] = "text-lead-in",
  [VQUIRK_TEXT_BLOCK_TYPE] = "text-block-type",
  [VQUIRK_PLAIN_CODES] = "plain-codes",
  [VQUIRK_NO_TEXT_CRC] = "no-text-crc",
  [VQUIRK_FIXED_PAUSE] = "fixed-pause",
};

static bool unknown(const char *name, size_t len, struct failure *f) {
  char known[400] = "";
  for (int i = 0; i < VQUIRK_COUNT; i++) {
    if (i > 0)
      strcat(known, " "); /* all names together fit */
    strcat(known, names[i]);
  }
  return fail(f,
              FAIL_UNSUPPORTED,
              "there is no quirk \"%.*s\"; there are: %s",
              len > 40 ? 40 : (int)len,
              name,
              known);
}

bool vquirks_parse(const char *list, uint32_t *quirks, struct failure *f) {
  *quirks = 0;
  while (list != NULL) {
    size_t len = strcspn(list, ",");
    int i = 0;
    while (i < VQUIRK_COUNT &&
           (strlen(names[i]) != len || memcmp(names[i], list, len) != 0))
      i++;
    if (i == VQUIRK_COUNT)
      return unknown(list, len, f);
    *quirks |= UINT32_C(1) << i;
    list = list[len] == ',' ? list + len + 1 : NULL;
  }
  return true;
}

bool vquirk(const struct vdrive *d, enum vquirk which) {
  return (d->quirks >> which & 1) != 0;
}

bool vquirk_unknown(const struct vdrive *d, uint8_t opcode) {
  switch (opcode) {
    case OP_SEND_OPC:
      return vquirk(d, VQUIRK_NO_OPC);
    case OP_GET_CONFIGURATION:
      return vquirk(d, VQUIRK_NO_CONFIGURATION);
    default:
      return false;
  }
}

/* Every so many of each, counted from the drive's first packet on. */
static const struct {
  uint8_t opcode, every;
} swallowed[VQUIRK_SWALLOWED] = {
  {OP_WRITE_10, 20},
  {OP_SYNCHRONIZE_CACHE, 3},
  {OP_CLOSE_TRACK_SESSION, 3},
};

bool vquirk_swallows(struct vdrive *d, struct packet *p) {
  if (!vquirk(d, VQUIRK_SILENT_TIMEOUT))
    return false;
  for (int i = 0; i < VQUIRK_SWALLOWED; i++) {
    if (swallowed[i].opcode != p->cdb[0])
      continue;
    if (++d->swallowed[i] % swallowed[i].every != 0)
      return false;
    vclock_add(d->clock, p->timeout_ms * CLOCK_MS);
    p->moved = p->len;
    return true;
  }
  return false;
}
