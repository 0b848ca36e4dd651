#include "libraries.h"

#include "lauxlib.h"
#include "lualib.h"

static const char *const base[] = {"collectgarbage", "error", "ipairs", "next", "pairs", "select", "tostring", "type", NULL};
static const char *const string[] = {"byte", "char", "format", "rep", "sub", NULL};
static const char *const table[] = {"concat", "unpack", NULL};
static const char *const math[] = {"ceil", "floor", "fmod", NULL};

const Library libraries[LIBRARIES] = {
    {NULL, luaopen_base, base},
    {"string", luaopen_string, string},
    {"table", luaopen_table, table},
    {"math", luaopen_math, math},
};

/* Copies what `names` has of the table at the top of the stack to a new one, which takes its place. */
static void keep_only(lua_State *L, const char *const *names) {
  lua_newtable(L);
  for (; *names; names++) {
    lua_getfield(L, -2, *names);
    lua_setfield(L, -2, *names);
  }
  lua_remove(L, -2);
}

int open_libraries(lua_State *L) {
  for (int i = 0; i < LIBRARIES; i++) {
    lua_pushcfunction(L, libraries[i].open);
    lua_call(L, 0, 1);
    keep_only(L, libraries[i].functions);
    if (libraries[i].name) lua_setfield(L, -2, libraries[i].name);
  }
  lua_rawseti(L, LUA_REGISTRYINDEX, LUA_RIDX_GLOBALS);
  lua_pushliteral(L, "");
  lua_pushnil(L);
  lua_setmetatable(L, -2);
  lua_gc(L, LUA_GCCOLLECT, 0);
  return 0;
}
