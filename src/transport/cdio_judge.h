/* cdio_judge.h: judging the answers of libcdio's pass-through. */
#ifndef DISCRECORDER_CDIO_JUDGE_H
#define DISCRECORDER_CDIO_JUDGE_H

#include "packet.h"

/* 'rc' is libcdio's word, 'err' errno after it, 'elapsed' in nanoseconds; the
   sense is in the packet already. */
void cdio_judge(int rc, int err, uint64_t elapsed, struct packet *p);

#endif
