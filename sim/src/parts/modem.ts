/**
 * The cellular modem of a device: it registers where there is coverage, has one socket, and draws by what its radio does.
 *
 * Radio states, as the network's timers make them: connected from any traffic until 10 s after it, then idle and paged; asleep (PSM)
 * where that was agreed on, once it was idle for T3324 without a socket, but for a sign of life every T3412. With extended DRX it is
 * paged once a cycle for the length of a window and sleeps in between, and what comes down waits for the window.
 *
 * Without coverage it searches, and pauses between searches, as TS 23.122 leaves to the modem; coverage that has come back in a pause is
 * found by the next search.
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

/** Extended DRX in idle mode, as the network has granted it (TS 24.008, table 10.5.5.32). */
export interface ExtendedDrx {
  /** Milliseconds: 5120 times 1, 2, 4, 8, 12, 16 and so on. */
  readonly cycleMs: number;
}

export interface CellularModemOptions {
  readonly agenda: Agenda;
  readonly network: CellNetwork | undefined;
  readonly meter: Meter;
  readonly psm: PowerSaving | undefined;
  readonly edrx?: ExtendedDrx | undefined;
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
/** Paging time window of extended DRX: two pagings 1.28 s apart. At the idle current that is what nRF9160's data sheet has (18 µA at 81.92 s). */
const WINDOW_US = 2_560_000;
/** A search through the bands, and the pauses after it: each twice the one before. Design allowances. */
const SEARCH_US = 20_000_000;
const FIRST_PAUSE_US = 20_000_000;
const LONGEST_PAUSE_US = 120_000_000;
/** Octets that a modem hands over at a time. */
const MOST_DATA = 512;

export function cellularModem({ agenda, network, meter, psm, edrx, tell }: CellularModemOptions): CellularModem {
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
  /** What has come down between two paging windows. */
  const held: (() => void)[] = [];
  /** Not registered: it listens, in a search or to register; else it pauses. */
  let searching = false;
  let pauseUs = FIRST_PAUSE_US;
  const cycleUs = edrx === undefined ? 0 : edrx.cycleMs * 1000;

  function settle(): void {
    const nowUs = agenda.nowUs();
    const spend = (what: string, fromUs: number, toUs: number): void => {
      if (toUs > fromUs) meter.spend(what, toUs - fromUs);
    };
    if (on && !registered) spend(searching ? "cell search" : "cell sleep", sinceUs, nowUs);
    if (on && registered) {
      spend("cell connected", sinceUs, Math.min(nowUs, busyUntilUs));
      idle(Math.max(sinceUs, busyUntilUs), Math.min(nowUs, asleepFromUs));
      if (psm !== undefined && nowUs > asleepFromUs) sleep(Math.max(sinceUs, asleepFromUs), nowUs, psm.periodicS * 1e6);
    }
    sinceUs = nowUs;
  }

  /** Idle from one time to another: paged all the time, or in the window at the end of each cycle. */
  function idle(fromUs: number, toUs: number): void {
    if (toUs <= fromUs) return;
    const pagedBy = (us: number) => {
      const sinceBusyUs = us - busyUntilUs;
      const cycles = Math.floor(sinceBusyUs / cycleUs);
      return cycles * WINDOW_US + Math.max(0, sinceBusyUs - cycles * cycleUs - (cycleUs - WINDOW_US));
    };
    const pagedUs = cycleUs === 0 ? toUs - fromUs : pagedBy(toUs) - pagedBy(fromUs);
    meter.spend("cell idle", pagedUs);
    if (cycleUs > 0) meter.spend("cell sleep", toUs - fromUs - pagedUs);
  }

  /** When the radio hears what comes down now. */
  function pagedAtUs(): number {
    const nowUs = agenda.nowUs();
    if (cycleUs === 0 || nowUs <= busyUntilUs) return nowUs;
    const intoUs = (nowUs - busyUntilUs) % cycleUs;
    return nowUs + Math.max(0, cycleUs - WINDOW_US - intoUs);
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

  /** The network hands over what it held back, in order. */
  function release(): void {
    for (const one of held.splice(0)) one();
  }

  function drop(): void {
    held.length = 0;
    socket?.close();
    socket = undefined;
    socketLife++;
  }

  function search(): void {
    settle();
    searching = true;
    agenda.cancel(registration);
    if (network?.covered()) {
      register();
      return;
    }
    registration = agenda.at(agenda.nowUs() + SEARCH_US, () => {
      settle();
      searching = false;
      registration = agenda.at(agenda.nowUs() + pauseUs, search);
      pauseUs = Math.min(2 * pauseUs, LONGEST_PAUSE_US);
    });
  }

  function register(): void {
    agenda.cancel(registration);
    registration = agenda.at(agenda.nowUs() + ATTACH_US, () => {
      settle();
      registered = true;
      searching = false;
      pauseUs = FIRST_PAUSE_US;
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
    searching = false;
    pauseUs = FIRST_PAUSE_US;
  }

  network?.watch((covered) => {
    if (!on) return;
    if (!registered) {
      // A registration that was under way has failed, and what is searched for is found; in a pause nobody looks.
      if (searching) search();
      return;
    }
    agenda.cancel(registration);
    if (covered) return;
    registration = agenda.at(agenda.nowUs() + NOTICE_US, () => {
      settle();
      drop();
      registered = false;
      tell.attached(false);
      search();
    });
  });

  return {
    attach(wanted) {
      if (!wanted) return off();
      if (registered || searching) return;
      settle();
      on = true;
      search();
    },
    open(transport, host, port) {
      if (!registered || network === undefined) return;
      traffic();
      const life = ++socketLife;
      const here = () => life === socketLife;
      const hear = (octets: Uint8Array) => {
        if (!here()) return;
        traffic();
        for (let at = 0; at < octets.length && here(); at += MOST_DATA) tell.data(octets.subarray(at, at + MOST_DATA));
      };
      socket = network.open(transport, host, port, {
        opened(open) {
          if (!here()) return;
          if (!open) drop();
          traffic();
          tell.open(open);
        },
        data(octets) {
          if (!here()) return;
          const atUs = pagedAtUs();
          if (held.length === 0 && atUs === agenda.nowUs()) return hear(octets);
          held.push(() => hear(octets));
          if (held.length === 1) agenda.at(atUs, release);
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
      // The network knows now that the device listens.
      if (held.length > 0) agenda.at(agenda.nowUs(), release);
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
