/*
 * Flash cells of mps2-an386: its PSRAM, which QEMU can keep in a file of the host. Each store lands there at once, so what stands
 * in it when power goes is what the next start finds.
 */
#include "flash.h"

static volatile uint8_t *const cells = (volatile uint8_t *)0x21000000;

int cells_start(void) { return 1; }

void cells_read(uint32_t address, uint8_t *into, size_t length) {
  for (size_t i = 0; i < length; i++) into[i] = cells[address + i];
}

/* An octet takes longer than a tick of the timer that cuts power, so that power can go between any two. */
static void settle(void) {
  for (int i = 0; i < 16; i++) __asm volatile("nop");
}

void cells_write(uint32_t address, const uint8_t *from, size_t length) {
  for (size_t i = 0; i < length; i++) {
    cells[address + i] = from[i];
    settle();
  }
}
