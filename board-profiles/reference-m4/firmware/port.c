#include "port.h"

#include <string.h>

#include "board.h"

static int by_streams, in, out;
static uint8_t coming[512], going[512];
static size_t taken, came, gone;

void port_start(void) {
  const char *wire = board_argument("wire");
  by_streams = wire && strncmp(wire, "streams", 7) == 0;
  if (!by_streams) return;
  in = host_open(":tt", HOST_READ);
  out = host_open(":tt", HOST_CREATE);
}

uint8_t port_read(void) {
  if (!by_streams) return uart_read();
  while (taken == came) {
    taken = 0;
    came = host_read(in, coming, sizeof coming);
  }
  return coming[taken++];
}

void port_write(uint8_t octet) {
  if (!by_streams) {
    uart_write(octet);
    return;
  }
  going[gone++] = octet;
  if (octet == '\n' || gone == sizeof going) {
    host_write(out, going, gone);
    gone = 0;
  }
}
