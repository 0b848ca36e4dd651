/** The watch's way over BLE on the simulated air, hosts around it, and a clock that runs faster than they answer. */
import type { Bearer } from "@songbai/sdk/bearer/bearer";
import { type Gatt, gatt } from "@songbai/sdk/bearer/ble/gatt";
import { overBleWith } from "@songbai/sdk/device/over-ble";
import type { Wiring } from "@songbai/sdk/device/wiring";
import type { Bytes } from "@songbai/sdk/lang/intrinsics";
import { type BleAir, type BleAirSettings, bleAir } from "@songbai/sim/air/ble/air";
import { type Controller, controller } from "@songbai/sim/air/ble/controller";
import { type Agenda, agenda } from "@songbai/sim/clock/agenda";
import { stream } from "@songbai/sim/clock/seed";
import { bleRadio, staticAddress } from "@songbai/sim/parts/ble";
import type { Hardware, Program } from "@songbai/sim/parts/hardware";
import { nativeRuntime } from "@songbai/sim/runtime/native";
import manifest from "../../../devices/watch/manifest.json" with { type: "json" };
import type { OpenTransport } from "../../support/noble.ts";

export const DEVICE_ID = Uint8Array.of(0x7a, 0x3f, 0x11, 0xc0, 0, 0, 0, 0x42);

export interface RigOptions {
  readonly air?: BleAirSettings;
  /** Of hosts; a phone is placed by its test. */
  readonly distanceM?: number;
  readonly seed?: number;
  readonly deviceId?: Uint8Array;
  /** Services beside those that every product has. */
  readonly services?: (attributes: Gatt) => void;
  /** A central has subscribed to records. */
  readonly onReady?: (bearer: Bearer) => void;
  /** What came down, answer or command. */
  readonly onMessage?: (octets: Uint8Array) => void;
}

/** A host's way to a controller of its own; `controller` is there once it is open. */
export type Host = OpenTransport & { controller?: Controller };

export interface Rig {
  readonly agenda: Agenda;
  readonly air: BleAir;
  readonly bearer: Bearer;
  /** Security level of the connection, 0 while there is none. */
  readonly level: () => number;
  readonly spentUs: (what: string) => number;
  /** Power off and on again: nothing is remembered. */
  readonly powerOff: () => void;
  /** Simulated milliseconds pass. */
  readonly pass: (ms: number) => void;
  /** `tap` hears all that goes between host and controller. */
  readonly host: (tap?: (fromHost: boolean, octets: Uint8Array) => void) => Host;
  /** Lets time pass ten times as fast as it does, while hosts answer; the answer ends it. */
  readonly run: () => () => void;
}

export function rig(options: RigOptions = {}): Rig {
  const { air: settings = { loss: 0 }, distanceM = 2, seed = 1, onReady = () => {}, onMessage = () => {} } = options;
  const time = agenda();
  const air = bleAir(time, settings, stream(seed, "ble"));
  const spent = new Map<string, number>();
  let level = 0;
  let running: Program | undefined;
  let bearer: Bearer | undefined;

  const radio = bleRadio({
    air,
    address: staticAddress(stream(seed, "ble/address")),
    random: stream(seed, "ble/pairing"),
    meter: {
      spend: (what, us) => spent.set(what, (spent.get(what) ?? 0) + us),
      energy: () => ({ averageMicroamps: 0, estimatedDays: 0, by: {} }),
    },
    tell: {
      link(connected, securityLevel) {
        level = connected ? securityLevel : 0;
        running?.bleLink(connected, securityLevel);
      },
      pdu: (pdu) => running?.blePdu(pdu),
      sent: () => running?.bleSent(),
    },
  });

  const timers = new Map<number, number>();
  const hardware = {
    uptimeMs: () => Math.floor(time.nowUs() / 1000),
    setTimer: (id: number, delayMs: number) =>
      timers.set(
        id,
        time.at(time.nowUs() + delayMs * 1000, () => running?.timer(id)),
      ),
    cancelTimer: (id: number) => time.cancel(timers.get(id) ?? 0),
    ble: radio,
  } as Partial<Hardware> as Hardware;

  function powerOn(): void {
    running = nativeRuntime((board) => {
      const attributes = gatt();
      options.services?.(attributes);
      bearer = overBleWith(attributes)({
        board,
        manifest,
        identity: { fields: { deviceId: options.deviceId ?? DEVICE_ID } },
        onReady: () => onReady(bearer as Bearer),
        onCommand: (octets: Bytes, length: number) => onMessage((octets as Uint8Array).slice(0, length)),
      } as Partial<Record<keyof Wiring, unknown>> as unknown as Wiring);
    }, hardware);
    running.boot({ seed, epochSeconds: 0, flash: new Uint8Array(0), sectorBytes: 4096, batteryPercent: 87 });
  }
  powerOn();

  const pass = (ms: number) => {
    const untilUs = time.nowUs() + ms * 1000;
    while (time.step(untilUs));
  };
  return {
    agenda: time,
    air,
    bearer: bearer as unknown as Bearer,
    level: () => level,
    spentUs(what) {
      radio.settle();
      return spent.get(what) ?? 0;
    },
    powerOff() {
      for (const entry of timers.values()) time.cancel(entry);
      radio.reset();
      level = 0;
      running = undefined;
    },
    pass,
    host(tap = () => {}) {
      const open: Host = (packet) => {
        const made = controller({
          air,
          random: stream(seed, "controller"),
          address: Uint8Array.of(1, 2, 3, 4, 5, 6),
          distanceM,
          send(octets) {
            tap(false, octets);
            packet(octets);
          },
        });
        open.controller = made;
        return {
          write(octets) {
            tap(true, octets);
            made.take(octets);
          },
          close: made.close,
        };
      };
      return open;
    },
    run() {
      const timer = setInterval(() => pass(20), 2);
      return () => clearInterval(timer);
    },
  };
}
