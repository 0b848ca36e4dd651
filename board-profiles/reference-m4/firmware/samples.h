/*
 * readSamples(text, at, into, count): the samples of an accelerometer line, as the intrinsic of that name has it
 * (sdk/src/lang/intrinsics.ts). A board's driver of a real part would fill the table from a FIFO, in C as here: what a line takes to
 * read is not the device program's.
 */
#ifndef SAMPLES_H
#define SAMPLES_H

#include "lua.h"

int samples_read(lua_State *L);

#endif
