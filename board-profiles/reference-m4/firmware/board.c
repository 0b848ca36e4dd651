/* STM32F4 as far as QEMU's netduinoplus2 models it: USART1, TIM2, SysTick. No clock tree: QEMU has none. */
#include "board.h"

#define USART1_SR REGISTER(0x40011000)
#define USART1_DR REGISTER(0x40011004)
#define USART1_CR1 REGISTER(0x4001100C)
#define RXNE (1u << 5)
#define TXE (1u << 7)

#define TIM2_CR1 REGISTER(0x40000000)
#define TIM2_EGR REGISTER(0x40000014)
#define TIM2_CNT REGISTER(0x40000024)
#define TIM2_PSC REGISTER(0x40000028)
#define TIM2_ARR REGISTER(0x4000002C)

#define SYST_CSR REGISTER(0xE000E010)
#define SYST_RVR REGISTER(0xE000E014)
#define SYST_CVR REGISTER(0xE000E018)

#define NVIC_ISER1 REGISTER(0xE000E104)
#define NVIC_ICER1 REGISTER(0xE000E184)
#define NVIC_ICPR1 REGISTER(0xE000E284)
#define USART1_IRQ (1u << (37 - 32))

void board_start(void) {
  /* Interrupts stay masked but for the tick of board_alarm: the UART's only ends a wait. */
  __asm volatile("cpsid i");
  USART1_CR1 = (1u << 13) | RXNE | (1u << 3) | (1u << 2);
  NVIC_ISER1 = USART1_IRQ;
  TIM2_PSC = 0;
  TIM2_ARR = 0xFFFFFFFFu;
  TIM2_EGR = 1;
  TIM2_CR1 = 1;
}

uint8_t uart_read(void) {
  while (!(USART1_SR & RXNE)) {
    __asm volatile("wfi");
    NVIC_ICPR1 = USART1_IRQ;
  }
  return (uint8_t)USART1_DR;
}

void uart_write(uint8_t octet) {
  while (!(USART1_SR & TXE)) {
  }
  USART1_DR = octet;
}

uint32_t board_instructions(void) { return TIM2_CNT; }

static volatile uint32_t wraps_left;
static void (*on_alarm)(void);

void board_alarm(uint32_t wraps, void (*late)(void)) {
  __asm volatile("cpsid i");
  SYST_CSR = 0;
  wraps_left = wraps;
  on_alarm = late;
  if (wraps == 0) {
    /* A tick that is pending would end each wait at once. */
    REGISTER(0xE000ED04) = 1u << 25;
    NVIC_ISER1 = USART1_IRQ;
    return;
  }
  /* The UART's interrupt has no handler: it only ends a wait. */
  NVIC_ICER1 = USART1_IRQ;
  NVIC_ICPR1 = USART1_IRQ;
  /* 168 ticks are 1000 instructions. */
  SYST_RVR = 0xFFFFFFu;
  SYST_CVR = 0;
  SYST_CSR = 7;
  __asm volatile("cpsie i");
}

void board_tick(void) {
  if (wraps_left > 0 && --wraps_left == 0) on_alarm();
}

void board_reset(void) {
  REGISTER(0xE000ED0C) = 0x05FA0004;
  for (;;) {
  }
}
