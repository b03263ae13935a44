/* drive_clock.c: clocks that somebody else pushes. */
#include "drive_clock.h"

#include <stdlib.h>

static uint64_t now(struct clock *c) {
  return vclock_now((struct vclock *)c);
}

static void sleep_on(struct clock *c, uint64_t ns) {
  vclock_add((struct vclock *)c, ns);
}

static const struct clock_ops ops = {now, sleep_on};

static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static struct vclock *waiting; /* guarded by 'mutex' */

struct vclock *vclock_take(void) {
  struct vclock *c;
  pthread_mutex_lock(&mutex);
  c = waiting;
  if (c != NULL)
    waiting = c->next;
  pthread_mutex_unlock(&mutex);
  if (c == NULL) {
    c = calloc(1, sizeof *c);
    if (c == NULL)
      return NULL;
    c->base.ops = &ops;
  }
  c->next = NULL;
  return c;
}

void vclock_give_back(struct vclock *c) {
  pthread_mutex_lock(&mutex);
  c->next = waiting;
  waiting = c;
  pthread_mutex_unlock(&mutex);
}
