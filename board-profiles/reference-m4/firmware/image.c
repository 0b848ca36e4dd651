#include "image.h"

#include "board.h"
#include "lauxlib.h"
#include "lfunc.h"
#include "lgc.h"
#include "lobject.h"
#include "lstate.h"
#include "lstring.h"

#define PROGRAM ((const Program *)PROGRAM_BASE)

#if LUA_VERSION_NUM >= 504
#define VALUE(slot) s2v(slot)
#else
#define VALUE(slot) (slot)
#endif

static TString *string_at_top(lua_State *L) { return tsvalue(VALUE(L->top - 1)); }

static const char *whole_source(lua_State *L, void *given, size_t *length) {
  (void)L;
  int *read = given;
  *length = *read ? 0 : PROGRAM->length;
  *read = 1;
  return (const char *)PROGRAM + SOURCE_AT;
}

static const ImageString *after(const ImageString *string) {
  return (const ImageString *)(string->text + ((string->length + 3) & ~3u));
}

/* Makes the image's strings for good; `each` sees them in turn. */
static void make_strings(lua_State *L, void (*each)(lua_State *L, const ImageString *string, const TString *made, void *with),
                         void *with) {
  /* Strings that the libraries had made already are kept by this table, new ones by the collector itself. */
  lua_newtable(L);
  lua_rawsetp(L, LUA_REGISTRYINDEX, PROGRAM);
  const ImageString *string = (const ImageString *)((const char *)PROGRAM + PROGRAM->strings_at);
  for (uint32_t i = 0; i < PROGRAM->strings; i++, string = after(string)) {
    lua_pushlstring(L, string->text, string->length);
    TString *made = string_at_top(L);
    if (G(L)->allgc == obj2gco(made)) {
      luaC_fix(L, obj2gco(made));
      lua_pop(L, 1);
    } else {
      lua_rawgetp(L, LUA_REGISTRYINDEX, PROGRAM);
      lua_insert(L, -2);
      lua_rawseti(L, -2, (lua_Integer)lua_rawlen(L, -2) + 1);
      lua_pop(L, 1);
    }
    each(L, string, made, with);
  }
}

static void check_address(lua_State *L, const ImageString *string, const TString *made, void *with) {
  (void)with;
  if (string->address != (uint32_t)made) luaL_error(L, "the image was linked for another firmware");
}

static void load_image(lua_State *L) {
  if (PROGRAM->version != LUA_VERSION_NUM) luaL_error(L, "the image was made for another version of Lua");
  lua_gc(L, LUA_GCSTOP, 0);
  make_strings(L, check_address, NULL);
  lua_gc(L, LUA_GCRESTART, 0);
  /* What lua_load does when a chunk has been read. */
  Proto *main = (Proto *)((const char *)PROGRAM + PROGRAM->main_at);
  LClosure *closure = luaF_newLclosure(L, main->sizeupvalues);
  closure->p = main;
  setclLvalue(L, VALUE(L->top), closure);
  L->top++;
  luaF_initupvals(L, closure);
  lua_pushglobaltable(L);
  lua_setupvalue(L, -2, 1);
}

void program_load(lua_State *L) {
  if (PROGRAM->kind == PROGRAM_IMAGE) {
    load_image(L);
  } else if (PROGRAM->kind == PROGRAM_SOURCE) {
    int read = 0;
    if (lua_load(L, whole_source, &read, "=?", "t") != LUA_OK) lua_error(L);
  } else {
    luaL_error(L, "there is no program in flash");
  }
}

static void tell_address(lua_State *L, const ImageString *string, const TString *made, void *file) {
  (void)L, (void)string;
  uint32_t address = (uint32_t)made;
  host_write(*(int *)file, &address, sizeof address);
}

void program_link(lua_State *L, const char *path) {
  int file = host_open(path, HOST_CREATE);
  lua_gc(L, LUA_GCSTOP, 0);
  make_strings(L, tell_address, &file);
  host_close(file);
  board_exit(0);
}
