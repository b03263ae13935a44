/* address.h: the text that names a recorder, taken apart. Format: see
   docs/addresses.md. Nothing here looks at drives or files. */
#ifndef DISCRECORDER_ADDRESS_H
#define DISCRECORDER_ADDRESS_H

#include "../failure.h"
#include "../virtual/virtual.h"
#include <stdbool.h>
#include <stddef.h>

enum address_kind {
  ADDRESS_VIRTUAL, /* virtual:PATH: 'drive' and 'faults' hold its keys */
  ADDRESS_NODE,    /* an absolute path, said to be a device: 'path' */
  ADDRESS_MODULE,  /* what a module of its own carries: 'scheme', registry.h */
  ADDRESS_CDIO,    /* cdio:PATH, a device through libcdio */
  ADDRESS_REPLAY,  /* replay:PATH, a trace */
  ADDRESS_UNKNOWN  /* 'scheme', or a relative path: 'path' */
};

/*
** The strings point into 'text', which the struct owns: address_free. Decoded.
*/
struct address {
  enum address_kind kind;
  const char *scheme;           /* "cdio", or NULL when there is none */
  const char *path;             /* what comes after the scheme, to the '?' */
  struct virtual_options drive; /* ADDRESS_VIRTUAL; drive.path is 'path' */
  const char *faults;           /* text form, see fault.h; or NULL */
  char *text;
};

/*
** Take an address apart. Wrong keys, numbers and percent signs are failures
** here; a kind that cannot be opened is not: opening it fails. After a failure
** there is nothing to free.
*/
bool address_parse(const char *text, struct address *a, struct failure *f);
/* What is unsupported while an address is opened stands in the address: say so,
   unless the failure has better advice already. */
void address_advise(struct failure *f);
void address_free(struct address *a);

/*
** The same address with its path made absolute (against the current folder,
** without "." and doubled slashes; ".." stays, since links may be on the way)
** and percent-encoding made canonical. Keys keep their order and values.
** 'size' of PATH_MAX * 4 is always enough; too long is a failure.
*/
bool address_absolute(const char *address,
                      char *out,
                      size_t size,
                      struct failure *f);

#endif
