/**
 * The LoRaWAN network server: joins, sessions, MAC commands, and what goes down in the windows of a frame. CN470 after RP001.
 *
 * `take` judges a frame and gathers in the store what it moves; `answer` makes the frame down once the store has committed that, so
 * that no counter is used twice and nothing is acknowledged that a power cut could take back. A join is stored before `take` returns.
 */
import { cn470Rp001 } from "@songbai/sdk/bearer/lorawan/cn470-rp001";
import { FOPTS_BYTES, RECORD_PORT } from "@songbai/sdk/bearer/lorawan/frame";
import type { LoraChannel } from "@songbai/sdk/board/lora";
import type { Downlink } from "@songbai/sim/air/gateway";
import type { Reception } from "@songbai/sim/air/lora-air";
import { printedId } from "../../provision/demo.ts";
import type { EnrolledDevice, QueuedDownlink, SessionState } from "../store/device.ts";
import type { Store } from "../store/store.ts";
import { type Joined, joinServer } from "./join-server.ts";
import { type Due, type Link, linkOf } from "./link.ts";
import { addressOf, FAILS_MIC, type NetworkSession, networkSession, type Uplink } from "./session.ts";
import { JOIN_RX1_DELAY_MS, RX1_DELAY_MS, windowsFor } from "./windows.ts";

/** NetID 0 is anyone's (TS002, NetID types). */
const NET_ID = 0;
const JOIN_REQUEST = 0;
const SUB_BAND_CHANNELS = 8;
const MASK_WORDS = 6;
/**
 * RX2 of a joined session: SF11, the slowest rate that carries an acknowledgement with what it says within a second of air. The
 * region's own, SF12, has room for nothing but the bare frame.
 */
const RX2_RATE = 1;
/** RX2 of the join itself is the region's. */
const JOIN_RX2_RATE = 0;
/** A class C device that does not answer is called again. */
const CALL_AGAIN_S = 30;
const NO_DATA = "the frame is no LoRaWAN data uplink";
const NONE = new Uint8Array(0);

/** What a gateway, or several, heard. */
export interface Heard extends Reception {
  /** How many heard it; 1 where it is not said. */
  readonly gateways?: number;
  /** The best of them. */
  readonly gateway?: string;
}

/** A frame to send at once, to a device that listens all the time (class C). */
export interface Push {
  readonly gateway: string;
  readonly channel: LoraChannel;
  readonly frame: Uint8Array;
}

/** A frame of a device. */
export interface DeviceFrame {
  readonly device: EnrolledDevice;
  /** -1 and 0: MAC commands at most. */
  readonly port: number;
  readonly payload: Uint8Array;
  /** Once the store has committed: the frame down, when one is due. `say`: a payload for the record port, of so many octets at most. */
  readonly answer: (say: (room: number) => Uint8Array) => Downlink | undefined;
}

export type Judged = DeviceFrame | { readonly accept: Downlink | undefined } | { readonly rejected: string };

export interface LorawanServer {
  /** Judges a frame. `timeS`: seconds since 1970 at its end. Throws `StoreFault`. */
  readonly take: (heard: Heard, timeS: number) => Judged;
  /** What is due for devices of class C now, stored before it is answered. Throws `StoreFault`. */
  readonly due: (timeS: number) => Push[];
  /** The store has not taken what was gathered: everything is read again. */
  readonly forget: () => void;
}

export interface LorawanServerOptions {
  readonly store: Store;
  /** Eight channels of CN470, 0..11. */
  readonly subBand: number;
  /** Stores all that was gathered so far, of records too. Throws `StoreFault`. */
  readonly commit: () => void;
  readonly log: (sentence: string) => void;
}

interface Active {
  readonly device: EnrolledDevice;
  readonly session: NetworkSession;
  readonly link: Link;
  proved: boolean;
  /** The last frame. */
  heard: Pick<SessionState, "heard">;
  /** Went down confirmed with the last answer; the next frame says whether it has arrived. */
  flying?: QueuedDownlink | undefined;
  /** Class C: the gateway that heard it best last, and when it is to be called next. */
  gateway?: string | undefined;
  callS: number;
}

/** A frame down, made of what is due, before what is said on the record port. */
interface Plan {
  readonly counter: number;
  readonly options: Uint8Array;
  /** MAC commands that are too many for a header, on port 0. */
  readonly overflow?: Uint8Array;
  readonly queued?: QueuedDownlink;
  readonly pending: boolean;
  /** What is left for a payload. */
  readonly room: number;
}

/** As many whole commands as there is room for. */
function fitting(commands: readonly Uint8Array[], room: number): Uint8Array {
  const taken: Uint8Array[] = [];
  let length = 0;
  for (const command of commands) {
    length += command.length;
    if (length > room) break;
    taken.push(command);
  }
  return new Uint8Array(Buffer.concat(taken));
}

export function lorawanServer({ store, subBand, commit, log }: LorawanServerOptions): LorawanServer {
  const region = cn470Rp001(subBand);
  /** By LoRaWAN address. */
  const sessions = new Map<number, Active[]>();
  /** Those that listen all the time and have been heard. */
  const listeners = new Set<Active>();
  let revision = store.revision();
  let nowS = 0;

  const channelMasks = Array.from({ length: MASK_WORDS }, (_, word) =>
    word === subBand >> 1 ? 0xff << (SUB_BAND_CHANNELS * (subBand & 1)) : 0,
  );
  const join = joinServer({
    netId: NET_ID,
    device(deviceEui) {
      const { number, appKey, joinEui, devNonce, joinNonce, state } = store.device(deviceEui) ?? {};
      if (number === undefined || appKey === undefined || joinEui === undefined || state === "revoked") return undefined;
      return { number, appKey, joinEui, devNonce: devNonce as number, joinNonce: joinNonce as number };
    },
    keep({ number, deviceAddress, ...rest }) {
      // What was gathered goes first: the sessions at the address are read again.
      commit();
      store.join({ device: number, deviceAddress, ...rest, rx2Rate: RX2_RATE, joined: Math.floor(nowS) });
      for (const active of sessions.get(deviceAddress) ?? []) listeners.delete(active);
      sessions.delete(deviceAddress);
    },
    settings: { rx1Offset: 0, rx2DataRate: RX2_RATE, rxDelayS: RX1_DELAY_MS / 1000, channelMasks },
  });

  function forget(): void {
    sessions.clear();
    listeners.clear();
  }

  function activeAt(address: number): Active[] {
    if (revision !== store.revision()) forget();
    revision = store.revision();
    const known = sessions.get(address);
    if (known !== undefined) return known;
    const found = store.sessionsAt(address).map((stored): Active => {
      const link = linkOf({ subBand, state: stored, asksStatus: stored.joined !== undefined });
      return {
        device: store.deviceOf(stored.device) as EnrolledDevice,
        session: networkSession(stored),
        link,
        proved: stored.proved,
        heard: stored.heard === undefined ? {} : { heard: stored.heard },
        callS: 0,
      };
    });
    // An address that nobody has is not remembered: there are four billion of them.
    if (found.length > 0) sessions.set(address, found);
    return found;
  }

  /** The first frame under a session that was joined for ends the one before it. */
  function prove(active: Active): void {
    const { stored } = active.session;
    active.proved = true;
    store.prove(stored);
    for (const { deviceAddress } of store.sessionsOf(stored.device)) {
      const list = sessions.get(deviceAddress);
      if (list !== undefined) {
        const left = list.filter((one) => one === active || one.session.stored.device !== stored.device);
        for (const one of list) if (!left.includes(one)) listeners.delete(one);
        sessions.set(deviceAddress, left);
      }
    }
    log(`${printedId(active.device.deviceId)} has joined.`);
  }

  /** Where a frame of so many octets may go, the first choice first. */
  function downlinkOf(frame: Uint8Array, heard: Heard, rx1DelayMs: number, rx2Rate: number): Downlink | undefined {
    const windows = windowsFor(frame.length, { subBand, uplink: heard.channel, rx1DelayMs, rx2Rate });
    const [first, otherwise] = windows;
    if (first === undefined) return undefined;
    return { frame, ...first, ...(otherwise === undefined ? {} : { otherwise }) };
  }

  function takeJoin(heard: Heard, timeS: number): Judged {
    nowS = timeS;
    const joined: Joined = join(heard.frame);
    return "rejected" in joined ? joined : { accept: downlinkOf(joined.accept, heard, JOIN_RX1_DELAY_MS, JOIN_RX2_RATE) };
  }

  /** What the device's frame settles of the downlink before it, and what waits for it now. */
  function queueFor(active: Active, uplink: Uplink, timeS: number): QueuedDownlink[] {
    // A frame that is repeated speaks of the downlink before its first copy.
    if (!uplink.repeated) {
      if (uplink.acknowledges && active.flying !== undefined) store.dropQueued(active.flying);
      active.flying = undefined;
    }
    return store.queued(active.device.number, timeS);
  }

  function planOf(active: Active, uplink: Uplink, due: Due, queue: readonly QueuedDownlink[], room: number): Plan | undefined {
    if (!uplink.confirmed && !due.urgent && queue.length === 0) return undefined;
    const counter = active.session.takeCounter();
    const wanted = due.commands.reduce((sum, { length }) => sum + length, 0);
    if (wanted > FOPTS_BYTES && room > FOPTS_BYTES) {
      return { counter, options: NONE, overflow: fitting(due.commands, room), pending: queue.length > 0, room: 0 };
    }
    const options = fitting(due.commands, Math.min(room, FOPTS_BYTES));
    const queued = queue.find(({ payload }) => payload.length <= room - options.length);
    active.flying = queued;
    const pending = queue.length > (queued === undefined ? 0 : 1);
    return { counter, options, ...(queued === undefined ? {} : { queued }), pending, room: room - options.length };
  }

  function built(active: Active, uplink: Uplink, plan: Plan, say: (room: number) => Uint8Array): Uint8Array {
    const { counter, options, overflow, queued, pending, room } = plan;
    const rest = { counter, acknowledges: uplink.confirmed, pending, options };
    const { build } = active.session;
    if (overflow !== undefined) return build({ ...rest, confirmed: false, port: 0, payload: overflow });
    if (queued !== undefined) return build({ ...rest, confirmed: true, port: queued.port, payload: queued.payload });
    const payload = uplink.port === RECORD_PORT ? say(room) : NONE;
    return build({ ...rest, confirmed: false, port: payload.length === 0 ? -1 : RECORD_PORT, payload });
  }

  function takeUplink(active: Active, uplink: Uplink, heard: Heard, timeS: number): DeviceFrame {
    const { device, session, link } = active;
    const { spreadingFactor } = heard.channel;
    const { rssiDbm, snrDb, gateways = 1 } = heard;
    active.gateway = heard.gateway;
    if (device.continuous === true) listeners.add(active);
    const due = link.take(uplink, { spreadingFactor, snrDb, gateways, timeS });
    const dataRate = 12 - spreadingFactor;
    const plan = planOf(active, uplink, due, queueFor(active, uplink, timeS), region.maxPayload(dataRate, false));
    if (plan?.queued !== undefined) active.callS = timeS + CALL_AGAIN_S;
    active.heard = { heard: { timeS, dataRate, rssiDbm, snrDb, gateways } };
    store.keepSession(session.stored, { ...session.counters(), ...link.state(), ...active.heard });
    return {
      device,
      port: uplink.port,
      payload: uplink.payload,
      answer: (say) => plan && downlinkOf(built(active, uplink, plan, say), heard, RX1_DELAY_MS, session.stored.rx2Rate),
    };
  }

  /** Calls a device of class C in RX2, where it listens; answers what builds the frame once the counter is stored. */
  function callOf(active: Active, timeS: number): (() => Push)[] {
    const { device, session, link, gateway } = active;
    const { stored } = session;
    if (gateway === undefined || timeS < active.callS || revision !== store.revision()) return [];
    const queue = store.queued(device.number, timeS);
    const queued = queue.find(({ payload }) => payload.length <= region.maxPayload(stored.rx2Rate, false));
    if (queued === undefined) return [];
    active.callS = timeS + CALL_AGAIN_S;
    active.flying = queued;
    const counter = session.takeCounter();
    store.keepSession(stored, { ...session.counters(), ...link.state(), ...active.heard });
    const { port, payload } = queued;
    const frame = { counter, confirmed: true, acknowledges: false, pending: queue.length > 1, options: NONE, port, payload };
    const channel = { frequencyHz: region.rx2Hz, spreadingFactor: region.spreadingFactor(stored.rx2Rate) };
    return [() => ({ gateway, channel, frame: session.build(frame) })];
  }

  return {
    take(heard, timeS) {
      if (heard.frame.length > 0 && heard.frame[0] >> 5 === JOIN_REQUEST) return takeJoin(heard, timeS);
      const address = addressOf(heard.frame);
      const candidates = address === undefined ? [] : activeAt(address);
      if (address !== undefined && candidates.length === 0) {
        return { rejected: "the frame comes from a device address that is not enrolled" };
      }
      let why = NO_DATA;
      for (const active of candidates) {
        const uplink = active.session.open(heard.frame, timeS, active.link.transmissions());
        if ("rejected" in uplink) {
          // What one of several says that knows the frame.
          if (why === NO_DATA || uplink.rejected !== FAILS_MIC) why = uplink.rejected;
          continue;
        }
        if (active.device.state === "revoked") return { rejected: "the device is revoked" };
        if (!active.proved) prove(active);
        return takeUplink(active, uplink, heard, timeS);
      }
      return { rejected: why };
    },
    due(timeS) {
      const planned = [...listeners].flatMap((active) => callOf(active, timeS));
      try {
        if (planned.length > 0) commit();
      } catch (error) {
        forget();
        throw error;
      }
      return planned.map((build) => build());
    },
    forget,
  };
}
