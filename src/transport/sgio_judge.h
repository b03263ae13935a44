/* sgio_judge.h: what SG_IO's answer means. */
#ifndef DISCRECORDER_SGIO_JUDGE_H
#define DISCRECORDER_SGIO_JUDGE_H

#include "packet.h"

struct sg_io_hdr;

/* The ioctl came back with 0: the three statuses, sense, residual. */
void sgio_judge(const struct sg_io_hdr *h, struct packet *p);

/* The ioctl failed with this errno. 'max_bytes' 0: not known. */
void sgio_judge_errno(int err, uint32_t max_bytes, struct packet *p);

#endif
