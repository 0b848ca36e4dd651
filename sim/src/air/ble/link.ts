/**
 * A connection as the link layer sees it (Core Specification, volume 6, part B, section 4.5): connection events every interval, in each the
 * central's packet and the peripheral's answer, repeated while there is more to send and time for it. A lost packet ends the event and is
 * sent again in the next, so that loss is delay, until nothing has come for the supervision timeout.
 *
 * Events with nothing to carry are not entered in the agenda: a link at rest costs nothing.
 */
import type { Agenda } from "../../clock/agenda.ts";
import { CONNECTION_TIMEOUT, KEY_MISSING, LEAST_DATA, LOCAL_HOST_TERMINATED, MIC_FAILURE, SUCCESS } from "./hci.ts";

const INTERVAL_UNIT_US = 1250;
const TIMEOUT_UNIT_US = 10_000;
/** Inter frame space, and the octets around a payload: preamble, access address, header, CRC (LE 1M: 8 us an octet). */
const SPACE_US = 150;
const FRAMING_OCTETS = 10;
const OCTET_US = 8;

export interface LinkParameters {
  /** In units of 1.25 ms. */
  readonly interval: number;
  readonly latency: number;
  /** Supervision timeout in units of 10 ms. */
  readonly timeout: number;
}

/** What one end hears. */
export interface LinkEvents {
  /** A data PDU; `start`: the first of an L2CAP frame. */
  received(fragment: Uint8Array, start: boolean): void;
  closed(reason: number): void;
  /** Encryption was asked for by the central and is on (`SUCCESS`), or why not. */
  encrypted(status: number): void;
  updated?(parameters: LinkParameters): void;
  dataLength?(octets: number): void;
}

/** What one end can do. */
export interface LinkEnd {
  /** Queues a data PDU of at most `dataOctets()`; `done` once the other end has acknowledged it. */
  send(fragment: Uint8Array, start: boolean, done: () => void): void;
  /** Ends the connection; the other end hears `reason`, this end that it did so itself. */
  disconnect(reason: number): void;
  /** This end is gone without a word and hears nothing any more; the other end finds out by its timeout. */
  vanish(): void;
  readonly dataOctets: () => number;
  readonly parameters: () => LinkParameters;
  readonly rssiDbm: () => number;
}

/** Only the central may ask for these. */
export interface CentralEnd extends LinkEnd {
  setParameters(parameters: LinkParameters): void;
  setDataLength(octets: number): void;
  encrypt(key: Uint8Array, diversifier: number, random: Uint8Array): void;
}

/** The key that the peripheral's host has for that diversifier and random, 16 octets. */
export type KeyOf = (diversifier: number, random: Uint8Array) => Uint8Array | undefined;

export interface LinkOptions {
  readonly agenda: Agenda;
  readonly parameters: LinkParameters;
  /** Whether a packet that is sent now is heard; drawn for each. */
  readonly heard: () => boolean;
  /** Whether the ends can hear each other at all. */
  readonly inRange: () => boolean;
  readonly rssiDbm: () => number;
  /** Time on air of both ends together, microseconds. */
  readonly spent: (centralUs: number, peripheralUs: number) => void;
}

export interface Link {
  readonly central: CentralEnd;
  readonly peripheral: LinkEnd;
  /** Gives the ends their listeners; nothing is heard before. */
  open(central: LinkEvents, peripheral: LinkEvents, keyOf: KeyOf): void;
  /** One end has come or gone: a link at rest begins to count the time in which it hears nothing. */
  moved(): void;
  /** Adds up the empty events of a link at rest until now. */
  settle(): void;
  readonly isOpen: () => boolean;
}

const DEAF: LinkEvents = { received() {}, closed() {}, encrypted() {} };

interface Packet {
  readonly fragment: Uint8Array;
  readonly start: boolean;
  readonly done: () => void;
  delivered: boolean;
}

function packetUs(packet: Packet | undefined): number {
  return (FRAMING_OCTETS + (packet?.fragment.length ?? 0)) * OCTET_US;
}

export function link(options: LinkOptions): Link {
  const { agenda } = options;
  let parameters = options.parameters;
  let dataOctets = LEAST_DATA;
  let anchorUs = agenda.nowUs();
  let heardUs = agenda.nowUs();
  let open = true;
  let vanished = false;
  /** What is entered in the agenda: the next connection event, and the end of patience. */
  let next = 0;
  let watch = 0;
  const down: Packet[] = [];
  const up: Packet[] = [];
  let events: { central: LinkEvents; peripheral: LinkEvents; readonly keyOf: KeyOf } | undefined;

  const inRange = () => !vanished && options.inRange();
  const heard = () => !vanished && options.heard();
  const intervalUs = () => parameters.interval * INTERVAL_UNIT_US;
  const timeoutUs = () => parameters.timeout * TIMEOUT_UNIT_US;

  function close(atCentral: number, atPeripheral: number): void {
    if (!open) return;
    settle();
    open = false;
    agenda.cancel(next);
    agenda.cancel(watch);
    down.length = 0;
    up.length = 0;
    events?.central.closed(atCentral);
    events?.peripheral.closed(atPeripheral);
  }

  /** After a silence of the supervision timeout the link is lost; looked at when it could be. */
  function guard(): void {
    agenda.cancel(watch);
    watch = agenda.at(Math.max(agenda.nowUs(), heardUs + timeoutUs()), () => {
      watch = 0;
      // Back in time, with nothing to say.
      if (next === 0 && inRange()) return;
      if (agenda.nowUs() - heardUs >= timeoutUs()) close(CONNECTION_TIMEOUT, CONNECTION_TIMEOUT);
      else guard();
    });
  }

  /** Moves the anchor over the events at rest that have passed. */
  function settle(): void {
    if (next !== 0 || !open) return;
    const passed = Math.floor((agenda.nowUs() - anchorUs) / intervalUs());
    anchorUs += passed * intervalUs();
    if (passed > 0) options.spent(passed * packetUs(undefined), passed * packetUs(undefined));
  }

  function wake(): void {
    if (next !== 0 || !open) return;
    settle();
    anchorUs += intervalUs();
    next = agenda.at(anchorUs, () => exchange(anchorUs + intervalUs()));
    if (watch === 0) {
      // At rest the ends have heard each other at every event, as long as they could.
      if (inRange()) heardUs = agenda.nowUs();
      guard();
    }
  }

  /** Nothing more fits into this event, or nothing more is to be said. */
  function rest(): void {
    next = 0;
    if (down.length > 0 || up.length > 0) wake();
    else if (inRange()) {
      agenda.cancel(watch);
      watch = 0;
    }
  }

  /** One packet each way. */
  function exchange(untilUs: number): void {
    const toPeripheral = down[0];
    const centralUs = packetUs(toPeripheral);
    if (!heard()) {
      options.spent(centralUs, 0);
      rest();
      return;
    }
    heardUs = agenda.nowUs();
    if (toPeripheral !== undefined && !toPeripheral.delivered) {
      toPeripheral.delivered = true;
      events?.peripheral.received(toPeripheral.fragment, toPeripheral.start);
    }
    // The central's packet acknowledges what the peripheral sent before it.
    if (up[0]?.delivered) up.shift()?.done();
    if (!open) return;
    const toCentral = up[0];
    const peripheralUs = packetUs(toCentral);
    options.spent(centralUs, peripheralUs);
    if (!heard()) {
      rest();
      return;
    }
    if (toPeripheral !== undefined && down[0] === toPeripheral) down.shift()?.done();
    if (open && toCentral !== undefined) {
      toCentral.delivered = true;
      events?.central.received(toCentral.fragment, toCentral.start);
    }
    if (!open) return;
    const tookUs = centralUs + peripheralUs + 2 * SPACE_US;
    const more = down.length > 0 || up.some((packet) => !packet.delivered);
    if (more && agenda.nowUs() + 2 * tookUs <= untilUs) next = agenda.at(agenda.nowUs() + tookUs, () => exchange(untilUs));
    else rest();
  }

  /** At the next connection event, if the link is still there. */
  function atNextEvent(happen: () => void): void {
    const periods = Math.floor((agenda.nowUs() - anchorUs) / intervalUs()) + 1;
    agenda.at(anchorUs + periods * intervalUs(), () => {
      if (open && inRange()) happen();
    });
  }

  /** The ends are out of each other's reach: time begins to count. */
  function moved(): void {
    if (!open || inRange() || watch !== 0) return;
    heardUs = agenda.nowUs();
    guard();
  }

  function end(who: "central" | "peripheral", queue: Packet[], tell: (reason: number) => void): LinkEnd {
    return {
      send(fragment, start, done) {
        if (!open) return;
        queue.push({ fragment, start, done, delivered: false });
        wake();
      },
      disconnect: (reason) => tell(reason),
      vanish() {
        settle();
        if (events !== undefined) events[who] = DEAF;
        vanished = true;
        moved();
      },
      dataOctets: () => dataOctets,
      parameters: () => parameters,
      rssiDbm: options.rssiDbm,
    };
  }

  const peripheral = end("peripheral", up, (reason) => close(reason, LOCAL_HOST_TERMINATED));
  const central: CentralEnd = {
    ...end("central", down, (reason) => close(LOCAL_HOST_TERMINATED, reason)),
    setParameters: (wanted) =>
      atNextEvent(() => {
        anchorUs = agenda.nowUs();
        parameters = wanted;
        if (next !== 0) {
          agenda.cancel(next);
          next = 0;
          wake();
        }
        events?.central.updated?.(wanted);
        events?.peripheral.updated?.(wanted);
      }),
    setDataLength: (octets) =>
      atNextEvent(() => {
        if (octets === dataOctets) return;
        dataOctets = octets;
        events?.central.dataLength?.(octets);
        events?.peripheral.dataLength?.(octets);
      }),
    encrypt: (key, diversifier, random) =>
      atNextEvent(() => {
        const known = events?.keyOf(diversifier, random);
        if (known === undefined) {
          events?.central.encrypted(KEY_MISSING);
          return;
        }
        // Two different keys are noticed at the first encrypted packet.
        if (!known.every((octet, index) => octet === key[index])) {
          close(MIC_FAILURE, MIC_FAILURE);
          return;
        }
        events?.peripheral.encrypted(SUCCESS);
        events?.central.encrypted(SUCCESS);
      }),
  };

  return {
    central,
    peripheral,
    open(toCentral, toPeripheral, keyOf) {
      events = { central: toCentral, peripheral: toPeripheral, keyOf };
    },
    moved() {
      if (!open || inRange() || watch !== 0) return;
      heardUs = agenda.nowUs();
      guard();
    },
    settle,
    isOpen: () => open,
  };
}
