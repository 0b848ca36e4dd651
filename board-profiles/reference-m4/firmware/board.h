/* What the firmware needs of the chip: a UART, a counter, a tick, and the host that QEMU's semihosting gives. */
#ifndef BOARD_H
#define BOARD_H

#include <stddef.h>
#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t *)(address))

void board_start(void);
/* Reads the command line. */
void host_start(void);

/* Waits for an octet from the UART. */
uint8_t uart_read(void);
void uart_write(uint8_t octet);

/* Under QEMU's -icount shift=0 an instruction takes a nanosecond, and TIM2 counts nanoseconds. It wraps after 4.3 seconds. */
uint32_t board_instructions(void);

/* Calls `late` once, from an interrupt, when `wraps` times 100 million instructions have passed; 0 stops waiting. */
void board_alarm(uint32_t wraps, void (*late)(void));
void board_tick(void);

/* The value of `name=` on the command line that the host started the board with, or NULL. Ends at a blank or the line's end. */
const char *board_argument(const char *name);
uint32_t board_argument_number(const char *name, uint32_t otherwise);

/* Files of the host. Only used at build time. */
int host_create(const char *path);
void host_write(int file, const void *from, size_t length);
void host_close(int file);

void board_reset(void) __attribute__((noreturn));
void board_exit(uint32_t code) __attribute__((noreturn));
/* Sends the text as the answer to the line that is being handled, and ends the run. In main.c. */
void board_fault(const char *text) __attribute__((noreturn));

#endif
