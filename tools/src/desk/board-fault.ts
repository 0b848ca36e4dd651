import { DeviceFault } from "@songbai/sim/runtime/fault";

/** The board on the desk does not do what it should. The message is one sentence: what, and what to look at. */
export class BoardFault extends DeviceFault {}
