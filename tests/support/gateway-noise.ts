/** Datagrams that someone has changed, at the hub's side of Semtech UDP: octets of the datagram, its JSON, the LoRaWAN frame within. */
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { RECORD_PORT } from "@songbai/sdk/bearer/lorawan/frame";
import { type Datagram, decodeDatagram, encodeDatagram, type Heard, type Send } from "@songbai/sim/air/semtech";
import { type HubCounts, hub } from "@songbai/tools/hub/hub";
import { type GatewayCounts, gatewayServer } from "@songbai/tools/hub/lorawan/gateways";
import { memoryStore } from "@songbai/tools/hub/store/store";
import { NOON, sender } from "./fleet.ts";
import { givenSession, joinedSession, joinRequest } from "./lorawan-device.ts";
import { randomSource } from "./random.ts";

setFlagsFromString("--expose-gc");
const collect = runInNewContext("gc") as () => void;

function heapBytes(): number {
  collect();
  return process.memoryUsage().heapUsed;
}

export interface NoiseResult {
  readonly hub: HubCounts;
  readonly gateways: GatewayCounts;
  /** Datagrams down that order a frame, those of the beginning included. */
  readonly orders: number;
  /** Frames that reached the network server and were refused there, by sentence. */
  readonly refused: ReadonlyMap<string, number>;
  /** What the store holds in the end: it must not have moved. */
  readonly unmoved: boolean;
  /** Heap at the end against that at half the way, octets. */
  readonly growth: number;
}

const GATEWAY = "aa555a0000000101";
const PEER = { address: "127.0.0.1", port: 40001 };
const CHANNEL = { frequencyHz: 486_900_000, spreadingFactor: 9 };

const heardOf = (frame: Uint8Array): Heard => ({
  tmst: 1,
  channel: CHANNEL,
  chan: 3,
  rfch: 0,
  rssiDbm: -100,
  snrDb: 5,
  frame,
});
const pushOf = (frame: Uint8Array) =>
  encodeDatagram({ kind: "push-data", token: 1, gateway: GATEWAY, heard: [heardOf(frame)] });

/** Two devices talk once, one of them after it joined; then come `count` changed copies of what was said. */
export function gatewayNoise(count: number, seed: number): NoiseResult {
  const { below, bytes } = randomSource(seed);
  const [wang, li] = [sender(1), sender(2)];
  const store = memoryStore([wang.credentials, li.credentials]);
  const far = hub({ store, subBand: 10, publish: () => {} });
  const refused = new Map<string, number>();
  const orders: Send[] = [];
  const server = gatewayServer({
    server: {
      uplink(heard, timeS) {
        const outcome = far.uplink(heard, timeS);
        const kind = outcome.rejected?.replace(/\d+/, "N");
        if (kind !== undefined) refused.set(kind, (refused.get(kind) ?? 0) + 1);
        return outcome;
      },
    },
    send(octets) {
      const datagram = decodeDatagram(octets) as Datagram;
      if (datagram.kind !== "pull-resp") return;
      orders.push(datagram.send);
      server.take(encodeDatagram({ kind: "tx-ack", token: datagram.token, gateway: GATEWAY, error: "NONE" }), PEER, 0);
    },
    timeS: () => NOON,
  });

  let nowMs = 0;
  const say = (datagram: Uint8Array) => {
    server.take(datagram, PEER, nowMs);
    nowMs += 1000;
    server.tick(nowMs);
  };
  say(encodeDatagram({ kind: "pull-data", token: 2, gateway: GATEWAY }));
  const request = joinRequest(wang.credentials, 7);
  say(pushOf(request));
  const joined = joinedSession(wang.credentials, 7, orders[0].frame);
  const record = joined.uplink({ counter: 0, port: RECORD_PORT, payload: wang.record(1), options: "020d", adaptive: true });
  const plain = givenSession(li.credentials).uplink({ counter: 0, port: RECORD_PORT, payload: li.record(1) });
  say(pushOf(record));
  say(pushOf(plain));
  const frames = [request, record, plain, new Uint8Array(orders[0].frame), new Uint8Array(orders[1].frame)];
  const status = { time: "2026-03-01 21:20:00 GMT", rxnb: 1, rxok: 1, rxfw: 1, ackr: 100, dwnb: 0, txnb: 0 };
  const datagrams = [
    ...frames.map(pushOf),
    encodeDatagram({ kind: "push-data", token: 1, gateway: GATEWAY, heard: frames.map(heardOf), status }),
    encodeDatagram({ kind: "pull-data", token: 3, gateway: GATEWAY }),
    encodeDatagram({ kind: "tx-ack", token: 1, gateway: GATEWAY, error: "TX_FREQ" }),
    encodeDatagram({ kind: "pull-resp", token: 1, send: orders[0] }),
  ];
  const held = () => JSON.stringify([store.devices(), [1, 2].flatMap(store.sessionsOf), store.records(0, 100)]);
  const before = held();

  function changed(original: Uint8Array): Uint8Array {
    const octets = original.slice();
    for (let changes = 1 + below(3); changes > 0; changes--) {
      const at = below(octets.length);
      if (below(4) === 0) octets.copyWithin(at, below(octets.length));
      else octets[at] ^= 1 << below(8);
    }
    return below(4) === 0 ? octets.slice(0, below(octets.length + 1)) : octets;
  }

  /** A frame that is none of those that were said. */
  function changedFrame(): Uint8Array {
    const original = frames[below(frames.length)];
    const frame = changed(original);
    return frame.length === 0 ? bytes(1 + below(64)) : frame;
  }

  let middle = 0;
  for (let n = 0; n < count; n++) {
    nowMs += 1;
    server.take(below(2) === 0 ? changed(datagrams[below(datagrams.length)]) : pushOf(changedFrame()), PEER, nowMs);
    server.tick(nowMs);
    if (n === count >> 1) middle = heapBytes();
  }
  server.tick(nowMs + 1000);
  return {
    hub: far.counts(),
    gateways: server.counts(),
    orders: orders.length,
    refused,
    unmoved: held() === before,
    growth: heapBytes() - middle,
  };
}
