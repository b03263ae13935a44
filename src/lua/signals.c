/* signals.c: for the command alone: SIGINT, SIGTERM and SIGHUP are counted, so
   that it can end a burn in order; the second one leaves at once. SIGPIPE is
   ignored: who reads what is told does not end a burn by going away.
   Process-wide, as signals are; the library never calls this by itself. */
#include "recorder.h"

#include <signal.h>
#include <string.h>
#include <unistd.h>

#define SIGNALS_TYPE "discrecorder.Signals"

static const int caught[] = {SIGINT, SIGTERM, SIGHUP};
#define CAUGHT (sizeof caught / sizeof *caught)

static volatile sig_atomic_t count, hung_up;
static struct sigaction before[CAUGHT], before_pipe;

/* A terminal that closes is told of twice, by its shell and by the kernel:
   however far apart, it is one wish, and another signal makes the second. */
static void handler(int signal) {
  if (signal == SIGHUP && hung_up)
    return;
  hung_up = hung_up || signal == SIGHUP;
  if (++count >= 2)
    _exit(128 + signal);
}

static int core_catch_signals(lua_State *L) {
  struct sigaction action;
  lua_newuserdatauv(L, 0, 0); /* may raise: nothing is caught yet */
  luaL_setmetatable(L, SIGNALS_TYPE);
  hung_up = 0;
  memset(&action, 0, sizeof action);
  action.sa_handler = handler;
  sigemptyset(&action.sa_mask);
  for (size_t i = 0; i < CAUGHT; i++) {
    sigaction(caught[i], NULL, &before[i]);
    if (before[i].sa_handler != SIG_IGN) /* nohup, a shell's background job */
      sigaction(caught[i], &action, NULL);
  }
  action.sa_handler = SIG_IGN;
  sigaction(SIGPIPE, &action, &before_pipe);
  return 1;
}

static int signals_count(lua_State *L) {
  luaL_checkudata(L, 1, SIGNALS_TYPE);
  lua_pushinteger(L, count);
  return 1;
}

/* The second word of a terminal that closes may come only now: it shall not end
   a program that has its result still to tell. */
static int signals_release(lua_State *L) {
  luaL_checkudata(L, 1, SIGNALS_TYPE);
  for (size_t i = 0; i < CAUGHT; i++)
    if (caught[i] == SIGHUP && hung_up)
      signal(SIGHUP, SIG_IGN);
    else
      sigaction(caught[i], &before[i], NULL);
  sigaction(SIGPIPE, &before_pipe, NULL);
  count = 0;
  return 0;
}

void register_signals(lua_State *L) {
  static const luaL_Reg metamethods[] = {{NULL, NULL}};
  static const luaL_Reg methods[] = {
    {"count", signals_count},
    {"release", signals_release},
    {NULL, NULL},
  };
  new_type(L, SIGNALS_TYPE, metamethods, methods);
}

const luaL_Reg signal_functions[] = {
  {"catch_signals", core_catch_signals},
  {NULL, NULL},
};
