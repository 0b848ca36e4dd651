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
/* Whether an octet that comes ends a wait for an interrupt. */
void uart_wakes(int on);

/*
 * Under QEMU's -icount shift=0 an instruction takes a nanosecond of the board's time, so a timer counts instructions. It wraps after
 * 4.3 seconds.
 */
uint32_t board_instructions(void);

/* Ticks of the processor's own timer in a million instructions. */
extern const uint32_t board_ticks_per_million;
/* Calls `late` once, from an interrupt, when so many hundred million instructions have passed; 0 stops waiting. */
void board_alarm(uint32_t hundred_millions, void (*late)(void));
/* Ends the run with BOARD_CUT when so many instructions have passed, up to 99 million; takes the place of the alarm. */
void board_cut(uint32_t instructions);
#define BOARD_CUT 77
void board_tick(void);

/* The value of `name=` on the command line that the host started the board with, or NULL. Ends at a blank or the line's end. */
const char *board_argument(const char *name);
uint32_t board_argument_number(const char *name, uint32_t otherwise);

/* Files of the host, and its standard streams. A read answers how much it read, of the streams as much as there is by then. */
enum { HOST_READ = 1, HOST_CHANGE = 3, HOST_CREATE = 5 };
int host_open(const char *path, uint32_t mode);
void host_seek(int file, uint32_t at);
size_t host_read(int file, void *into, size_t length);
void host_write(int file, const void *from, size_t length);
void host_close(int file);

void board_reset(void) __attribute__((noreturn));
void board_exit(uint32_t code) __attribute__((noreturn));
/* Sends the text as the answer to the line that is being handled, and ends the run. In main.c. */
void board_fault(const char *text) __attribute__((noreturn));

#endif
