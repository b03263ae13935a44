/* chore.h: the jobs that are one long command and its waiting: erase, format,
   finish, load, eject, waiting for a disc. */
#ifndef DISCRECORDER_CHORE_H
#define DISCRECORDER_CHORE_H

#include "job.h"
#include "medium.h"

enum finish_what { FINISH_TRACK, FINISH_SESSION, FINISH_DISC };

struct chore_how {
  bool full;             /* erase */
  enum finish_what what; /* finish */
  const char *kind;      /* format: a literal */
  double seconds;        /* wait_medium */
};

struct chore {
  struct job job; /* first */
  bool (*act)(struct chore *c, struct failure *f);
  struct chore_how how;
};

/* Each fits 'act'. */
bool chore_erase(struct chore *c, struct failure *f);
bool chore_format(struct chore *c, struct failure *f);
bool chore_finish(struct chore *c, struct failure *f);
bool chore_load(struct chore *c, struct failure *f);
bool chore_eject(struct chore *c, struct failure *f);
bool chore_wait_medium(struct chore *c, struct failure *f);

/* 'name' is a literal of chore.c's table: "erase", "finish", ... */
struct chore *chore_new(struct recorder *r,
                        const char *name,
                        struct chore_how how,
                        struct failure *f);

#endif
