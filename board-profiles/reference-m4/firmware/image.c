#include "image.h"

#include <limits.h>
#include <string.h>

#include "board.h"
#include "lauxlib.h"
#include "lfunc.h"
#include "lgc.h"
#include "lmem.h"
#include "lstring.h"

#define PROGRAM ((const Program *)PROGRAM_BASE)

#if LUA_VERSION_NUM >= 504
#define VALUE(slot) s2v(slot)
#else
#define VALUE(slot) (slot)
#endif

/* The linker puts the three __wrap_ functions in the place of Lua's own. */
void __real_luaT_init(lua_State *L);
void __real_luaX_init(lua_State *L);
void __real_luaS_resize(lua_State *L, int size);

/* As Lua makes a state, right after its table of strings, which has but the memory message. */
void __wrap_luaT_init(lua_State *L) {
  if (PROGRAM->kind != PROGRAM_IMAGE) {
    __real_luaT_init(L);
    return;
  }
  global_State *g = G(L);
  TString *before = g->memerrmsg;
  g->fixedgc = before->next;
  luaM_freemem(L, before, sizelstring(tsslen(before)));
  g->memerrmsg = PROGRAM->memory_message;
  for (int i = 0; i < STRCACHE_N; i++)
    for (int j = 0; j < STRCACHE_M; j++) g->strcache[i][j] = g->memerrmsg;
  memcpy(g->tmname, PROGRAM->events, sizeof g->tmname);
  memcpy(g->strt.hash, PROGRAM->strings, sizeof PROGRAM->strings);
  /* With so few in use the table never grows; and would shrink, but see below. */
  g->strt.nuse = INT_MIN / 2;
}

/* Makes the words that only a compiler needs. */
void __wrap_luaX_init(lua_State *L) {
  if (PROGRAM->kind != PROGRAM_IMAGE) __real_luaX_init(L);
}

/* Called by the collector, to shrink the table. */
void __wrap_luaS_resize(lua_State *L, int size) {
  if (PROGRAM->kind != PROGRAM_IMAGE) __real_luaS_resize(L, size);
}

/* Real flash is not written by a store either. QEMU would let the store pass without effect. */
static void forbid_writing(void) {
  REGISTER(0xE000ED98) = 0;
  REGISTER(0xE000ED9C) = PROGRAM_BASE;
  /* 512 kB, normal memory, read only. */
  REGISTER(0xE000EDA0) = 6u << 24 | 1u << 17 | 18u << 1 | 1;
  /* Everything else is as without the protection unit. */
  REGISTER(0xE000ED94) = 1u << 2 | 1;
  __asm volatile("dsb\n isb");
}

static int is_whole(const TString *string, int list, unsigned int seed) {
  const char *begin = (const char *)string, *end = (const char *)PROGRAM + SOURCE_AT + PROGRAM->length;
  if (begin < (const char *)PROGRAM || begin >= end || getstr(string) + string->shrlen >= end) return 0;
  return string->hash == luaS_hash(getstr(string), string->shrlen, seed) && lmod(string->hash, MINSTRTABSIZE) == list;
}

void program_check(lua_State *L) {
  forbid_writing();
  if (PROGRAM->kind != PROGRAM_IMAGE) return;
  int whole = PROGRAM->version == LUA_VERSION_NUM;
  for (int i = 0; i < MINSTRTABSIZE && whole; i++)
    for (const TString *string = PROGRAM->strings[i]; string && whole; string = string->u.hnext)
      whole = is_whole(string, i, G(L)->seed);
  if (!whole) board_fault("the program was made for another firmware");
}

static const char *whole_source(lua_State *L, void *given, size_t *length) {
  (void)L;
  int *read = given;
  *length = *read ? 0 : PROGRAM->length;
  *read = 1;
  return (const char *)PROGRAM + SOURCE_AT;
}

/* What lua_load does when a chunk has been read. */
static void load_image(lua_State *L) {
  LClosure *closure = luaF_newLclosure(L, PROGRAM->main->sizeupvalues);
  closure->p = PROGRAM->main;
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
