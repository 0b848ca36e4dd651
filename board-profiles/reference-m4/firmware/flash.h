/*
 * The board's NOR flash, which the device program gets as the SDK's `Flash` (sdk/src/board/flash.ts): an object of functions on
 * tables of octets from 0 on. This is the driver; the cells are a back-end without rules.
 *
 * NOR rules: an erased octet is FF; programming only clears bits, and is refused as a whole, before anything has changed, where a
 * bit would have to rise; erasing takes a whole sector. Both go octet by octet from the lowest address, as far as power lasts.
 */
#ifndef FLASH_H
#define FLASH_H

#include <stddef.h>
#include <stdint.h>

#include "lua.h"

/* As profile.json has them. */
#define FLASH_BYTES (256u * 1024)
#define FLASH_SECTOR_BYTES 4096u

/* Pushes the flash object; answers 0, and pushes nothing, when the board was started without cells. */
int flash_push(lua_State *L);

/*
 * When, in instructions since the event began, cells began and ceased to change, by a piece of a program or an erase: the last event's,
 * as far as they fit.
 */
#define FLASH_MOST_CHANGES 40
typedef struct FlashChange {
  uint32_t began, ended;
} FlashChange;
extern FlashChange flash_changes[FLASH_MOST_CHANGES];
extern uint32_t flash_change_count;
/* Begins a new event's. */
void flash_mark(uint32_t instructions);

/* The back-end: answers whether there is one. Ranges are within FLASH_BYTES. */
int cells_start(void);
void cells_read(uint32_t address, uint8_t *into, size_t length);
void cells_write(uint32_t address, const uint8_t *from, size_t length);

#endif
