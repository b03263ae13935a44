/* percent.h: percent-encoding, which addresses use in paths and values. */
#ifndef DISCRECORDER_PERCENT_H
#define DISCRECORDER_PERCENT_H

#include "../failure.h"

/* Decode in place. A percent sign that encodes nothing is a failure, and so is
   %00, which would cut the text short. */
bool percent_decode(char *s, struct failure *f);

#endif
