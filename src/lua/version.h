/* version.h: the version of the whole, as LuaRocks and --version tell it. */
#ifndef DISCRECORDER_VERSION_H
#define DISCRECORDER_VERSION_H

#define VERSION "0.1.0"

#endif
