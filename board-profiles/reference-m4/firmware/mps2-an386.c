/* Arm's MPS2 with a Cortex-M4 (AN386) as far as QEMU models it: UART 0 and timer 0 of the CMSDK. */
#include "board.h"

#define UART_DATA REGISTER(0x40004000)
#define UART_STATE REGISTER(0x40004004)
#define UART_CTRL REGISTER(0x40004008)
#define UART_INTERRUPT REGISTER(0x4000400C)
#define UART_BAUDDIV REGISTER(0x40004010)
#define TX_FULL 1u
#define RX_FULL 2u

#define TIMER_CTRL REGISTER(0x40000000)
#define TIMER_VALUE REGISTER(0x40000004)
#define TIMER_RELOAD REGISTER(0x40000008)
/* It counts down at 25 MHz. */
#define INSTRUCTIONS_A_TICK 40u

#define NVIC_ISER0 REGISTER(0xE000E100)
#define NVIC_ICER0 REGISTER(0xE000E180)
#define NVIC_ICPR0 REGISTER(0xE000E280)
#define UART_RX_IRQ 1u

const uint32_t board_ticks_per_million = 25000;

void board_start(void) {
  __asm volatile("cpsid i");
  UART_BAUDDIV = 16;
  UART_CTRL = 1u | 2u | 8u; /* send, receive, tell of what was received */
  NVIC_ISER0 = UART_RX_IRQ;
  TIMER_RELOAD = 0xFFFFFFFFu;
  TIMER_VALUE = 0xFFFFFFFFu;
  TIMER_CTRL = 1;
}

void uart_wakes(int on) {
  if (on) {
    NVIC_ISER0 = UART_RX_IRQ;
  } else {
    NVIC_ICER0 = UART_RX_IRQ;
    NVIC_ICPR0 = UART_RX_IRQ;
  }
}

uint8_t uart_read(void) {
  while (!(UART_STATE & RX_FULL)) {
    __asm volatile("wfi");
    UART_INTERRUPT = RX_FULL;
    NVIC_ICPR0 = UART_RX_IRQ;
  }
  return (uint8_t)UART_DATA;
}

void uart_write(uint8_t octet) {
  while (UART_STATE & TX_FULL) {
  }
  UART_DATA = octet;
}

/* Forty at a time. */
uint32_t board_instructions(void) { return (0xFFFFFFFFu - TIMER_VALUE) * INSTRUCTIONS_A_TICK; }
