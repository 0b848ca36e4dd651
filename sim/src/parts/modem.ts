/**
 * The cellular modem of a device: it registers where there is coverage, has one socket, and draws by what its radio does.
 *
 * Radio states, as the network's timers make them: connected from any traffic until 10 s after it, then idle and paged; asleep (PSM)
 * where that was agreed on, once it was idle for T3324 without a socket, but for a sign of life every T3412.
 */
import type { CellNetwork, FarSocket } from "../air/cell/network.ts";
import type { Agenda } from "../clock/agenda.ts";
import type { ModemHardware } from "./hardware.ts";
import type { Meter } from "./power.ts";

export interface CellularModem extends ModemHardware {
  /** Power off. */
  reset(): void;
  /** Accounts for the radio's time until now. */
  settle(): void;
}

/** Timers of power saving mode, as the network has granted them. */
export interface PowerSaving {
  /** T3324, seconds. */
  readonly activeS: number;
  /** T3412, seconds. */
  readonly periodicS: number;
}

export interface CellularModemOptions {
  readonly agenda: Agenda;
  readonly network: CellNetwork | undefined;
  readonly meter: Meter;
  readonly psm: PowerSaving | undefined;
  readonly tell: {
    attached(on: boolean): void;
    open(on: boolean): void;
    data(octets: Uint8Array): void;
    sent(): void;
  };
}

/** From power on, or from coverage, to registration. */
const ATTACH_US = 2_500_000;
/** Until a modem notices that the cell is gone. */
const NOTICE_US = 1_000_000;
/** Until it has taken what it is to send. */
const TAKE_US = 20_000;
/** RRC inactivity timer, a usual setting of networks. */
const RRC_TAIL_US = 10_000_000;
/** A tracking area update. */
const UPDATE_US = 3_000_000;
/** Octets that a modem hands over at a time. */
const MOST_DATA = 512;

export function cellularModem({ agenda, network, meter, psm, tell }: CellularModemOptions): CellularModem {
  let on = false;
  let registered = false;
  let socket: FarSocket | undefined;
  /** Counts what ends all that is under way: a socket closed, power gone. */
  let socketLife = 0;
  let registration = 0;
  let sinceUs = 0;
  /** The radio is connected until then, and asleep from there. */
  let busyUntilUs = 0;
  let asleepFromUs = Number.POSITIVE_INFINITY;

  function settle(): void {
    const nowUs = agenda.nowUs();
    const spend = (what: string, fromUs: number, toUs: number): void => {
      if (toUs > fromUs) meter.spend(what, toUs - fromUs);
    };
    if (on && !registered) spend("cell search", sinceUs, nowUs);
    if (on && registered) {
      spend("cell connected", sinceUs, Math.min(nowUs, busyUntilUs));
      spend("cell idle", Math.max(sinceUs, busyUntilUs), Math.min(nowUs, asleepFromUs));
      if (psm !== undefined && nowUs > asleepFromUs) sleep(Math.max(sinceUs, asleepFromUs), nowUs, psm.periodicS * 1e6);
    }
    sinceUs = nowUs;
  }

  /** Asleep from one time to another, with the updates that fall between. */
  function sleep(fromUs: number, toUs: number, periodUs: number): void {
    const updates = Math.floor((toUs - asleepFromUs) / periodUs) - Math.floor((fromUs - asleepFromUs) / periodUs);
    const awakeUs = Math.min(updates * UPDATE_US, toUs - fromUs);
    if (awakeUs > 0) meter.spend("cell connected", awakeUs);
    meter.spend("cell sleep", toUs - fromUs - awakeUs);
  }

  function traffic(): void {
    settle();
    busyUntilUs = agenda.nowUs() + RRC_TAIL_US;
    asleepFromUs = psm === undefined || socket !== undefined ? Number.POSITIVE_INFINITY : busyUntilUs + psm.activeS * 1e6;
  }

  function drop(): void {
    socket?.close();
    socket = undefined;
    socketLife++;
  }

  function register(): void {
    agenda.cancel(registration);
    registration = agenda.at(agenda.nowUs() + ATTACH_US, () => {
      settle();
      registered = true;
      traffic();
      tell.attached(true);
    });
  }

  function off(): void {
    settle();
    agenda.cancel(registration);
    drop();
    on = false;
    registered = false;
  }

  network?.watch((covered) => {
    if (!on) return;
    agenda.cancel(registration);
    if (covered && !registered) register();
    if (covered || !registered) return;
    registration = agenda.at(agenda.nowUs() + NOTICE_US, () => {
      settle();
      drop();
      registered = false;
      tell.attached(false);
      if (network?.covered()) register();
    });
  });

  return {
    attach(wanted) {
      if (!wanted) return off();
      if (on) return;
      settle();
      on = true;
      if (network?.covered()) register();
    },
    open(transport, host, port) {
      if (!registered || network === undefined) return;
      traffic();
      const life = ++socketLife;
      const here = () => life === socketLife;
      socket = network.open(transport, host, port, {
        opened(open) {
          if (!here()) return;
          if (!open) drop();
          traffic();
          tell.open(open);
        },
        data(octets) {
          if (!here()) return;
          traffic();
          for (let at = 0; at < octets.length && here(); at += MOST_DATA) tell.data(octets.subarray(at, at + MOST_DATA));
        },
        closed() {
          if (!here()) return;
          drop();
          traffic();
          tell.open(false);
        },
      });
    },
    send(octets) {
      if (socket === undefined) return;
      traffic();
      socket.send(octets);
      const life = socketLife;
      agenda.at(agenda.nowUs() + TAKE_US, () => {
        if (life === socketLife) tell.sent();
      });
    },
    close() {
      if (socket === undefined) return;
      drop();
      traffic();
    },
    reset: off,
    settle,
  };
}
