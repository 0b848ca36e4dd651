/* STM32F4 as far as QEMU's netduinoplus2 models it: USART1 and TIM2. No clock tree: QEMU has none. */
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

#define NVIC_ISER1 REGISTER(0xE000E104)
#define NVIC_ICER1 REGISTER(0xE000E184)
#define NVIC_ICPR1 REGISTER(0xE000E284)
#define USART1_IRQ (1u << (37 - 32))

const uint32_t board_ticks_per_million = 168000;

void board_start(void) {
  /* Interrupts stay masked but for the tick: the UART's only ends a wait. */
  __asm volatile("cpsid i");
  USART1_CR1 = (1u << 13) | RXNE | (1u << 3) | (1u << 2);
  NVIC_ISER1 = USART1_IRQ;
  TIM2_PSC = 0;
  TIM2_ARR = 0xFFFFFFFFu;
  TIM2_EGR = 1;
  TIM2_CR1 = 1;
}

void uart_wakes(int on) {
  if (on) {
    NVIC_ISER1 = USART1_IRQ;
  } else {
    NVIC_ICER1 = USART1_IRQ;
    NVIC_ICPR1 = USART1_IRQ;
  }
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
