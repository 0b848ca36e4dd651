#include "heap.h"

#include <string.h>

static uint32_t granules_of(size_t bytes) { return (bytes + HEAP_GRANULE - 1) / HEAP_GRANULE; }

void heap_start(Heap *heap, void *base, size_t bytes) {
  memset(heap, 0, sizeof *heap);
  heap->base = base;
  heap->granules = bytes / HEAP_GRANULE;
  if (heap->granules > HEAP_MAX_BYTES / HEAP_GRANULE) heap->granules = HEAP_MAX_BYTES / HEAP_GRANULE;
}

/* The first granule from `at` on whose bit is `bit`, or `end`. */
static uint32_t find(const Heap *heap, uint32_t at, uint32_t end, uint32_t bit) {
  uint32_t flip = bit ? 0 : ~0u;
  while (at < end) {
    uint32_t word = (heap->map[at / 32] ^ flip) >> (at % 32);
    if (word != 0) {
      at += (uint32_t)__builtin_ctz(word);
      return at < end ? at : end;
    }
    at = (at | 31) + 1;
  }
  return end;
}

static void mark(Heap *heap, uint32_t at, uint32_t length, uint32_t bit) {
  while (length > 0) {
    uint32_t shift = at % 32;
    uint32_t part = length < 32 - shift ? length : 32 - shift;
    uint32_t mask = (part == 32 ? ~0u : (1u << part) - 1) << shift;
    if (bit) heap->map[at / 32] |= mask;
    else heap->map[at / 32] &= ~mask;
    at += part;
    length -= part;
  }
}

static void take(Heap *heap, uint32_t at, uint32_t length) {
  mark(heap, at, length, 1);
  heap->used += length;
  if (heap->used > heap->peak) heap->peak = heap->used;
  if (at + length > heap->reach) heap->reach = at + length;
}

static void give(Heap *heap, uint32_t at, uint32_t length) {
  mark(heap, at, length, 0);
  heap->used -= length;
  for (uint32_t i = 0; i < HEAP_SIZES; i++) {
    uint32_t first = at > i ? at - i : 0;
    if (heap->hint[i] > first) heap->hint[i] = first;
  }
}

uint32_t heap_longest(const Heap *heap) {
  uint32_t longest = 0;
  for (uint32_t at = 0; (at = find(heap, at, heap->granules, 0)) < heap->granules;) {
    uint32_t end = find(heap, at, heap->granules, 1);
    if (end - at > longest) longest = end - at;
    at = end;
  }
  return longest;
}

/* Where the lowest free run of that length begins, or the end of the heap. */
static uint32_t lowest(const Heap *heap, uint32_t length) {
  uint32_t at = heap->hint[length < HEAP_SIZES ? length - 1 : HEAP_SIZES - 1];
  for (;;) {
    at = find(heap, at, heap->granules, 0);
    if (length > heap->granules - at) return heap->granules;
    uint32_t end = find(heap, at, at + length, 1);
    if (end == at + length) return at;
    at = end;
  }
}

static void *allocate(Heap *heap, uint32_t length) {
  uint32_t at = lowest(heap, length);
  if (at == heap->granules) {
    heap->refused = length;
    return NULL;
  }
  take(heap, at, length);
  if (length <= HEAP_SIZES) heap->hint[length - 1] = at + length;
  return heap->base + at * HEAP_GRANULE;
}

void *heap_alloc(void *of, void *block, size_t before, size_t after) {
  Heap *heap = of;
  uint32_t length = granules_of(after);
  if (block == NULL) return length == 0 ? NULL : allocate(heap, length);
  uint32_t at = (uint32_t)((uint8_t *)block - heap->base) / HEAP_GRANULE;
  uint32_t old = granules_of(before);
  if (length <= old) {
    if (length < old) give(heap, at + length, old - length);
    return length == 0 ? NULL : block;
  }
  if (length - old <= heap->granules - (at + old) && find(heap, at + old, at + length, 1) == at + length) {
    take(heap, at + old, length - old);
    return block;
  }
  void *moved = allocate(heap, length);
  if (moved == NULL) return NULL;
  memcpy(moved, block, before);
  give(heap, at, old);
  return moved;
}
