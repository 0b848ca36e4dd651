/* From power-on to main: the vector table, RAM, the floating point unit; and what happens when the processor faults. */
#include "board.h"

extern uint32_t _stack_top, _data, _data_end, _data_load, _bss, _bss_end;
int main(void);

void reset(void) {
  uint32_t *from = &_data_load;
  for (uint32_t *to = &_data; to < &_data_end;) *to++ = *from++;
  for (uint32_t *to = &_bss; to < &_bss_end;) *to++ = 0;
  /* CPACR: full access to coprocessors 10 and 11, the floating point unit. Lua's numbers are floats. */
  REGISTER(0xE000ED88) |= 0xFu << 20;
  __asm volatile("dsb\n isb");
  main();
  board_exit(0);
}

/* A fault ends the run with a sentence on the wire, so that no host waits for a board that will never answer. */
static void fault(void) {
  board_fault("the processor faulted");
}

__attribute__((section(".vectors"), used)) static void (*const vectors[16 + 38])(void) = {
    (void (*)(void))&_stack_top,
    reset,
    [2 ... 6] = fault,
    [11] = fault,
    [15] = board_tick,
    [16 ... 53] = fault,
};
