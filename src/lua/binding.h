/* binding.h: what the files that know lua.h share. They translate and own, and
   do nothing else: no packet is built and nothing is decided here. */
#ifndef DISCRECORDER_BINDING_H
#define DISCRECORDER_BINDING_H

#include "../failure.h"
#include "../source/source.h"
#include <lauxlib.h>
#include <lua.h>

#define RECORDER_TYPE "discrecorder.Recorder"
#define OPERATOR_TYPE "discrecorder.Operator"
#define INHIBITOR_TYPE "discrecorder.Inhibitor"
#define JOB_TYPE "discrecorder.Job"
#define SERVED_TYPE "discrecorder.Served"
#define SOURCE_TYPE "discrecorder.Source"
#define TRANSPORT_TYPE "discrecorder.Transport"
#define FAILURE_TYPE "discrecorder.Failure"

/* Register a userdata type: a metatable with __name, methods in __index.
   Repeating it is harmless. Leaves nothing on the stack. */
void new_type(lua_State *L,
              const char *name,
              const luaL_Reg *metamethods,
              const luaL_Reg *methods);

/* Set a field of the table at the top. A string may be NULL: then nothing. */
void set_boolean(lua_State *L, const char *name, bool value);
void set_integer(lua_State *L, const char *name, lua_Integer value);
void set_number(lua_State *L, const char *name, lua_Number value);
void set_string(lua_State *L, const char *name, const char *value);

/* A field of the table at arg: is it true, or anything but false? */
bool flag_field(lua_State *L, int arg, const char *name);
/* 'otherwise' where it is missing; raises when it is no whole number from
   'least' to 'most': "burn: speed is out of range". */
lua_Integer integer_field(lua_State *L,
                          int arg,
                          const char *what,
                          const char *name,
                          lua_Integer least,
                          lua_Integer most,
                          lua_Integer otherwise);

/* A field of the table at arg that is one of the words, which end with NULL:
   its number; 'otherwise' where it is missing. Raises for any other: "burn:
   mode: invalid option 'fast'". */
int word_field(lua_State *L,
               int arg,
               const char *what,
               const char *name,
               const char *const *words,
               int otherwise);

/* Raise unless the value at the top is a table: "burn: index is a table". */
void check_table(lua_State *L, const char *what, const char *name);

/* A string of two digits for each of at most 64 bytes. */
void push_hex(lua_State *L, const uint8_t *bytes, size_t len);

/* {code =, message =} as number 'n' of the list at the top. */
void push_warning(lua_State *L,
                  size_t n,
                  const char *code,
                  const char *message);

/* `nil, failure, code`: returns 3, so that a binding can return it. */
int push_failure(lua_State *L, const struct failure *f);
/* The failure table alone, on the top of the stack. */
void push_failure_table(lua_State *L, const struct failure *f);
/* Make FAILURE_TYPE's metatable (__tostring, __concat). */
void register_failure(lua_State *L);

/* A string that is one in C as well; numbers are none. */
const char *check_text(lua_State *L, int arg);

/* Raise unless every key of the table at arg is one of the names, which end
   with NULL. 'what' begins the message: "burn: unknown key 'keepopen'". */
void check_keys(lua_State *L,
                int arg,
                const char *what,
                const char *const *names);

/* The library stays in memory until the process ends: threads and sources may
   outlive every Lua state. 'symbol' is any object in it. */
void pin_module(void *symbol);

/*
** A source's userdata holds a pointer to a counted struct source. It is made
** empty and the source is put into it, so that an error on the way cannot leak.
** discrecorder.core registers the type (register_source); other modules that
** make sources (discrecorder.tree) require it first.
*/
struct source **new_source(lua_State *L);
struct source *check_source(lua_State *L, int arg);
void register_source(lua_State *L);
extern const luaL_Reg source_type_functions[];
/* The functions of discrecorder.core that make sources: source_file, ... */
extern const luaL_Reg source_functions[];

#endif
