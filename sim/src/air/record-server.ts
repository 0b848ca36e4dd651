import type { OpenedRecord } from "./gateway.ts";

/**
 * What stands behind a bearer that carries sealed records as they are (BLE through a phone, MQTT, CoAP): the hub's entry for them. It
 * answers at once, in simulated time.
 */
export interface RecordServer {
  /**
   * Takes one sealed record of the device with that EUI-64, 8 octets; whoever carries it has no key and has checked nothing.
   * `timeS`: seconds since 1970. Throws `StoreFault` when it could not be stored: then it may come again.
   */
  record(deviceId: Uint8Array, sealed: Uint8Array, timeS: number): RecordOutcome;
  /** A downlink frame that waits for the device and came of no record, such as a command; once only. */
  waiting?(deviceId: Uint8Array, timeS: number): Uint8Array | undefined;
}

export interface RecordOutcome {
  /** What to hand to the device: what the hub now holds of its records. */
  readonly answer?: Uint8Array;
  /** The record that was opened. */
  readonly record?: OpenedRecord;
  /** Why it was refused, in one sentence. */
  readonly rejected?: string;
}
