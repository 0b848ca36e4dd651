#include "flash.h"

#include <string.h>

#include "board.h"

/* sdk/src/lang/result.ts */
#define OK 0
#define OUT_OF_RANGE (-2)
#define NOT_BLANK (-3)

#define PIECE 128u

FlashChange flash_changes[FLASH_MOST_CHANGES];
uint32_t flash_change_count;
static uint32_t event_began;

void flash_mark(uint32_t instructions) {
  event_began = instructions;
  flash_change_count = 0;
}

static void change_begins(void) {
  if (flash_change_count < FLASH_MOST_CHANGES) flash_changes[flash_change_count].began = board_instructions() - event_began;
}

static void change_ends(void) {
  if (flash_change_count < FLASH_MOST_CHANGES) flash_changes[flash_change_count++].ended = board_instructions() - event_began;
}

/* The arguments of read and program: address, table, first index, length. */
typedef struct Range {
  lua_Integer address, at, length;
} Range;

static int is_outside(lua_State *L, Range *range) {
  range->address = lua_tointeger(L, 1);
  range->at = lua_tointeger(L, 3);
  range->length = lua_tointeger(L, 4);
  lua_Integer size = FLASH_BYTES;
  return range->address < 0 || range->length < 0 || range->length > size || range->address > size - range->length;
}

static uint32_t piece_of(const Range *range, lua_Integer done) {
  lua_Integer rest = range->length - done;
  return rest < (lua_Integer)PIECE ? (uint32_t)rest : PIECE;
}

static int answer(lua_State *L, int result) {
  lua_pushinteger(L, result);
  return 1;
}

static int flash_read(lua_State *L) {
  Range range;
  if (is_outside(L, &range)) return answer(L, OUT_OF_RANGE);
  uint8_t cells[PIECE];
  for (lua_Integer done = 0; done < range.length; done += PIECE) {
    uint32_t length = piece_of(&range, done);
    cells_read((uint32_t)(range.address + done), cells, length);
    for (uint32_t i = 0; i < length; i++) {
      lua_pushinteger(L, cells[i]);
      lua_rawseti(L, 2, range.at + done + (lua_Integer)i);
    }
  }
  return answer(L, OK);
}

/* What the cells will be once a piece is programmed. Answers whether no bit would have to rise. */
static int piece_to_program(lua_State *L, const Range *range, lua_Integer done, uint8_t *cells, uint32_t length) {
  int falls = 1;
  cells_read((uint32_t)(range->address + done), cells, length);
  for (uint32_t i = 0; i < length; i++) {
    lua_rawgeti(L, 2, range->at + done + (lua_Integer)i);
    uint8_t octet = (uint8_t)lua_tointeger(L, -1);
    lua_pop(L, 1);
    if ((cells[i] & octet) != octet) falls = 0;
    cells[i] &= octet;
  }
  return falls;
}

static int flash_program(lua_State *L) {
  Range range;
  if (is_outside(L, &range)) return answer(L, OUT_OF_RANGE);
  uint8_t cells[PIECE];
  for (lua_Integer done = 0; done < range.length; done += PIECE)
    if (!piece_to_program(L, &range, done, cells, piece_of(&range, done))) return answer(L, NOT_BLANK);
  for (lua_Integer done = 0; done < range.length; done += PIECE) {
    uint32_t length = piece_of(&range, done);
    piece_to_program(L, &range, done, cells, length);
    change_begins();
    cells_write((uint32_t)(range.address + done), cells, length);
    change_ends();
  }
  return answer(L, OK);
}

static int flash_erase(lua_State *L) {
  lua_Integer sector = lua_tointeger(L, 1);
  if (sector < 0 || sector >= (lua_Integer)(FLASH_BYTES / FLASH_SECTOR_BYTES)) return answer(L, OUT_OF_RANGE);
  uint8_t blank[PIECE];
  memset(blank, 0xFF, sizeof blank);
  change_begins();
  for (uint32_t done = 0; done < FLASH_SECTOR_BYTES; done += PIECE)
    cells_write((uint32_t)sector * FLASH_SECTOR_BYTES + done, blank, PIECE);
  change_ends();
  return answer(L, OK);
}

static void set_function(lua_State *L, const char *name, lua_CFunction function) {
  lua_pushcfunction(L, function);
  lua_setfield(L, -2, name);
}

static void set_number(lua_State *L, const char *name, lua_Integer value) {
  lua_pushinteger(L, value);
  lua_setfield(L, -2, name);
}

int flash_push(lua_State *L) {
  if (!cells_start()) return 0;
  lua_createtable(L, 0, 5);
  set_number(L, "sizeBytes", FLASH_BYTES);
  set_number(L, "sectorBytes", FLASH_SECTOR_BYTES);
  set_function(L, "read", flash_read);
  set_function(L, "program", flash_program);
  set_function(L, "erase", flash_erase);
  return 1;
}
