/* wanted.c: what oom.c was asked to try. */
#include "wanted.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct wanted wanted = {.jobs = 1, .last = LONG_MAX};

static void usage(void) {
  fputs("usage: oom-host [--sample N] [--seed S] [--jobs J] "
        "[NAME [MODE [FIRST [LAST]]]]\n",
        stderr);
  exit(2);
}

void take_arguments(int argc, char **argv) {
  int i = 1;
  for (; i < argc && strncmp(argv[i], "--", 2) == 0; i += 2) {
    long value = i + 1 < argc ? atol(argv[i + 1]) : -1;
    if (strcmp(argv[i], "--sample") == 0 && value > 0)
      wanted.sample = value;
    else if (strcmp(argv[i], "--seed") == 0 && value >= 0)
      wanted.seed = (unsigned long long)value;
    else if (strcmp(argv[i], "--jobs") == 0 && value > 0)
      wanted.jobs = value < JOBS_MOST ? value : JOBS_MOST;
    else
      usage();
  }
  wanted.name = i < argc ? argv[i++] : NULL;
  wanted.mode = i < argc ? argv[i++] : NULL;
  wanted.first = i < argc ? atol(argv[i++]) : 0;
  wanted.last = i < argc ? atol(argv[i++]) : wanted.last;
}

/* splitmix64 */
static unsigned long long draw(void) {
  unsigned long long z = wanted.seed += 0x9E3779B97F4A7C15;
  z = (z ^ z >> 30) * 0xBF58476D1CE4E5B9;
  z = (z ^ z >> 27) * 0x94D049BB133111EB;
  return z ^ z >> 31;
}

long wanted_number(long i, long count) {
  long from, to;
  if (wanted.sample == 0 || wanted.sample >= count) {
    from = wanted.first + i;
    return from < count && from <= wanted.last ? from : -1;
  }
  if (i >= wanted.sample)
    return -1;
  from = count * i / wanted.sample;
  to = count * (i + 1) / wanted.sample;
  return from + (long)(draw() % (unsigned long)(to - from));
}
