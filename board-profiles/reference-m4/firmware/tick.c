/* The processor's own timer: the limit of an event's time, and the power that goes at an instruction that was chosen. */
#include "board.h"

#define SYST_CSR REGISTER(0xE000E010)
#define SYST_RVR REGISTER(0xE000E014)
#define SYST_CVR REGISTER(0xE000E018)
#define ICSR REGISTER(0xE000ED04)
#define AIRCR REGISTER(0xE000ED0C)
#define MOST_TICKS 0xFFFFFFu

static volatile uint32_t ticks_left;
static void (*on_tick)(void);

static void start(uint32_t interval, uint32_t count, void (*then)(void)) {
  ticks_left = count;
  on_tick = then;
  /* The UART's interrupt has no handler: it only ends a wait. */
  uart_wakes(0);
  SYST_RVR = interval;
  SYST_CVR = 0;
  SYST_CSR = 7;
  __asm volatile("cpsie i");
}

static void stop(void) {
  __asm volatile("cpsid i");
  SYST_CSR = 0;
  ticks_left = 0;
  /* A tick that is pending would end each wait at once. */
  ICSR = 1u << 25;
  uart_wakes(1);
}

void board_alarm(uint32_t hundred_millions, void (*late)(void)) {
  stop();
  uint32_t interval = 100 * board_ticks_per_million;
  if (hundred_millions > 0) start(interval < MOST_TICKS ? interval : MOST_TICKS, hundred_millions, late);
}

static void power_goes(void) { board_exit(BOARD_CUT); }

void board_cut(uint32_t instructions) {
  stop();
  uint32_t interval = (uint32_t)((uint64_t)instructions * board_ticks_per_million / 1000000);
  start(interval == 0 ? 1 : interval < MOST_TICKS ? interval : MOST_TICKS, 1, power_goes);
}

void board_tick(void) {
  if (ticks_left > 0 && --ticks_left == 0) on_tick();
}

void board_reset(void) {
  AIRCR = 0x05FA0004;
  for (;;) {
  }
}
