/* The host behind the emulator: its command line, its files, the end of the run. These are debugger calls that QEMU answers. */
#include <stdlib.h>
#include <string.h>

#include "board.h"

static char command_line[256];

static int host(int operation, const void *argument) {
  register int r0 __asm("r0") = operation;
  register const void *r1 __asm("r1") = argument;
  __asm volatile("bkpt 0xAB" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

void host_start(void) {
  struct { char *at; int length; } line = {command_line, sizeof command_line - 1};
  if (host(0x15, &line) != 0) command_line[0] = 0;
}

const char *board_argument(const char *name) {
  size_t length = strlen(name);
  for (const char *at = command_line; *at;) {
    if (strncmp(at, name, length) == 0 && at[length] == '=') return at + length + 1;
    while (*at && *at != ' ') at++;
    while (*at == ' ') at++;
  }
  return NULL;
}

uint32_t board_argument_number(const char *name, uint32_t otherwise) {
  const char *value = board_argument(name);
  return value ? strtoul(value, NULL, 10) : otherwise;
}

int host_open(const char *path, uint32_t mode) {
  struct { const char *path; uint32_t mode, length; } open = {path, mode, strcspn(path, " ")};
  return host(0x01, &open);
}

void host_seek(int file, uint32_t at) {
  uint32_t seek[] = {(uint32_t)file, at};
  host(0x0A, seek);
}

size_t host_read(int file, void *into, size_t length) {
  struct { uint32_t file; void *into; uint32_t length; } read = {(uint32_t)file, into, length};
  return length - (uint32_t)host(0x06, &read);
}

void host_write(int file, const void *from, size_t length) {
  struct { uint32_t file; const void *from; uint32_t length; } write = {(uint32_t)file, from, length};
  if (host(0x05, &write) != 0) board_exit(98);
}

void host_close(int file) {
  uint32_t close = (uint32_t)file;
  host(0x02, &close);
}

void board_exit(uint32_t code) {
  struct { uint32_t reason, code; } exit = {0x20026 /* the application ends */, code};
  host(0x20, &exit);
  for (;;) {
  }
}
