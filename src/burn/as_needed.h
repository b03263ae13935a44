/* as_needed.h: erase or format first, where a job allows that. */
#ifndef DISCRECORDER_AS_NEEDED_H
#define DISCRECORDER_AS_NEEDED_H

#include "plan.h"

struct burn;

/* Has it to be erased or formatted first? Then 'then' is what it will be. */
bool as_needed_plan(const struct burn_spec *spec,
                    const struct medium *m,
                    struct medium *then);
bool as_needed_do(struct burn *b, struct failure *f);

#endif
