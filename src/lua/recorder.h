/* recorder.h: the Recorder and Job types, as the files of this folder share
   them. */
#ifndef DISCRECORDER_LUA_RECORDER_H
#define DISCRECORDER_LUA_RECORDER_H

#include "../recorder/chore.h"
#include "../recorder/job.h"
#include "../recorder/medium.h"
#include "../burn/plan.h"
#include "binding.h"

/* Any Recorder that was made whole; raises otherwise. */
struct recorder *check_recorder(lua_State *L, int arg);

/* A Job's userdata: made empty, then the job is put in. 'push' turns a job that
   is done into Lua values: one, or the failure's three. */
struct lua_job {
  struct job *job;
  int (*push)(lua_State *L, struct job *j);
  void (*progress)(lua_State *L, struct job *j); /* push_progress */
};

struct lua_job *new_job(lua_State *L);
/* Start what is in it and return it, or the failure: for a binding to return.
 */
int start_job(lua_State *L, struct lua_job *lj, struct failure *f);
/* The same for a chore of that name, made here. */
int start_chore(lua_State *L,
                struct recorder *r,
                const char *name,
                struct chore_how how);
/* For 'push' where a report tells what a job did: the report, or the failure
   with it. */
int push_reported(lua_State *L,
                  struct job *j,
                  void (*report)(lua_State *L, struct job *j));
/* The table that `progress` gives. */
void push_progress(lua_State *L, struct job *j);

void push_medium(lua_State *L, const struct medium *m);
void push_speeds(lua_State *L, const struct mmc_speeds *s);
/* From the table at arg, as push_medium made it; raises when it is none. */
void to_medium(lua_State *L, int arg, struct medium *m);
/* burn_report.c */
void push_warnings(lua_State *L, const struct warnings *w);

void register_recorder(lua_State *L);
void register_operator(lua_State *L);
void register_job(lua_State *L);
void register_signals(lua_State *L);
void register_transport(lua_State *L);
void register_served(lua_State *L);
void register_inhibitor(lua_State *L);

/* Functions of discrecorder.core, by file. */
extern const luaL_Reg recorder_functions[];
extern const luaL_Reg job_functions[];
extern const luaL_Reg burn_functions[];
extern const luaL_Reg burn_series_functions[];
extern const luaL_Reg scan_functions[];
extern const luaL_Reg rescue_functions[];
extern const luaL_Reg disc_source_functions[];
extern const luaL_Reg signal_functions[];
extern const luaL_Reg transport_functions[];
extern const luaL_Reg serve_functions[];
extern const luaL_Reg system_functions[];
extern const luaL_Reg output_functions[];
extern const luaL_Reg inhibitor_functions[];

/* Methods of Recorder, by file. */
extern const luaL_Reg recorder_imapi_methods[];
extern const luaL_Reg recorder_more_methods[];
extern const luaL_Reg recorder_packets_methods[];
extern const luaL_Reg recorder_cd_methods[];
int recorder_operator(lua_State *L);

#endif
