/*
 * allocNumbers(n): what allocBytes and allocInts of sdk/src/lang/intrinsics.ts are in Lua, a table of n zeros from 0 on with its
 * length. Made here it has room for just these, however many they are. numbersText(t, from, to) is textOf. Neither needs a place on
 * the stack for each number, as in Lua, where these two alone would make it twice as long.
 */
#ifndef NUMBERS_H
#define NUMBERS_H

#include "lua.h"

int numbers_alloc(lua_State *L);
int numbers_text(lua_State *L);

#endif
