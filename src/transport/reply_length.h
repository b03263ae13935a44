/* reply_length.h: how long a reply says that it is. */
#ifndef DISCRECORDER_REPLY_LENGTH_H
#define DISCRECORDER_REPLY_LENGTH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Of 'len' bytes of room that a command's reply was put into, those that its
   own length field counts; all of them for a reply without such a field. */
size_t reply_length(const uint8_t *cdb, const uint8_t *reply, size_t len);

/* Has a command's reply a length field? */
bool reply_tells_length(const uint8_t *cdb);

/* Let such a reply of 'len' bytes say that it is as long as its field can. */
void reply_claim_more(const uint8_t *cdb, uint8_t *reply, size_t len);

#endif
