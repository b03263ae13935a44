/* burn.h: a job and what becomes of it, as Lua sees them. */
#ifndef DISCRECORDER_LUA_BURN_H
#define DISCRECORDER_LUA_BURN_H

#include "../burn/burn.h"
#include "recorder.h"

/* burn_job.c: the table at arg. The sources live as long as what this leaves on
   the stack. */
void to_burn_spec(lua_State *L, int arg, struct burn_spec *spec);
/* A field of the job's, or what it is otherwise. */
bool bool_field(lua_State *L, int arg, const char *name, bool otherwise);
/* burn_cd.c: a track whose source and length are there; the job's own. */
/* 'data_mode': of a track that does not say its kind. */
void to_cd_track(lua_State *L,
                 int at,
                 unsigned data_mode,
                 struct burn_track *t);
void to_cd(lua_State *L, int at, struct burn_spec *spec);

/* burn.c: the same of a burn that can run. Nothing that raises may follow until
   its sources are counted, for whoever takes the spec over. */
void to_work(lua_State *L, int arg, struct burn_spec *spec);
void count_sources(const struct burn_spec *spec);
void let_go_of_sources(const struct burn_spec *spec);

/* The report, or nil, failure, code, report. */
int push_burn(lua_State *L, struct job *j);
/* A table: ok, and its report, or its failure and code. The report of a burn
   that failed is in its failure. NULL: it never began, and this is why. */
void push_burn_result(lua_State *L, struct burn *b, const struct failure *f);

/* burn_many.c: the results of all; how far all are. */
int push_many(lua_State *L, struct job *j);
void push_many_progress(lua_State *L, struct job *j);

#endif
