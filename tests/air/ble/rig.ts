/** A device on the BLE air, hosts around it, and a clock that runs as fast as they answer. */
import { type BleAirSettings, bleAir } from "@songbai/sim/air/ble/air";
import { type Controller, controller } from "@songbai/sim/air/ble/controller";
import { type Agenda, agenda } from "@songbai/sim/clock/agenda";
import { stream } from "@songbai/sim/clock/seed";
import { type BleRadio, bleRadio, staticAddress } from "@songbai/sim/parts/ble";
import { meter } from "@songbai/sim/parts/power";
import type { OpenTransport } from "../../support/noble.ts";
import { PROFILE } from "../../support/simulation.ts";
import { type Attribute, standIn } from "./stand-in.ts";

export interface Rig {
  readonly agenda: Agenda;
  readonly air: ReturnType<typeof bleAir>;
  readonly radio: BleRadio;
  readonly address: Uint8Array;
  readonly level: () => number;
  readonly connected: () => boolean;
  readonly powerUs: (what: string) => number;
  /** Simulated milliseconds pass. */
  readonly pass: (ms: number) => void;
  /** A host's way to a controller of its own, and that controller. */
  readonly host: (tap?: (fromHost: boolean, octets: Uint8Array) => void) => OpenTransport & { controller?: Controller };
  /** Lets time pass, ten times as fast as it does, while hosts answer. */
  readonly run: () => () => void;
}

export interface RigOptions {
  readonly air?: BleAirSettings;
  readonly distanceM?: number;
  /** What the device says on connection, on a PDU, when one has left. */
  readonly on?: { link?(connected: boolean, level: number): void; pdu?(pdu: Uint8Array): void; sent?(): void };
  readonly seed?: number;
}

export function rig({ air: settings = { loss: 0 }, distanceM = 2, on = {}, seed = 1 }: RigOptions = {}): Rig {
  const time = agenda();
  const air = bleAir(time, settings, stream(seed, "ble"));
  const address = staticAddress(stream(seed, "ble/address"));
  const spent = new Map<string, number>();
  const power = meter(PROFILE.power);
  let level = 1;
  let connected = false;
  const radio = bleRadio({
    air,
    address,
    random: stream(seed, "ble/pairing"),
    meter: { ...power, spend: (what, us) => spent.set(what, (spent.get(what) ?? 0) + us) },
    tell: {
      link(isConnected, securityLevel) {
        connected = isConnected;
        level = securityLevel;
        on.link?.(isConnected, securityLevel);
      },
      pdu: (pdu) => on.pdu?.(pdu),
      sent: () => on.sent?.(),
    },
  });
  const pass = (ms: number) => {
    const untilUs = time.nowUs() + ms * 1000;
    while (time.step(untilUs));
  };
  return {
    agenda: time,
    air,
    radio,
    address,
    level: () => level,
    connected: () => connected,
    powerUs: (what) => spent.get(what) ?? 0,
    pass,
    host(tap = () => {}) {
      const open: OpenTransport & { controller?: Controller } = (packet) => {
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

/** A device with a stand-in for the SDK's server. */
export function servedRig(attributes: readonly Attribute[], options: RigOptions = {}, written?: (handle: number) => void) {
  const out: Uint8Array[] = [];
  let sending = false;
  const next = () => {
    const pdu = out.shift();
    sending = pdu !== undefined;
    if (pdu !== undefined) made.radio.send(pdu);
  };
  const send = (pdu: Uint8Array) => {
    out.push(pdu);
    if (!sending) next();
  };
  const server = standIn(attributes, 247, () => made.level(), written);
  const made: Rig = rig({
    ...options,
    on: {
      link(connected, level) {
        if (!connected) {
          out.length = 0;
          sending = false;
        }
        options.on?.link?.(connected, level);
      },
      pdu(pdu) {
        const answer = server.take(pdu);
        if (answer !== undefined) send(answer);
      },
      sent: next,
    },
  });
  return { ...made, send };
}
