/*
 * What compiled programs use of Lua's libraries (tools/src/compile/lua), and little more: the rest would take 5 kB of the heap.
 * Strings have no methods.
 */
#ifndef LIBRARIES_H
#define LIBRARIES_H

#include "lua.h"

typedef struct Library {
  /* NULL: its functions are globals. */
  const char *name;
  lua_CFunction open;
  const char *const *functions;
} Library;

#define LIBRARIES 4
extern const Library libraries[LIBRARIES];

/* Makes the table of globals, with the libraries. */
int open_libraries(lua_State *L);

#endif
