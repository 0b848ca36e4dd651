/*
 * A program in flash: Lua source, or an image, which is run where it lies. Integers are little-endian words.
 *
 * In an image the functions of the program (Lua's Proto, its code, constants, line numbers) are as they would be in memory, each
 * pointer resolved for the address PROGRAM_BASE. They are marked as the garbage collector marks what it is done with, so it
 * neither enters nor frees them. Only strings must be in RAM, where Lua interns them. They are made first thing after the
 * libraries, in the order of the image's table; as nothing before them depends on anything, they get the same addresses on each
 * start, and the constants in flash point there. The loader checks each address.
 *
 * compile.c makes an image with the strings by number; `m4 link=FILE` tells their addresses; the host writes them in.
 */
#ifndef IMAGE_H
#define IMAGE_H

#include "lua.h"

/* Of another machine only if the compiler is told; images are made for this one. */
#ifndef PROGRAM_BASE
#define PROGRAM_BASE 0x08080000u
#endif
#define PROGRAM_SOURCE 0x4C625331u /* "1SbL" */
#define PROGRAM_IMAGE 0x49625331u  /* "1SbI" */

typedef struct Program {
  uint32_t kind;
  /* Of what follows: the source, or the rest of the image. */
  uint32_t length;
  /* Of an image only. Offsets are from the beginning of this header. */
  uint32_t strings, strings_at;
  /* Pairs of words: offset of a constant, number of its string. For the host. */
  uint32_t fixes, fixes_at;
  uint32_t main_at;
  /* The firmware it is for: the version of Lua. */
  uint32_t version;
} Program;

typedef struct ImageString {
  uint32_t address, length;
  /* Then the octets, filled up to a whole word. */
  char text[];
} ImageString;

/* Where the source begins in a PROGRAM_SOURCE. */
#define SOURCE_AT 8

/* Leaves the program's main function on the stack. */
void program_load(lua_State *L);
/* Writes the addresses of an image's strings to a file of the host, and exits. */
void program_link(lua_State *L, const char *path);

#endif
