/* sense.h: what a drive says when it refuses: decoded from either sense format,
   named, and with what a program that writes discs should do about it. One
   table, sense_table.h; sources: SPC-4 4.5, MMC-6 annex F, reference practice.
 */
#ifndef DISCRECORDER_SENSE_H
#define DISCRECORDER_SENSE_H

#include "../failure.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct sense {
  bool deferred; /* it belongs to an earlier command */
  uint8_t key, asc, ascq;
  bool has_progress;
  uint16_t progress; /* of 65536 */
  bool has_information;
  uint32_t information; /* usually an LBA */
};

enum sense_action {
  SENSE_GO_ON,   /* it is done all the same; worth a warning at most */
  SENSE_REPEAT,  /* the drive's buffer is full: the same packet, in a moment */
  SENSE_WAIT,    /* the drive is at work: wait until it is ready, then repeat */
  SENSE_START,   /* start the unit, then repeat */
  SENSE_SYNC,    /* synchronise the cache, then repeat once */
  SENSE_REFRESH, /* medium or settings changed: ask for everything again */
  SENSE_RETRY,   /* once or twice more; then it is a failure */
  SENSE_FAIL     /* it will not work */
};

struct sense_kind {
  uint8_t key; /* SENSE_ANY: whatever the key */
  uint8_t asc;
  uint8_t ascq_first, ascq_last;
  enum sense_action action;
  enum failure_code code;
  enum culprit culprit;
  const char *text;   /* "write error" */
  const char *advice; /* NULL: the code's own */
};

#define SENSE_ANY 0xFF

/* False when the bytes are no sense data (too short, unknown response code). A
   fixed-format sense shorter than 14 bytes still gives its key. */
bool sense_decode(const uint8_t *bytes, size_t len, struct sense *s);

/* The row that fits best: exact first, then a row for the key alone. Never
   NULL: unknown codes get their key's row. */
const struct sense_kind *sense_lookup(const struct sense *s);

/* "write error", also for codes that only SPC names; never NULL. */
const char *sense_text(uint8_t key, uint8_t asc, uint8_t ascq);

/* Fill in a failure of a command from its sense: code, culprit, advice, text.
   The message is "COMMAND: text (K/AA/QQ)". Always returns false. */
bool fail_sense(struct failure *f, const char *command, const struct sense *s);

#endif
