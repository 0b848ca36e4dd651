/*
 * Makes an image of a program's source. Runs at build time, on an emulated board with 4 MB of RAM: compiling takes three times
 * the memory that the functions do, and writing them and their strings down needs the target's own layout of Lua's structures.
 */
#include <string.h>

#include "board.h"
#include "image.h"
#include "lauxlib.h"
#include "lgc.h"
#include "libraries.h"
#include "lstring.h"

/* Where the host has put the source. */
#define SOURCE ((const Program *)0x00200000)
#define MAX_STRINGS 8192

static uint8_t image[1024 * 1024] __attribute__((aligned(8)));
static uint32_t end = sizeof(Program);
static Program header = {.kind = PROGRAM_IMAGE, .version = LUA_VERSION_NUM};
/* Of the compiler, and where they will lie. */
static TString *strings[MAX_STRINGS], *places[MAX_STRINGS];
static uint32_t string_count;
static int out;

void board_tick(void) {}

void board_fault(const char *text) {
  host_write(out, text, strlen(text));
  board_exit(3);
}

static uint32_t put(const void *from, size_t length) {
  uint32_t at = end;
  if (length > sizeof image - end - 4) board_fault("the program is too large for the flash");
  memcpy(image + at, from, length);
  end = (uint32_t)((at + length + 3) & ~3u);
  return at;
}

/* As a pointer of the target; NULL for nothing. */
static void *placed(const void *from, size_t length) {
  return length == 0 ? NULL : (void *)(PROGRAM_BASE + put(from, length));
}

/* The string as it will lie in flash, once. */
static TString *placed_string(TString *string) {
  size_t length = tsslen(string);
  for (uint32_t i = 0; i < string_count; i++)
    if (tsslen(strings[i]) == length && memcmp(getstr(strings[i]), getstr(string), length) == 0) return places[i];
  if (string_count == MAX_STRINGS) board_fault("the program has too many strings");
  int is_short = length <= LUAI_MAXSHORTLEN;
  if (!is_short) luaS_hashlongstr(string);
  uint32_t at = put(string, sizelstring(length));
  TString *copy = (TString *)(image + at), *place = (TString *)(PROGRAM_BASE + at);
  copy->next = NULL;
  copy->marked = bitmask(BLACKBIT);
  if (is_short) {
    TString **list = &header.strings[lmod(copy->hash, MINSTRTABSIZE)];
    copy->u.hnext = *list;
    *list = place;
  }
  strings[string_count] = string;
  places[string_count++] = place;
  return place;
}

static void *placed_constants(const Proto *proto) {
  static const TValue none;
  if (proto->sizek == 0) return NULL;
  /* What the constants point to comes before them. */
  for (int i = 0; i < proto->sizek; i++)
    if (ttisstring(&proto->k[i])) placed_string(tsvalue(&proto->k[i]));
  uint32_t at = end;
  for (int i = 0; i < proto->sizek; i++) {
    /* Field by field, so that what lies between them is the same in each build. */
    TValue value = none;
    value.value_ = proto->k[i].value_;
    value.tt_ = proto->k[i].tt_;
    if (ttisstring(&value)) value.value_.gc = obj2gco(placed_string(tsvalue(&value)));
    put(&value, sizeof value);
  }
  return (void *)(PROGRAM_BASE + at);
}

static uint32_t put_proto(const Proto *proto) {
  Proto copy = *proto;
  Proto *inner[256];
  if (proto->sizep > 256) board_fault("a function has more than 256 functions in it");
  for (int i = 0; i < proto->sizep; i++) inner[i] = (Proto *)(PROGRAM_BASE + put_proto(proto->p[i]));
  copy.next = NULL;
  copy.gclist = NULL;
  copy.marked = bitmask(BLACKBIT);
  copy.source = NULL;
  copy.locvars = NULL;
  copy.sizelocvars = 0;
  copy.p = placed(inner, (size_t)proto->sizep * sizeof *inner);
  copy.code = placed(proto->code, (size_t)proto->sizecode * sizeof *proto->code);
  copy.lineinfo = placed(proto->lineinfo, (size_t)proto->sizelineinfo * sizeof *proto->lineinfo);
  copy.k = placed_constants(proto);
#if LUA_VERSION_NUM >= 504
  copy.abslineinfo = placed(proto->abslineinfo, (size_t)proto->sizeabslineinfo * sizeof *proto->abslineinfo);
#else
  copy.cache = NULL;
#endif
  uint32_t upvalues = end;
  for (int i = 0; i < proto->sizeupvalues; i++) {
    Upvaldesc upvalue = proto->upvalues[i];
    upvalue.name = NULL;
    put(&upvalue, sizeof upvalue);
  }
  copy.upvalues = (Upvaldesc *)(PROGRAM_BASE + upvalues);
  return put(&copy, sizeof copy);
}

static void place_name(lua_State *L, const char *name) {
  lua_pushstring(L, name);
  placed_string(luaS_new(L, name));
  lua_pop(L, 1);
}

static void place_names(lua_State *L, const Library *library) {
  if (library->name) place_name(L, library->name);
  for (const char *const *name = library->functions; *name; name++) place_name(L, *name);
}

int main(void) {
  host_start();
  const char *path = board_argument("out");
  if (path == NULL) board_exit(2);
  out = host_open(path, HOST_CREATE);
  lua_State *L = luaL_newstate();
  if (luaL_loadbufferx(L, (const char *)SOURCE + SOURCE_AT, SOURCE->length, "=?", "t") != LUA_OK)
    board_fault(lua_tostring(L, -1));
  header.main = (Proto *)(PROGRAM_BASE + put_proto(((LClosure *)lua_topointer(L, -1))->p));
  const global_State *g = G(L);
  header.memory_message = placed_string(g->memerrmsg);
  for (int i = 0; i < TM_N; i++) header.events[i] = placed_string(g->tmname[i]);
  for (int i = 0; i < LIBRARIES; i++) place_names(L, &libraries[i]);
  header.length = end - 8;
  memcpy(image, &header, sizeof header);
  host_write(out, image, end);
  host_close(out);
  return 0;
}
