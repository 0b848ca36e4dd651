/*
 * Flash cells of netduinoplus2: a file of the host, which stands for a NOR chip beside the processor, as QEMU's model of the
 * processor's own flash is read-only. `flash=FILE`, as long as the flash is large. A piece that is written lands as a whole.
 */
#include "board.h"
#include "flash.h"

static int file = -1;

int cells_start(void) {
  const char *path = board_argument("flash");
  if (path && file < 0) file = host_open(path, HOST_CHANGE);
  return file >= 0;
}

void cells_read(uint32_t address, uint8_t *into, size_t length) {
  host_seek(file, address);
  host_read(file, into, length);
}

void cells_write(uint32_t address, const uint8_t *from, size_t length) {
  host_seek(file, address);
  host_write(file, from, length);
}
