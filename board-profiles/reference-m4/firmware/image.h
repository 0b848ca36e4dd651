/*
 * A program in flash: Lua source, or an image, which is run where it lies. Integers are little-endian words.
 *
 * In an image the functions of the program (Lua's Proto, its code, constants, line numbers) and its strings are as they would be
 * in memory, each pointer resolved for the address PROGRAM_BASE. They are marked as the garbage collector marks what it is done
 * with, so it neither enters nor frees them.
 *
 * Lua keeps each short string once, in a table of lists. Those of the image are lists already, and the image has the heads of
 * them: they are the table that a state begins with. What a program makes is put in front of them, and taken away from there. So
 * strings in flash are never written, as long as the table keeps its size: image.c sees to that.
 *
 * compile.c makes an image.
 */
#ifndef IMAGE_H
#define IMAGE_H

#include "lobject.h"
#include "lstate.h"

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
  /* Of an image only. The firmware it is for: the version of Lua. */
  uint32_t version;
  Proto *main;
  /* What Lua knows by heart: the names of metamethods, and what it says when there is no room to say anything. */
  TString *events[TM_N], *memory_message;
  TString *strings[MINSTRTABSIZE];
} Program;

/* Where the source begins in a PROGRAM_SOURCE. */
#define SOURCE_AT 8

/* Faults unless the image is whole and made for this firmware. */
void program_check(lua_State *L);
/* Leaves the program's main function on the stack. */
void program_load(lua_State *L);

#endif
