import { beforeEach, describe, expect, it } from "@jest/globals";
import { RECORD_PORT } from "@songbai/sdk/bearer/lorawan/frame";
import type { UplinkOutcome } from "@songbai/sim/air/gateway";
import type { Reception } from "@songbai/sim/air/lora-air";
import { type Datagram, decodeDatagram, encodeDatagram, type Heard, type Send } from "@songbai/sim/air/semtech";
import { demoHub } from "@songbai/tools/hub/hub";
import { type GatewayServer, gatewayServer, type Peer } from "@songbai/tools/hub/lorawan/gateways";
import type { Push } from "@songbai/tools/hub/lorawan/server";
import { NOON } from "../../support/fleet.ts";
import { WANG } from "../../support/lorawan.ts";
import { joinedSession, joinRequest } from "../../support/lorawan-device.ts";

const NEAR = { eui: "aa555a0000000101", peer: { address: "127.0.0.1", port: 40001 } };
const FAR = { eui: "aa555a0000000202", peer: { address: "127.0.0.1", port: 40002 } };

function heard(frame: Uint8Array, tmst: number, snrDb: number): Heard {
  const channel = { frequencyHz: 486_900_000, spreadingFactor: 9 };
  return { tmst, channel, chan: 3, rfch: 0, rssiDbm: -100, snrDb, frame };
}

const push = (gateway: string, ...frames: Heard[]) =>
  encodeDatagram({ kind: "push-data", token: 0x1234, gateway, heard: frames });
const pull = (gateway: string) => encodeDatagram({ kind: "pull-data", token: 0x4321, gateway });

describe("the hub's side of Semtech UDP", () => {
  let sent: { datagram: Datagram; to: Peer; octets: Uint8Array }[];
  let served: { reception: Reception; timeS: number }[];
  let due: Push[];
  let looks: number;
  let answer: UplinkOutcome;
  let logged: string[];
  let server: GatewayServer;
  beforeEach(() => {
    sent = [];
    served = [];
    logged = [];
    answer = {};
    due = [];
    looks = 0;
    server = gatewayServer({
      server: {
        uplink(reception, timeS) {
          served.push({ reception, timeS });
          return answer;
        },
        due() {
          looks++;
          return due.splice(0);
        },
      },
      send: (octets, to) => sent.push({ datagram: decodeDatagram(octets) as Datagram, to, octets }),
      timeS: (nowMs) => NOON + Math.floor(nowMs / 1000),
      log: (sentence) => logged.push(sentence),
    });
  });

  it("golden capture: a frame up, its acknowledgement down, octet for octet", () => {
    const downlink = {
      frame: new Uint8Array([0x60, 1, 2, 3, 4]),
      delayMs: 1000,
      channel: { frequencyHz: 508_100_000, spreadingFactor: 9 },
    };
    answer = { downlink };
    const text = (octets: Uint8Array) => Buffer.from(octets).toString("latin1");
    server.take(new Uint8Array(Buffer.from(`02432102${NEAR.eui}`, "hex")), NEAR.peer, 0);
    const up =
      '{"rxpk":[{"time":"2026-03-01T21:20:00.000000Z","tmst":4294500000,"chan":3,"rfch":0,"freq":486.900000,"stat":1,"modu":"LORA","datr":"SF9BW125","codr":"4/5","lsnr":5.5,"rssi":-100,"size":5,"data":"QAECAwQ="}]}';
    server.take(new Uint8Array(Buffer.concat([Buffer.from(`02123400${NEAR.eui}`, "hex"), Buffer.from(up)])), NEAR.peer, 0);
    server.tick(200);
    expect(sent.map(({ octets }) => text(octets))).toEqual([
      "\x02\x43\x21\x04",
      "\x02\x12\x34\x01",
      // 4,294,500,000 + 1,000,000 - 2^32
      '\x02\x00\x01\x03{"txpk":{"imme":false,"tmst":532704,"freq":508.1,"rfch":0,"powe":17,"modu":"LORA","datr":"SF9BW125","codr":"4/5","ipol":true,"size":5,"data":"YAECAwQ=","ncrc":true}}',
    ]);
    expect(served).toHaveLength(1);
    expect(served[0]).toMatchObject({
      timeS: NOON,
      reception: { frame: new Uint8Array([0x40, 1, 2, 3, 4]), channel: { frequencyHz: 486_900_000, spreadingFactor: 9 } },
    });
  });

  it("serves a frame that two gateways heard once, and answers through the better of them that pulls", () => {
    answer = {
      downlink: { frame: new Uint8Array([0x60]), delayMs: 1000, channel: { frequencyHz: 508_100_000, spreadingFactor: 9 } },
    };
    const frame = new Uint8Array([0x40, 1, 2, 3, 4]);
    server.take(pull(NEAR.eui), NEAR.peer, 0);
    server.take(push(FAR.eui, heard(frame, 77, 1)), FAR.peer, 0);
    server.take(push(NEAR.eui, heard(frame, 5_000_000, 0)), NEAR.peer, 150);
    server.tick(199);
    expect(served).toEqual([]);
    server.tick(200);
    expect(served).toHaveLength(1);
    expect(served[0].reception).toMatchObject({ snrDb: 1, gateways: 2, gateway: FAR.eui });
    // FAR heard better, but there is no way down to it.
    expect(sent[sent.length - 1]).toMatchObject({ to: NEAR.peer, datagram: { kind: "pull-resp", send: { tmst: 6_000_000 } } });
    server.take(pull(FAR.eui), FAR.peer, 1000);
    server.take(push(NEAR.eui, heard(frame, 10, 0)), NEAR.peer, 1000);
    server.take(push(FAR.eui, heard(frame, 20, 1)), FAR.peer, 1010);
    server.tick(1210);
    expect(served).toHaveLength(2);
    expect(sent[sent.length - 1]).toMatchObject({ to: FAR.peer, datagram: { send: { tmst: 1_000_020 } } });
    expect(server.counts()).toMatchObject({ frames: 2, copies: 4, downlinks: 2, gateways: 2 });
  });

  it("a copy that comes after the window is a frame of its own, for the frame counters to judge", () => {
    const frame = new Uint8Array([0x40, 1, 2, 3, 4]);
    server.take(push(NEAR.eui, heard(frame, 0, 0)), NEAR.peer, 0);
    server.take(push(FAR.eui, heard(frame, 0, 9)), FAR.peer, 200);
    expect(served).toHaveLength(1);
    server.tick(400);
    expect(served).toHaveLength(2);
  });

  it("tries RX2, once, when the gateway cannot serve RX1", () => {
    const channel = { frequencyHz: 508_100_000, spreadingFactor: 9 };
    const rx2 = { frequencyHz: 505_300_000, spreadingFactor: 12 };
    answer = {
      downlink: { frame: new Uint8Array([0x60]), delayMs: 1000, channel, otherwise: { delayMs: 2000, channel: rx2 } },
    };
    server.take(pull(NEAR.eui), NEAR.peer, 0);
    server.take(push(NEAR.eui, heard(new Uint8Array([0x40]), 0, 0)), NEAR.peer, 0);
    server.tick(200);
    const pulled = () => sent.filter(({ datagram }) => datagram.kind === "pull-resp");
    const ack = (gateway: string, error: "NONE" | "COLLISION_PACKET") => {
      const { token } = pulled()[pulled().length - 1].datagram;
      server.take(encodeDatagram({ kind: "tx-ack", token, gateway, error }), NEAR.peer, 300);
    };
    ack(FAR.eui, "COLLISION_PACKET");
    expect(pulled()).toHaveLength(1);
    ack(NEAR.eui, "COLLISION_PACKET");
    expect(pulled()[1]).toMatchObject({ to: NEAR.peer, datagram: { send: { tmst: 2_000_000, channel: rx2 } } });
    ack(NEAR.eui, "COLLISION_PACKET");
    expect(pulled()).toHaveLength(2);
    server.take(push(NEAR.eui, heard(new Uint8Array([0x41]), 0, 0)), NEAR.peer, 1000);
    server.tick(1200);
    ack(NEAR.eui, "NONE");
    ack(NEAR.eui, "COLLISION_PACKET");
    expect(pulled()).toHaveLength(3);
  });

  it("says when the first copy of a frame came, and by how many gateways, whichever tick it is served at", () => {
    const frame = new Uint8Array([0x40, 1, 2, 3, 4]);
    server.take(push(FAR.eui, heard(frame, 0, 0)), FAR.peer, 3900);
    server.take(push(FAR.eui, heard(frame, 0, 2)), FAR.peer, 4000);
    server.tick(5200);
    expect(served).toMatchObject([{ timeS: NOON + 3, reception: { snrDb: 2, gateways: 1 } }]);
  });

  it("sends at once what is due for a device that listens all the time, as far as the gateway pulls", () => {
    const channel = { frequencyHz: 505_300_000, spreadingFactor: 11 };
    const frame = new Uint8Array([0xa0, 1, 2]);
    server.take(pull(NEAR.eui), NEAR.peer, 0);
    due = [
      { gateway: FAR.eui, channel, frame },
      { gateway: NEAR.eui, channel, frame },
    ];
    server.tick(1000);
    const [, ...down] = sent;
    expect(down).toMatchObject([{ to: NEAR.peer, datagram: { kind: "pull-resp", send: { channel, frame, inverted: true } } }]);
    expect((down[0].datagram as { send: Send }).send.tmst).toBeUndefined();
    expect(server.counts().downlinks).toBe(1);
    for (let ms = 1020; ms <= 4000; ms += 20) server.tick(ms);
    expect(looks).toBe(4);
  });

  it("lets a device join: the accept leaves five seconds after the request", () => {
    const { credentials } = WANG;
    const far = demoHub(credentials, 10, () => {});
    const joins = gatewayServer({
      server: far,
      send: (octets, to) => sent.push({ datagram: decodeDatagram(octets) as Datagram, to, octets }),
      timeS: () => NOON,
    });
    joins.take(pull(NEAR.eui), NEAR.peer, 0);
    joins.take(push(NEAR.eui, heard(joinRequest(credentials, 0), 1_000_000, 5)), NEAR.peer, 0);
    joins.take(push(FAR.eui, heard(joinRequest(credentials, 0), 9, 1)), FAR.peer, 10);
    joins.tick(200);
    const { send, kind } = sent[sent.length - 1].datagram as { send: Send; kind: string };
    expect([kind, send.tmst]).toEqual(["pull-resp", 6_000_000]);
    const session = joinedSession(credentials, 0, send.frame);
    const frame = session.uplink({ counter: 0, port: RECORD_PORT, payload: WANG.record(7) });
    joins.take(push(NEAR.eui, heard(frame, 9_000_000, 5)), NEAR.peer, 8000);
    joins.tick(8200);
    expect(far.counts()).toEqual({ accepted: 1, duplicates: 0, rejected: 0 });
  });

  it("says which downlinks a gateway did not send", () => {
    server.take(encodeDatagram({ kind: "tx-ack", token: 1, gateway: NEAR.eui, error: "NONE" }), NEAR.peer, 0);
    server.take(encodeDatagram({ kind: "tx-ack", token: 2, gateway: NEAR.eui, error: "TOO_LATE" }), NEAR.peer, 0);
    expect(server.counts().refused).toBe(1);
    expect(logged).toEqual([`The gateway ${NEAR.eui} did not send a downlink: TOO_LATE.`]);
  });

  it("remembers 256 ways down and 1024 open frames, whoever invents more", () => {
    for (let n = 0; n < 5000; n++) {
      const eui = n.toString(16).padStart(16, "0");
      server.take(pull(eui), NEAR.peer, n / 100);
      server.take(push(eui, heard(new Uint8Array([n & 255, n >> 8]), 0, 0)), NEAR.peer, n / 100);
    }
    expect(server.counts().gateways).toBe(256);
    // What did not fit was served early, and nothing was lost.
    expect(served).toHaveLength(5000 - 1024);
    server.tick(1000);
    expect(served).toHaveLength(5000);
  });
});
