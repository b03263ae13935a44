/* fault.h: a decorator that makes chosen packets fail in a stated way. Rules
   are tried in order; the first that fits a packet is the one that acts. What
   each of them does is told in docs/faults.md. */
#ifndef DISCRECORDER_FAULT_H
#define DISCRECORDER_FAULT_H

#include "transport.h"
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum fault_what {
  FAULT_NONE,       /* not said yet: no rule */
  FAULT_SENSE,      /* refused with 'key', 'asc', 'ascq' */
  FAULT_GONE,       /* the drive is gone from now on */
  FAULT_LOST,       /* delivered, and nobody knows what became of it */
  FAULT_BUSY,       /* not ready for 'amount' packets, then it is carried */
  FAULT_SHORT,      /* the reply ends after 'amount' bytes */
  FAULT_LONG,       /* the reply says that there is more of it than came */
  FAULT_CORRUPT,    /* the reply is garbled */
  FAULT_GARBAGE,    /* the reply is noise, drawn by 'amount' */
  FAULT_LOST_WRITE, /* the drive says good, and the medium has nothing */
  FAULT_DEFECT,     /* the medium cannot be recorded at block 'lba' */
  FAULT_DENIED,     /* the system does not let it through */
  FAULT_HANG,       /* delivered after 'amount' ms of the machine's clock */
};

/* All zero but for what is wanted. Conditions given together must all hold. */
struct fault_rule {
  uint64_t packet; /* the n-th packet of the transport, from 1; 0: any */
  bool has_opcode;
  uint8_t opcode;
  uint64_t nth; /* the n-th packet with this opcode, from 1; 0: each */
  bool has_lba;
  int32_t lba;     /* READ, WRITE, VERIFY that touches this block */
  uint64_t longer; /* moves more bytes than that; 0: any number */
  uint64_t times;  /* acts so often at most; 0: whenever it fits */
  enum fault_what what;
  uint8_t key, asc, ascq;
  bool delivered; /* the sense comes after the command did its work */
  bool deferred;  /* the sense is about an earlier command */
  uint64_t amount;
};

/*
** Set one thing of a rule by its name and value as in the text form: "nth",
** "3"; "sense", "3/0C/00"; "gone", "true" (value NULL is "true"). Unknown
** names, bad values and a second WHAT are failures, code unsupported.
*/
bool fault_rule_set(struct fault_rule *rule,
                    const char *name,
                    const char *value,
                    struct failure *f);

/* Are all of these rules: something that happens, and a condition? */
bool fault_check(const struct fault_rule *rules,
                 size_t count,
                 struct failure *f);

/*
** Rules from their text form, "opcode:WRITE(10),nth:3,sense:3/0C/00;lba:1000,
** corrupt". *rules is to be freed by the caller; NULL after a failure.
*/
bool fault_parse(const char *text,
                 struct fault_rule **rules,
                 size_t *count,
                 struct failure *f);

/*
** Wrap a transport, which then belongs to the result. The rules are checked
** and copied. NULL: the failure says why, and 'inner' is still the caller's.
*/
struct transport *fault_wrap(struct transport *inner,
                             const struct fault_rule *rules,
                             size_t count,
                             struct failure *f);

#endif
