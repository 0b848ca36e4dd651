import type { LoraChannel } from "@songbai/sdk/board/lora";

/**
 * The two sides of a device's board. A runtime carries the program's wishes to the hardware (`Hardware`) and what the hardware
 * has to tell to the program (`Program`). Neither knows how the other is made.
 */

/** What a program asks of its board. Arguments are those of the `Board` interface. */
export interface Hardware {
  uptimeMs(): number;
  epochSeconds(): number;
  setTimer(id: number, delayMs: number): void;
  cancelTimer(id: number): void;
  transmit(frame: Uint8Array, channel: LoraChannel, powerDbm: number): void;
  receive(channel: LoraChannel, timeoutMs: number): void;
  /** Hears whether nobody sends there. */
  sense(channel: LoraChannel): void;
  /** Told after the program's own flash has taken it. */
  programmed(address: number, octets: Uint8Array): void;
  erased(sector: number): void;
  buzz(onMs: number, offMs: number, times: number): void;
  startAccelerometer(rateHz: number, rangeG: number, watermark: number): void;
  stopAccelerometer(): void;
  log(event: number, value: number): void;
  readonly ble: BleHardware;
  readonly modem: ModemHardware;
}

export interface BleHardware {
  /** Every `intervalMs`; 0: no more. */
  advertise(data: Uint8Array, intervalMs: number): void;
  send(pdu: Uint8Array): void;
  disconnect(): void;
}

export interface ModemHardware {
  attach(on: boolean): void;
  /** `transport`: TCP, TLS or UDP of the SDK's `bearer/cellular/transport`. */
  open(transport: number, host: string, port: number): void;
  send(octets: Uint8Array): void;
  close(): void;
}

/** What a board tells its program. */
export interface Program {
  /** Power on. `flash` is the image of the part. */
  boot(power: PowerOn): void;
  timer(id: number): void;
  /** x, y, z of `count` samples, mg. */
  samples(values: Int32Array, count: number): void;
  button(pressed: boolean): void;
  sent(): void;
  /** A frame was heard; `undefined`: the window has closed without one. */
  received(frame: Uint8Array | undefined): void;
  sensed(clear: boolean): void;
  battery(percent: number): void;
  /** The central has come or gone; `level`: security level of the connection, also told when it changes. */
  bleLink(connected: boolean, level: number): void;
  blePdu(pdu: Uint8Array): void;
  bleSent(): void;
  modemAttached(on: boolean): void;
  modemOpen(on: boolean): void;
  /** At most 512 octets. */
  modemData(octets: Uint8Array): void;
  modemSent(): void;
  /** Bytes of live heap at their peak, where the runtime can tell. */
  peakHeapBytes?(): number | undefined;
  heapAfterBootBytes?(): number | undefined;
  close?(): void;
}

export interface PowerOn {
  /** Seed of the device's random generator, int32. */
  readonly seed: number;
  readonly epochSeconds: number;
  readonly flash: Uint8Array;
  readonly sectorBytes: number;
  readonly batteryPercent: number;
}
