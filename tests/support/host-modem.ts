// A device's cellular bearer in real time, on a modem that is the host's own sockets, and an outbox that sends in order until it is told.
import { cellular } from "@songbai/sdk/bearer/cellular/cellular";
import { coap } from "@songbai/sdk/bearer/cellular/coap";
import { type MqttSettings, mqtt } from "@songbai/sdk/bearer/cellular/mqtt";
import { TCP, TLS, UDP } from "@songbai/sdk/bearer/cellular/transport";
import type { Timers } from "@songbai/sdk/board/clock";
import type { Modem, ModemEvents } from "@songbai/sdk/board/modem";
import { deviceName } from "@songbai/sdk/device/over-cellular";
import { prng } from "@songbai/sdk/lang/prng";
import { BUSY, MISSING, OK } from "@songbai/sdk/lang/result";
import { sequenceOf } from "@songbai/sdk/record/seal";
import { type HostSocketsOptions, hostSockets } from "@songbai/sim/air/cell/host-sockets";
import type { FarSocket } from "@songbai/sim/air/cell/network";
import type { RecordServer } from "@songbai/sim/air/record-server";

const SAID = 0xac;

/** The hub's entry, with answers that a test can read: which record it has. The hub's own are sealed for the device. */
export function plainAnswers(server: RecordServer): RecordServer {
  return {
    ...server,
    record(deviceId, sealed, timeS) {
      const { answer: _sealed, ...outcome } = server.record(deviceId, sealed, timeS);
      if (outcome.record === undefined) return outcome;
      const answer = new Uint8Array(5);
      answer[0] = SAID;
      new DataView(answer.buffer).setUint32(1, outcome.record.sequence);
      return { ...outcome, answer };
    },
  };
}

export interface HostDeviceOptions extends HostSocketsOptions {
  readonly protocol: "mqtt" | "coap";
  readonly deviceId: Uint8Array;
  readonly port: number;
  readonly blockBytes?: number;
  readonly mqtt?: Partial<MqttSettings>;
  /** Pauses of the device take so much less time. */
  readonly hurry?: number;
}

/** A modem that is attached, on sockets of the host. */
function hostModem(options: HostDeviceOptions): { readonly modem: Modem; readonly cut: () => void } {
  const far = hostSockets(options);
  let into = new Uint8Array(0);
  let events: ModemEvents | undefined;
  let socket: FarSocket | undefined;
  let sending = false;
  return {
    cut() {
      const one = socket;
      socket = undefined;
      one?.close();
      events?.onOpen(false);
    },
    modem: {
      start(octets, listener) {
        into = octets as Uint8Array<ArrayBuffer>;
        events = listener;
        return OK;
      },
      attach() {
        setImmediate(() => events?.onAttached(true));
        return OK;
      },
      open(transport, host, port) {
        if (socket !== undefined) return BUSY;
        sending = false;
        const mine = far.open(transport, host, port, {
          data(octets) {
            for (let at = 0; at < octets.length && socket === mine; at += into.length) {
              const piece = octets.subarray(at, at + into.length);
              into.set(piece);
              events?.onData(piece.length);
            }
          },
          closed() {
            if (socket !== mine) return;
            socket = undefined;
            events?.onOpen(false);
          },
        });
        socket = mine;
        setTimeout(() => {
          if (socket === mine) events?.onOpen(true);
        }, 20);
        return OK;
      },
      send(octets, length) {
        if (socket === undefined) return MISSING;
        if (sending) return BUSY;
        sending = true;
        const mine = socket;
        mine.send((octets as Uint8Array).slice(0, length));
        setImmediate(() => {
          if (socket !== mine) return;
          sending = false;
          events?.onSent();
        });
        return OK;
      },
      close() {
        const one = socket;
        socket = undefined;
        one?.close();
      },
    },
  };
}

export function hostDevice(options: HostDeviceOptions) {
  const { protocol, hurry = 10 } = options;
  const { modem, cut } = hostModem(options);
  const running = new Map<number, NodeJS.Timeout>();
  let last = 0;
  const timers: Timers = {
    after(delayMs, fire) {
      const id = ++last;
      running.set(
        id,
        setTimeout(() => {
          running.delete(id);
          fire();
        }, delayMs / hurry),
      );
      return id;
    },
    cancel(id) {
      clearTimeout(running.get(id));
      running.delete(id);
    },
  };
  const random = { next: prng(3) };
  const name = deviceName(options.deviceId);
  const queue: Uint8Array[] = [];
  const heard: Uint8Array[] = [];
  /** Numbers of records that the hub has spoken of. */
  const told = new Set<number>();
  let held = 0;
  let sends = 0;
  let busy = false;
  const isHeld = (record: Uint8Array): boolean => told.has(sequenceOf(record, record.length));

  function work(): void {
    if (busy) return;
    while (queue.length > 0 && isHeld(queue[0])) {
      queue.shift();
      held++;
    }
    const [record] = queue;
    if (record === undefined || !bearer.isReady()) return;
    busy =
      bearer.send(record, record.length, () => {
        busy = false;
        if (isHeld(record)) work();
        else timers.after(2000, work);
      }) === OK;
    if (busy) sends++;
  }

  const transport = protocol === "coap" ? UDP : options.tls === undefined ? TCP : TLS;
  const bearer = cellular(
    modem,
    timers,
    random,
    { transport, host: "127.0.0.1", port: options.port, idleS: 0 },
    (send, events) =>
      protocol === "coap"
        ? coap(timers, random, send, { path: ["r", name], blockBytes: options.blockBytes ?? 256 }, events)
        : mqtt(
            timers,
            send,
            {
              clientId: name,
              upTopic: `songbai/v1/${name}/up`,
              downTopic: `songbai/v1/${name}/down`,
              keepAliveS: 60,
              mostRecord: 400,
              ...options.mqtt,
            },
            events,
          ),
    () => work(),
    (octets, length) => {
      const frame = (octets as Uint8Array).slice(0, length);
      heard.push(frame);
      if (frame[0] === SAID && frame.length === 5) told.add(new DataView(frame.buffer).getUint32(1));
    },
  );

  return {
    name,
    heard,
    isReady: bearer.isReady,
    journal(...records: Uint8Array[]): void {
      queue.push(...records);
      work();
    },
    held: () => held,
    sends: () => sends,
    /** The socket is gone, for both ends. */
    cut,
    stop(): void {
      for (const timer of running.values()) clearTimeout(timer);
      running.clear();
      modem.close();
    },
  };
}

/** Waits until that is so, ten seconds at most. */
export async function until(condition: () => boolean, seconds = 10): Promise<boolean> {
  const deadline = performance.now() + seconds * 1000;
  while (!condition() && performance.now() < deadline) await new Promise((resume) => setTimeout(resume, 10));
  return condition();
}
