// A device's bearer and outbox on a simulated modem, in the simulated mobile network, before a hub that notes what it gets.
import { cellular } from "@songbai/sdk/bearer/cellular/cellular";
import { coap } from "@songbai/sdk/bearer/cellular/coap";
import { mqtt } from "@songbai/sdk/bearer/cellular/mqtt";
import { TCP, UDP } from "@songbai/sdk/bearer/cellular/transport";
import type { Timers } from "@songbai/sdk/board/clock";
import { prng } from "@songbai/sdk/lang/prng";
import { OK } from "@songbai/sdk/lang/result";
import { type CellNetwork, type CellSettings, cellNetwork, type FarEnd, GOOD_CELL } from "@songbai/sim/air/cell/network";
import { cellServers } from "@songbai/sim/air/cell/servers";
import type { RecordServer } from "@songbai/sim/air/record-server";
import { agenda } from "@songbai/sim/clock/agenda";
import { stream } from "@songbai/sim/clock/seed";
import { cellularModem, type ExtendedDrx, type PowerSaving } from "@songbai/sim/parts/modem";
import { type Current, meter } from "@songbai/sim/parts/power";
import { nativeModem } from "@songbai/sim/runtime/native-modem";
import { toHex } from "../../support/hex.ts";

export const DEVICE = "7A3F-11C0-0000-0042";

const current = (microamps: number): Current => ({ microamps, source: "test", confidence: "assumed" });
const POWER = {
  batteryMah: 100,
  derating: 1,
  always: {},
  during: {
    "cell search": current(1000),
    "cell connected": current(1000),
    "cell idle": current(100),
    "cell sleep": current(1),
  },
};

export interface BenchOptions {
  readonly protocol?: "mqtt" | "coap";
  readonly cell?: Partial<CellSettings>;
  readonly seed?: number;
  readonly psm?: PowerSaving;
  readonly edrx?: ExtendedDrx;
  readonly idleS?: number;
  readonly version?: 4 | 5;
  readonly blockBytes?: number;
  /** What the hub does with a record, beside noting it. */
  readonly record?: RecordServer["record"];
  readonly far?: (far: FarEnd) => FarEnd;
}

export function cellBench(options: BenchOptions = {}) {
  const { protocol = "mqtt", seed = 1 } = options;
  const time = agenda();
  const got: string[] = [];
  const heard: string[] = [];
  const waiting: Uint8Array[] = [];
  const server: RecordServer = {
    record(deviceId, sealed, timeS) {
      got.push(`${toHex(deviceId)} ${toHex(sealed)}`);
      return options.record?.(deviceId, sealed, timeS) ?? { answer: Uint8Array.of(0xac, sealed[0], sealed[1]) };
    },
    waiting: () => waiting.shift(),
  };
  const servers = cellServers({
    server,
    timeS: () => 1e9 + time.nowUs() / 1e6,
    ...(options.version === undefined ? {} : { version: options.version }),
  });
  const network: CellNetwork = cellNetwork(
    time,
    { ...GOOD_CELL, ...options.cell },
    stream(seed, "cell"),
    options.far?.(servers) ?? servers,
  );
  const energy = meter(POWER);
  const part = cellularModem({
    agenda: time,
    network,
    meter: energy,
    psm: options.psm,
    edrx: options.edrx,
    tell: {
      attached: (on) => native.modemAttached(on),
      open: (on) => native.modemOpen(on),
      data: (octets) => native.modemData(octets),
      sent: () => native.modemSent(),
    },
  });
  const native = nativeModem(part);
  const timers: Timers = {
    after: (delayMs, fire) => time.at(time.nowUs() + delayMs * 1000, fire),
    cancel: (id) => time.cancel(id),
  };
  const random = { next: prng(seed) };
  let ready = 0;
  const bearer = cellular(
    native.modem,
    timers,
    random,
    { transport: protocol === "mqtt" ? TCP : UDP, host: "hub.example", port: 1883, idleS: options.idleS ?? 0 },
    (send, events) =>
      protocol === "mqtt"
        ? mqtt(
            timers,
            send,
            {
              clientId: DEVICE,
              upTopic: `songbai/v1/${DEVICE}/up`,
              downTopic: `songbai/v1/${DEVICE}/down`,
              keepAliveS: 60,
              mostRecord: 64,
            },
            events,
          )
        : coap(timers, random, send, { path: ["r", DEVICE], blockBytes: options.blockBytes ?? 256 }, events),
    () => {
      ready++;
      work();
    },
    (octets, length) => heard.push(toHex(octets, length)),
  );

  /** Records that the hub has not answered yet, in order: what the outbox would do, without its pauses. */
  const queue: Uint8Array[] = [];
  let busy = false;
  let attempts = 0;
  function work(): void {
    const [record] = queue;
    if (busy || record === undefined || !bearer.isReady()) return;
    busy =
      bearer.send(record, record.length, () => {
        busy = false;
        if (heard.some((frame) => frame === `ac${toHex(record, 2)}`)) queue.shift();
        timers.after(500, work);
      }) === OK;
    if (busy) attempts++;
  }

  return {
    bearer,
    network,
    got,
    heard,
    waiting,
    queue,
    attempts: () => attempts,
    ready: () => ready,
    journal(record: Uint8Array): void {
      queue.push(record);
      work();
    },
    pass(seconds: number): void {
      const end = time.nowUs() + seconds * 1e6;
      while (time.step(end));
    },
    energy() {
      part.settle();
      return energy.energy(time.nowUs());
    },
  };
}

/** A record with that number, which stands in its first two octets. */
export function recordOf(number: number, length = 25): Uint8Array {
  return Uint8Array.from({ length }, (_, i) => (i === 0 ? number >> 8 : i === 1 ? number & 255 : (number * 7 + i) & 255));
}
