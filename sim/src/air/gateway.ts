import type { LoraChannel } from "@songbai/sdk/board/lora";
import type { Reception } from "./lora-air.ts";

/**
 * What stands behind the gateway: a network server. It answers at once, in simulated time; how it is made is not the simulator's
 * business (`songbai run` puts the hub here).
 */
export interface NetworkServer {
  uplink(reception: Reception, timeS: number): UplinkOutcome;
  /** Of a server far away: its answer to the uplink it has just got. Simulated time stands still until it settles. */
  readonly later?: () => Promise<Downlink | undefined>;
}

/** A frame to send down after the end of an uplink. */
export interface Downlink {
  readonly frame: Uint8Array;
  readonly delayMs: number;
  readonly channel: LoraChannel;
  /** The next window, should the gateway not be able to serve this one. */
  readonly otherwise?: Omit<Downlink, "frame" | "otherwise">;
}

export interface UplinkOutcome {
  /** The frame to send down after the end of the uplink. */
  readonly downlink?: Downlink;
  /** The record that was opened, when there was one. */
  readonly record?: OpenedRecord;
  /** Why the frame or its record was refused, in one sentence. */
  readonly rejected?: string;
}

export interface OpenedRecord {
  readonly sequence: number;
  /** It had come before; it is acknowledged again and not stored. */
  readonly duplicate: boolean;
  readonly observations: readonly OpenedObservation[];
}

export interface OpenedObservation {
  readonly name: string;
  readonly kind: string;
  /** Seconds since 1970. */
  readonly time: number;
  readonly values: Readonly<Record<string, number>>;
}

/** Downlink power of a gateway, dBm. */
export const GATEWAY_POWER_DBM = 17;
