/* wanted.h: what oom.c was asked to try. */
#ifndef DISCRECORDER_WANTED_H
#define DISCRECORDER_WANTED_H

#define JOBS_MOST 16

extern struct wanted {
  long jobs;
  unsigned long long seed;
  const char *name, *mode; /* NULL: all */
  long sample;             /* 0: all */
  long first, last;
} wanted;

/* What is wrong with them ends the program. */
void take_arguments(int argc, char **argv);
/* The number of the i-th try among 'count' allocations; -1: there is no more. A
   sample is drawn evenly: one of each of as many parts. */
long wanted_number(long i, long count);

#endif
