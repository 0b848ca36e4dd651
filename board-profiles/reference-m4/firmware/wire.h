/*
 * Lines on the UART. Each way: a digit, a kind, text, `*`, CRC-16 (CCITT, from FFFF) of all before the `*` in four hexadecimal
 * digits, and a line feed. Text is printable; a line feed in it travels as a tab.
 *
 * The host sends a line and waits for its answer, which has the same digit. It sends the line again when the answer is garbled,
 * is `!` (the line came garbled), or does not come. A line with the digit of the last one is not carried out again: the board
 * sends the answer that it has kept.
 *
 *   host   >line  an event of the board link     board  =text  the answer
 *          ?      the figures                           -text  the program failed, and how
 *          ~      the figures, garbage collected
 *          %      when the last event changed flash:    !      a line came garbled, or the board has started
 *                 instructions, from and to, each
 *          /n     power goes n instructions into
 *                 the next event
 *          ^      reset
 */
#ifndef WIRE_H
#define WIRE_H

#include <stddef.h>

/* Longer ones are taken for garbled. The host knows this bound from profile.json. */
#define WIRE_MAX_TEXT 1000

typedef struct Line {
  char digit, kind;
  const char *text;
  size_t length;
} Line;

/* Waits for a line that came whole. It is good until the next call. */
Line wire_read(void);
void wire_write(char digit, char kind, const char *text, size_t length);

#endif
