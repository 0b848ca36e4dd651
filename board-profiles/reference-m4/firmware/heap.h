/*
 * The heap of a Lua state: an arena in granules of 8 octets and a bit for each. Lua says how long a block is when it gives it
 * back, so blocks carry no header, and neighbours that are free are one free run without further ado. First fit.
 */
#ifndef HEAP_H
#define HEAP_H

#include <stddef.h>
#include <stdint.h>

#define HEAP_GRANULE 8
#ifndef HEAP_MAX_BYTES
#define HEAP_MAX_BYTES (192 * 1024)
#endif
#define HEAP_SIZES 8

typedef struct Heap {
  uint8_t *base;
  uint32_t granules;
  /* In granules. `reach` is the end of the highest block there ever was. */
  uint32_t used, peak, reach;
  /* Length of the last block for which there was no room. */
  uint32_t refused;
  /* No run of i + 1 free granules begins before hint[i]. */
  uint32_t hint[HEAP_SIZES];
  uint32_t map[HEAP_MAX_BYTES / HEAP_GRANULE / 32];
} Heap;

void heap_start(Heap *heap, void *base, size_t bytes);
/* The longest free run, in granules. */
uint32_t heap_longest(const Heap *heap);
/* A lua_Alloc. */
void *heap_alloc(void *heap, void *block, size_t before, size_t after);

#endif
