/* cdio_fake.h: libcdio made of Lua functions, a part of sgio_fake.c. */
#ifndef DISCRECORDER_SPEC_CDIO_FAKE_H
#define DISCRECORDER_SPEC_CDIO_FAKE_H

#include "../../src/transport/cdio.h"

#include <lua.h>

/* The functions "open_cdio", "close_cdio", "mode", "command" in the table at
   that index answer, until the next call of this. */
const struct cdio_library *cdio_fake(lua_State *L, int table);

#endif
