/**
 * The air between one simulated device and the centrals around it, on the BLE channels.
 *
 * Path loss by ITU-R P.1238 for homes at 2.4 GHz (39.7 dB at 1 m, 28 dB a decade on one floor), the wearer's body beside it. What arrives
 * above -96 dBm (nRF52840 product specification, LE 1M) is heard, but for the share that a scenario has lost.
 */
import type { Prng } from "@songbai/sdk/lang/prng";
import type { Agenda } from "../../clock/agenda.ts";
import { chance } from "../../clock/seed.ts";
import { decibel } from "../decibel.ts";
import { type CentralEnd, type KeyOf, type Link, type LinkEnd, type LinkEvents, type LinkParameters, link } from "./link.ts";
import type { Identity } from "./security.ts";

const POWER_DBM = 0;
const LOSS_AT_1_M_DB = 39.7;
const DECADE_DB = 28;
const BODY_DB = 10;
const SENSITIVITY_DBM = -96;

/** One advertisement on three channels: header and address around the data, a scan request and its answer. */
const ADVERTISING_OCTETS = 16;
const OCTET_US = 8;
const CHANNELS = 3;
/** How long the device listens after each of the three, microseconds. */
const LISTEN_US = 250;
/** The random delay of each advertising event (volume 6, part B, 4.4.2.2.1). */
const MOST_DELAY_US = 10_000;
/** From the end of an advertisement to the first connection event: transmit window delay (4.5.3). */
const WINDOW_DELAY_US = 1250;

export interface BleAirSettings {
  /** Share of packets lost for reasons of their own, 0..1, each way. */
  readonly loss: number;
}

export interface Advertisement {
  readonly data: Uint8Array;
  readonly rssiDbm: number;
}

/** The device's radio, as the air sees it. */
export interface PeripheralRadio {
  /** 6 octets, the most significant last, as they are sent; static random. */
  readonly address: Uint8Array;
  /** A central has connected: advertising has ended. Answers what this end listens with. */
  connected(end: LinkEnd, central: Identity): { readonly events: LinkEvents; readonly keyOf: KeyOf };
  /** Time on air, microseconds. */
  spent(transmitUs: number, receiveUs: number): void;
}

export interface Advertiser {
  /** Advertises connectably every `intervalMs`; 0 stops. */
  advertise(data: Uint8Array, intervalMs: number): void;
  /** The radio goes off without a word. */
  reset(): void;
  /** Accounts for the time on air until now. */
  settle(): void;
}

export interface CentralRadio {
  readonly identity: Identity;
  /** The device has advertised, and this central listened. */
  heard(address: Uint8Array, advertisement: Advertisement): void;
}

export interface Central {
  /** Metres to the device; `undefined`: out of reach. */
  place(distanceM: number | undefined): void;
  /** Listens for this share of the time, 0..1; 0 stops. */
  scan(share: number): void;
  /** Connects when a device whose address is wanted is next heard; answers how to give up. */
  connect(
    wanted: (address: Uint8Array) => boolean,
    parameters: LinkParameters,
    connected: (end: CentralEnd) => LinkEvents,
  ): { readonly cancel: () => void };
  /** Takes the central off the air; its connection is gone without a word. */
  leave(): void;
}

export interface BleAir {
  peripheral(radio: PeripheralRadio): Advertiser;
  central(radio: CentralRadio, distanceM?: number): Central;
}

export function bleAir(agenda: Agenda, settings: BleAirSettings, random: Prng): BleAir {
  interface Seat {
    distanceM: number | undefined;
    share: number;
    readonly radio: CentralRadio;
    wish?: {
      readonly wanted: (address: Uint8Array) => boolean;
      readonly parameters: LinkParameters;
      readonly connected: (end: CentralEnd) => LinkEvents;
    };
    link?: Link;
  }

  const seats = new Set<Seat>();
  const wakers = new Set<() => void>();
  const wakeAll = () => {
    for (const wake of wakers) wake();
  };

  const rssiOf = ({ distanceM }: Seat) =>
    distanceM === undefined
      ? Number.NEGATIVE_INFINITY
      : POWER_DBM - LOSS_AT_1_M_DB - (DECADE_DB / 10) * decibel(Math.max(distanceM, 0.1)) - BODY_DB;
  const inRange = (seat: Seat) => rssiOf(seat) >= SENSITIVITY_DBM;
  const rssiDbm = (seat: Seat) => Math.round(Math.max(rssiOf(seat), -127));
  const listens = (seat: Seat) => inRange(seat) && (seat.share > 0 || seat.wish !== undefined);

  function peripheral(radio: PeripheralRadio): Advertiser {
    let data = new Uint8Array(0);
    let intervalUs = 0;
    let sinceUs = 0;
    let entry = 0;
    let current: Link | undefined;

    /** The advertising since it was last accounted for. */
    function settle(): void {
      if (intervalUs > 0) {
        const events = Math.floor((agenda.nowUs() - sinceUs) / intervalUs);
        sinceUs += events * intervalUs;
        const transmitUs = CHANNELS * (ADVERTISING_OCTETS + data.length) * OCTET_US;
        radio.spent(events * transmitUs, events * CHANNELS * LISTEN_US);
      }
      current?.settle();
    }

    /** Enters the next advertisement, if anybody can hear it. */
    function wake(): void {
      if (entry !== 0 || intervalUs === 0 || ![...seats].some(listens)) return;
      const periods = Math.floor((agenda.nowUs() - sinceUs) / intervalUs) + 1;
      const delayUs = (random() >>> 8) % MOST_DELAY_US;
      entry = agenda.at(sinceUs + periods * intervalUs + delayUs, () => {
        entry = 0;
        advertised();
        wake();
      });
    }

    function advertised(): void {
      for (const seat of [...seats]) {
        if (intervalUs === 0) return;
        if (!listens(seat) || chance(random, settings.loss)) continue;
        if (seat.wish?.wanted(radio.address)) connect(seat, seat.wish);
        else if (seat.share > 0 && chance(random, seat.share)) {
          seat.radio.heard(radio.address, { data, rssiDbm: rssiDbm(seat) });
        }
      }
    }

    function connect(seat: Seat, { parameters, connected }: NonNullable<Seat["wish"]>): void {
      settle();
      intervalUs = 0;
      delete seat.wish;
      const made = link({
        agenda,
        parameters,
        inRange: () => inRange(seat),
        heard: () => inRange(seat) && !chance(random, settings.loss),
        rssiDbm: () => rssiDbm(seat),
        spent: (centralUs, peripheralUs) => radio.spent(peripheralUs, centralUs),
      });
      current = made;
      seat.link = made;
      agenda.at(agenda.nowUs() + WINDOW_DELAY_US, () => {
        if (!made.isOpen()) return;
        agenda.cancel(entry);
        entry = 0;
        intervalUs = 0;
        const ours = radio.connected(made.peripheral, seat.radio.identity);
        made.open(connected(made.central), ours.events, ours.keyOf);
      });
    }

    wakers.add(wake);
    return {
      advertise(next, intervalMs) {
        settle();
        agenda.cancel(entry);
        entry = 0;
        data = next.slice();
        intervalUs = intervalMs * 1000;
        sinceUs = agenda.nowUs();
        wake();
      },
      reset() {
        settle();
        agenda.cancel(entry);
        entry = 0;
        intervalUs = 0;
        current?.peripheral.vanish();
        current = undefined;
      },
      settle,
    };
  }

  function central(radio: CentralRadio, distanceM?: number): Central {
    const seat: Seat = { distanceM, share: 0, radio };
    seats.add(seat);
    return {
      place(distance) {
        seat.distanceM = distance;
        seat.link?.moved();
        wakeAll();
      },
      scan(share) {
        seat.share = share;
        wakeAll();
      },
      connect(wanted, parameters, connected) {
        const wish = { wanted, parameters, connected };
        seat.wish = wish;
        wakeAll();
        return {
          cancel() {
            if (seat.wish === wish) delete seat.wish;
          },
        };
      },
      leave() {
        seats.delete(seat);
        delete seat.wish;
        seat.distanceM = undefined;
        seat.link?.moved();
      },
    };
  }

  return { peripheral, central };
}
