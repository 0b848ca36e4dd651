/** What the desk board uses of johnny-five 2.1 and firmata-io 2.3, which come without types. */
declare module "firmata-io" {
  import type { EventEmitter } from "node:events";

  /** The host's end of the Firmata protocol. Emits `connect` when its transport emits `open`, and `ready` after the handshake. */
  class Firmata extends EventEmitter {
    constructor(transport: EventEmitter, options: { readonly reportVersionTimeout: number });
    readonly pins: readonly { readonly supportedModes: readonly number[] }[];
    /** Ignores messages of this kind from now on, on all boards. */
    clearSysexResponse(command: number): void;
    /** Asks for this pin's port, now and at each change. */
    reportDigitalPin(pin: number, on: 0 | 1): void;
    /** Milliseconds, at least 10. */
    setSamplingInterval(ms: number): void;
    i2cConfig(options: { readonly address: number }): void;
    i2cWrite(address: number, register: number, octets: readonly number[]): void;
    /** Reads `count` octets from `register` on, once an interval. */
    i2cRead(address: number, register: number, count: number, onReply: (octets: readonly number[]) => void): void;
    i2cStop(address: number): void;
  }
  const bound: { readonly Firmata: typeof Firmata };
  export default bound;
}

declare module "johnny-five" {
  import type { EventEmitter } from "node:events";

  interface BoardOptions {
    readonly io: EventEmitter;
    readonly repl: false;
    readonly debug: false;
    readonly sigint: false;
  }
  interface PartOptions {
    readonly board: EventEmitter;
    readonly pin: number;
  }
  const five: {
    readonly Board: new (options: BoardOptions) => EventEmitter;
    /** Emits `close` and `open`, debounced, at each report of its pin. Normally open, against ground, with the pull-up on. */
    readonly Switch: new (
      options: PartOptions,
    ) => EventEmitter;
    readonly Led: new (options: PartOptions) => { on(): void; off(): void };
  };
  export default five;
}
