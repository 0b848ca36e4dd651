#include "numbers.h"

#include <limits.h>

#include "lauxlib.h"

int numbers_alloc(lua_State *L) {
  lua_Integer n = luaL_checkinteger(L, 1);
  luaL_argcheck(L, n >= 0 && n <= INT_MAX, 1, "no length");
  /* In the array from 1 on; beside it the length and the first. */
  lua_createtable(L, n > 1 ? (int)n - 1 : 0, n > 0 ? 2 : 1);
  lua_pushinteger(L, n);
  lua_setfield(L, -2, "length");
  for (lua_Integer i = 0; i < n; i++) {
    lua_pushinteger(L, 0);
    lua_rawseti(L, -2, i);
  }
  return 1;
}

int numbers_text(lua_State *L) {
  lua_Integer from = luaL_checkinteger(L, 2), to = luaL_checkinteger(L, 3);
  luaL_checktype(L, 1, LUA_TTABLE);
  luaL_Buffer text;
  luaL_buffinit(L, &text);
  for (lua_Integer i = from; i < to; i++) {
    lua_rawgeti(L, 1, i);
    lua_Integer code = luaL_checkinteger(L, -1);
    luaL_argcheck(L, code >= 0 && code <= 255, 1, "value out of range");
    lua_pop(L, 1);
    luaL_addchar(&text, (char)code);
  }
  luaL_pushresult(&text);
  return 1;
}
