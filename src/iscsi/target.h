/* target.h: iscsi://[user[:password]@]host[:port]/target/lun[?initiator=name],
   taken apart. */
#ifndef DISCRECORDER_ISCSI_TARGET_H
#define DISCRECORDER_ISCSI_TARGET_H

#include "../failure.h"

#include <stdbool.h>
#include <stddef.h>

#define TARGET_NAME_MAX 223                           /* RFC 3720 3.2.6.1 */
#define TARGET_PASSWORD "DISCRECORDER_ISCSI_PASSWORD" /* the environment's */

struct target {
  char portal[300]; /* "host:port", as libiscsi wants it */
  char name[TARGET_NAME_MAX + 1];
  char initiator[TARGET_NAME_MAX + 1];
  char user[128]; /* CHAP; "": plain login */
  char password[128];
  unsigned lun;
  bool own_initiator; /* the address names the initiator */
};

bool target_parse(const char *address, struct target *t, struct failure *f);
/* The same again in one spelling; the password is left out. */
bool target_address(const struct target *t,
                    char *out,
                    size_t size,
                    struct failure *f);

#endif
