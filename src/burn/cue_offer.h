/* cue_offer.h: a session at once is laid out: its cue sheet is sent, in one
   manner after the other until the drive takes it. */
#ifndef DISCRECORDER_CUE_OFFER_H
#define DISCRECORDER_CUE_OFFER_H

#include "burn.h"

bool cue_offer(struct burn *b, struct failure *f);

#endif
