#include "wire.h"

#include "port.h"

#define CHECK 5 /* *hhhh */

static const char hex[] = "0123456789abcdef";

static uint16_t crc_of(uint16_t crc, uint8_t octet) {
  crc ^= (uint16_t)(octet << 8);
  for (int i = 0; i < 8; i++) crc = (uint16_t)(crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1);
  return crc;
}

static int is_whole(const char *line, size_t length) {
  if (length < 2 + CHECK || line[length - CHECK] != '*') return 0;
  uint16_t crc = 0xFFFF;
  for (size_t i = 0; i < length - CHECK; i++) crc = crc_of(crc, (uint8_t)line[i]);
  for (int i = 0; i < 4; i++)
    if (line[length - 4 + i] != hex[crc >> (12 - 4 * i) & 15]) return 0;
  return 1;
}

Line wire_read(void) {
  static char line[2 + WIRE_MAX_TEXT + CHECK];
  for (;;) {
    size_t length = 0;
    int fits = 1;
    for (uint8_t octet; (octet = port_read()) != '\n';) {
      if (length == sizeof line) fits = 0;
      else line[length++] = (char)octet;
    }
    /* The host begins a line that it repeats with a line feed, to end whatever piece of it is lying here. */
    if (length == 0) continue;
    if (fits && is_whole(line, length)) return (Line){line[0], line[1], line + 2, length - 2 - CHECK};
    wire_write('0', '!', "", 0);
  }
}

static uint16_t send(uint16_t crc, char octet) {
  port_write((uint8_t)octet);
  return crc_of(crc, (uint8_t)octet);
}

void wire_write(char digit, char kind, const char *text, size_t length) {
  uint16_t crc = send(send(0xFFFF, digit), kind);
  for (size_t i = 0; i < length; i++) crc = send(crc, text[i] == '\n' ? '\t' : text[i]);
  port_write('*');
  for (int i = 0; i < 4; i++) port_write((uint8_t)hex[crc >> (12 - 4 * i) & 15]);
  port_write('\n');
}
