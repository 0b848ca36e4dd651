/*
 * Makes an image of a program's source. Runs at build time, on an emulated board with 4 MB of RAM: compiling takes three times
 * the memory that the functions do, and writing them down needs the target's own layout of Lua's structures.
 */
#include <string.h>

#include "board.h"
#include "image.h"
#include "lauxlib.h"
#include "lobject.h"
#include "lstate.h"
#include "lgc.h"

/* Where the host has put the source. */
#define SOURCE ((const Program *)0x00200000)
#define MAX_STRINGS 8192

static uint8_t image[1024 * 1024];
static uint32_t end = sizeof(Program);
static const TString *strings[MAX_STRINGS];
static uint32_t string_count, fixes[2 * 16384], fix_count;
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

static uint32_t number_of(const TString *string) {
  size_t length = tsslen(string);
  for (uint32_t i = 0; i < string_count; i++)
    if (tsslen(strings[i]) == length && memcmp(getstr(strings[i]), getstr(string), length) == 0) return i;
  if (string_count == MAX_STRINGS) board_fault("the program has too many strings");
  strings[string_count] = string;
  return string_count++;
}

static void *placed_constants(const Proto *proto) {
  static const TValue none;
  if (proto->sizek == 0) return NULL;
  uint32_t at = end;
  for (int i = 0; i < proto->sizek; i++) {
    /* Field by field, so that what lies between them is the same in each build. */
    TValue value = none;
    value.value_ = proto->k[i].value_;
    value.tt_ = proto->k[i].tt_;
    if (ttisstring(&value)) {
      if (fix_count == sizeof fixes / sizeof *fixes / 2) board_fault("the program has too many constants");
      fixes[2 * fix_count] = at + (uint32_t)i * sizeof(TValue);
      fixes[2 * fix_count++ + 1] = number_of(tsvalue(&value));
    }
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

int main(void) {
  host_start();
  const char *path = board_argument("out");
  if (path == NULL) board_exit(2);
  out = host_open(path, HOST_CREATE);
  lua_State *L = luaL_newstate();
  if (luaL_loadbufferx(L, (const char *)SOURCE + SOURCE_AT, SOURCE->length, "=?", "t") != LUA_OK)
    board_fault(lua_tostring(L, -1));
  Program header = {.kind = PROGRAM_IMAGE, .version = LUA_VERSION_NUM};
  header.main_at = put_proto(((LClosure *)lua_topointer(L, -1))->p);
  header.strings = string_count;
  header.strings_at = end;
  for (uint32_t i = 0; i < string_count; i++) {
    ImageString string = {0, tsslen(strings[i])};
    put(&string, sizeof string);
    put(getstr(strings[i]), string.length);
  }
  header.fixes = fix_count;
  header.fixes_at = end;
  put(fixes, fix_count * 2 * sizeof *fixes);
  header.length = end - 8;
  memcpy(image, &header, sizeof header);
  host_write(out, image, end);
  host_close(out);
  return 0;
}
