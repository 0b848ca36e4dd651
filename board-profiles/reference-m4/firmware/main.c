/* A Lua program in flash, behind a UART: event lines in, effect lines out. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "board.h"
#include "flash.h"
#include "heap.h"
#include "image.h"
#include "lauxlib.h"
#include "libraries.h"
#include "lua.h"
#include "numbers.h"
#include "port.h"
#include "samples.h"
#include "wire.h"

/* In hundreds of millions of instructions: what one event may take before the program is stopped. */
#define EVENT_LIMIT 2

extern uint8_t _arena, _ram_end, _ram_end_compile;

static Heap heap;
static lua_State *state;
/* Once it has failed, why: the program stays dead. The text is on the Lua stack. */
static const char *failed;
static uint32_t instructions, used_after_load;
/* When in the next event power goes; 0: it stays. */
static uint32_t cut_at;
/* Its address is the flash's name among what the state holds. */
static const char flash;
/* Digit and kind of the last answer; its text lies at the bottom of the Lua stack, or in `answer_text`. */
static char digit = ' ', kind;
static const char *answer_text;
static size_t answer_length;

void board_fault(const char *text) {
  wire_write(digit, '-', text, strlen(text));
  board_exit(99);
}

static void answer(char as, const char *text, size_t length) {
  kind = as;
  answer_text = text;
  answer_length = length;
}

static int panic(lua_State *L) {
  const char *text = lua_tostring(L, -1);
  board_fault(text ? text : "an error that is no text");
}

static void stop(lua_State *L, lua_Debug *at) {
  lua_sethook(L, NULL, 0, 0);
  lua_getinfo(L, "l", at);
  lua_pushfstring(L, "?:%d: no end after %d00 million processor instructions in one event (endless loop?)", at->currentline,
                  EVENT_LIMIT);
  lua_error(L);
}

static void too_long(void) { lua_sethook(state, stop, LUA_MASKCOUNT, 1); }

static const char *out_of_memory(void) {
  static char text[96];
  snprintf(text, sizeof text, "not enough memory: %lu octets asked for, %lu free, at most %lu of them in one piece", (unsigned long)heap.refused * HEAP_GRANULE,
           (unsigned long)(heap.granules - heap.used) * HEAP_GRANULE, (unsigned long)heap_longest(&heap) * HEAP_GRANULE);
  return text;
}

/* Calls the function below `arguments` arguments under the time limit; the result or the error is the answer. */
static int run(int arguments, int results) {
  if (cut_at > 0) board_cut(cut_at);
  else board_alarm(EVENT_LIMIT, too_long);
  cut_at = 0;
  uint32_t began = board_instructions();
  flash_mark(began);
  int status = lua_pcall(state, arguments, results, 0);
  instructions = board_instructions() - began;
  board_alarm(0, NULL);
  if (status == LUA_OK) return 1;
  const char *text = lua_tostring(state, -1);
  failed = status == LUA_ERRMEM ? out_of_memory() : text ? text : "an error that is no text";
  answer('-', failed, strlen(failed));
  return 0;
}

/*
 * The stack is as long as a program ever needs it from the beginning, when the heap is empty, and stays where it is: one that grew in
 * the middle of an event would need a free run of twice its length.
 */
#define STACK_SLOTS 180

void __wrap_luaD_shrinkstack(lua_State *L) { (void)L; }

static lua_State *new_state(Heap *of) {
  lua_State *L = lua_newstate(heap_alloc, of);
  if (L == NULL) board_fault("not enough memory");
  lua_atpanic(L, panic);
  if (!lua_checkstack(L, STACK_SLOTS)) board_fault("not enough memory");
  program_check(L);
  /* Memory is scarcer than time: a collection begins when a fifth more is in use than the last one left, and goes fast. */
  lua_gc(L, LUA_GCSETPAUSE, 120);
  lua_gc(L, LUA_GCSETSTEPMUL, LUA_VERSION_NUM < 504 ? 2000 : 1000 /* the most that it takes */);
  lua_pushcfunction(L, open_libraries);
  lua_call(L, 0, 0);
  return L;
}

static int load(lua_State *L) {
  lua_register(L, "allocNumbers", numbers_alloc);
  lua_register(L, "numbersText", numbers_text);
  lua_register(L, "readSamples", samples_read);
  program_load(L);
  lua_call(L, 0, 0);
  if (lua_getglobal(L, "receive") != LUA_TFUNCTION) luaL_error(L, "no receive");
  if (flash_push(L)) lua_rawsetp(L, LUA_REGISTRYINDEX, &flash);
  return 0;
}

static int event(lua_State *L) {
  const Line *line = lua_touserdata(L, 1);
  lua_getglobal(L, "receive");
  lua_pushlstring(L, line->text, line->length);
  lua_rawgetp(L, LUA_REGISTRYINDEX, &flash);
  lua_call(L, 2, 1);
  if (lua_type(L, -1) != LUA_TSTRING) luaL_error(L, "no text but %s", luaL_typename(L, -1));
  return 1;
}

static void call(const Line *line) {
  lua_settop(state, 0);
  lua_pushcfunction(state, event);
  lua_pushlightuserdata(state, (void *)line);
  if (!run(1, 1)) return;
  size_t length;
  const char *text = lua_tolstring(state, -1, &length);
  answer('=', text, length);
}

static void handle(const Line *line) {
  static char figures[FLASH_MOST_CHANGES * 22 + 64];
  if (failed && line->kind != '^') {
    answer('-', failed, strlen(failed));
    return;
  }
  switch (line->kind) {
    case '>':
      call(line);
      break;
    case '~':
      lua_gc(state, LUA_GCCOLLECT, 0);
      /* fall through */
    case '?':
      snprintf(figures, sizeof figures, "%lu %lu %lu %lu %lu", (unsigned long)instructions,
               (unsigned long)heap.used * HEAP_GRANULE, (unsigned long)heap.peak * HEAP_GRANULE,
               (unsigned long)heap.reach * HEAP_GRANULE, (unsigned long)used_after_load);
      answer('=', figures, strlen(figures));
      break;
    case '%':
      for (uint32_t i = 0, end = 0; i < flash_change_count; i++) {
        const FlashChange *change = &flash_changes[i];
        end += (uint32_t)snprintf(figures + end, sizeof figures - end, "%lu %lu ", (unsigned long)change->began, (unsigned long)change->ended);
      }
      answer('=', figures, flash_change_count > 0 ? strlen(figures) : 0);
      break;
    case '/':
      cut_at = strtoul(line->text, NULL, 10);
      answer('=', "", 0);
      break;
    case '^':
      wire_write(line->digit, '=', "", 0);
      board_reset();
    default:
      answer('-', "the board does not know this kind of line", 41);
  }
}

int main(void) {
  host_start();
  board_start();
  port_start();
  uint32_t bytes = board_argument_number("heap", (uint32_t)(&_ram_end - &_arena));
  uint32_t most = (uint32_t)(&_ram_end_compile - &_arena);
  heap_start(&heap, &_arena, bytes < most ? bytes : most);
  state = new_state(&heap);
  lua_pushcfunction(state, load);
  int loaded = run(0, 0);
  if (loaded) {
    lua_gc(state, LUA_GCCOLLECT, 0);
    used_after_load = heap.used * HEAP_GRANULE;
    answer('=', "", 0);
  }
  /* Whatever came before was lost. */
  wire_write('0', '!', "", 0);
  for (;;) {
    Line line = wire_read();
    int is_new = line.digit != digit;
    digit = line.digit;
    if (is_new) handle(&line);
    wire_write(digit, kind, answer_text, answer_length);
  }
}
