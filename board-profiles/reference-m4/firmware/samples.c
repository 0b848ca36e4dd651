#include "samples.h"

#include "lauxlib.h"

#define CHARACTERS 3
#define OFFSET 131072

int samples_read(lua_State *L) {
  size_t length;
  const char *text = luaL_checklstring(L, 1, &length);
  lua_Integer at = luaL_checkinteger(L, 2), count = luaL_checkinteger(L, 4);
  luaL_argcheck(L, at >= 0 && count >= 0 && (size_t)(at + CHARACTERS * count) <= length, 4, "more samples than the line has");
  const char *from = text + at;
  for (lua_Integer i = 0; i < count; i++, from += CHARACTERS) {
    lua_pushinteger(L, (from[0] - 48) * 4096 + (from[1] - 48) * 64 + from[2] - 48 - OFFSET);
    lua_rawseti(L, 3, i);
  }
  return 0;
}
