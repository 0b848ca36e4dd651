/*
 * Octets to and from the host, by one of two ways: the UART, or with `wire=streams` the debugger's standard streams, which move
 * blocks.
 *
 * QEMU hands a UART one octet a turn of its main loop, which takes 80 microseconds: a wearer's day is 40 million octets. The
 * streams carry the same lines, with the same digits and checks, thirty times as fast. They lose nothing and wait for nobody, so
 * what is to be shown of a UART is shown on the UART, which is what a board uses unless it is told otherwise.
 */
#ifndef PORT_H
#define PORT_H

#include <stdint.h>

void port_start(void);
/* Waits for an octet. */
uint8_t port_read(void);
/* What is written is on its way when a line feed has been. */
void port_write(uint8_t octet);

#endif
