import { beforeEach, describe, expect, it } from "@jest/globals";
import { cn470Rp001 } from "@songbai/sdk/bearer/lorawan/cn470-rp001";
import { airtimeUs } from "@songbai/sim/air/airtime";
import { type Datagram, decodeDatagram, encodeDatagram, type Send } from "@songbai/sim/air/semtech";
import { type VirtualGateway, virtualGateway } from "@songbai/sim/air/virtual-gateway";

const EUI = "aa555a0000000101";
const plan = cn470Rp001(10);
const FRAME = new Uint8Array(20).fill(7);
const SF = 9;

const heard = (frequencyHz: number) => ({
  frame: FRAME,
  channel: { frequencyHz, spreadingFactor: SF },
  rssiDbm: -100,
  snrDb: 5,
});

function order(tmst: number | undefined, changes: Partial<Send> = {}): Uint8Array {
  const channel = { frequencyHz: plan.joinRx1Hz(3), spreadingFactor: SF };
  const send = { channel, rfch: 0, powerDbm: 17, inverted: true, crc: false, frame: FRAME, ...changes };
  return encodeDatagram({ kind: "pull-resp", token: 9, send: tmst === undefined ? send : { ...send, tmst } });
}

describe("virtual gateway", () => {
  let sent: Datagram[];
  let gateway: VirtualGateway;
  const last = () => sent[sent.length - 1];
  beforeEach(() => {
    sent = [];
    gateway = virtualGateway({ eui: EUI, subBand: 10, send: (octets) => sent.push(decodeDatagram(octets) as Datagram) });
  });

  it("forwards what comes on its eight channels, and nothing else", () => {
    for (let n = 0; n < 96; n++) gateway.hear(heard(470_300_000 + n * 200_000), 5_000_000);
    expect(sent.map((one) => one.kind === "push-data" && one.heard[0].chan)).toEqual([0, 1, 2, 3, 4, 5, 6, 7]);
    expect(sent.map((one) => one.kind === "push-data" && one.heard[0].channel.frequencyHz)).toEqual(
      [80, 81, 82, 83, 84, 85, 86, 87].map((n) => 470_300_000 + n * 200_000),
    );
  });

  it("has narrow channels only, and sends downlinks of any bandwidth", () => {
    const wide = { frequencyHz: plan.joinHz(3), spreadingFactor: SF, bandwidthKhz: 500 };
    gateway.hear({ ...heard(plan.joinHz(3)), channel: wide }, 5_000_000);
    expect(sent).toEqual([]);
    const channel = { ...wide, frequencyHz: plan.joinRx1Hz(3) };
    expect(gateway.take(order(11_000_000, { channel }), 10_000_000)).toMatchObject({ channel });
    // A quarter of the time on air of 125 kHz: then its transmitter is free again.
    const airUs = Math.ceil(airtimeUs(FRAME.length, SF, false, 500));
    expect(gateway.take(order(11_000_000 + airUs + 999), 10_000_000)).toBeUndefined();
    expect(gateway.take(order(11_000_000 + airUs + 1001), 10_000_000)).toBeDefined();
  });

  it("counts microseconds around 2^32, and sends on the other side of the wrap", () => {
    const nowUs = 3 * 2 ** 32 - 400_000;
    gateway.hear(heard(plan.joinHz(3)), nowUs);
    expect(last()).toMatchObject({ heard: [{ tmst: 2 ** 32 - 400_000 }] });
    expect(gateway.take(order(600_000), nowUs)).toMatchObject({ delayUs: 1_000_000, frame: FRAME });
    expect(last()).toEqual({ kind: "tx-ack", token: 9, gateway: EUI, error: "NONE" });
  });

  it.each([
    ["TOO_LATE", order(10_031_499)],
    ["TOO_LATE", order(9_000_000)],
    ["TOO_EARLY", order(10_000_000 + 384_000_001)],
    ["TX_FREQ", order(11_000_000, { channel: { frequencyHz: 486_300_000, spreadingFactor: SF } })],
    ["TX_FREQ", order(11_000_000, { channel: { frequencyHz: 500_400_000, spreadingFactor: SF } })],
    ["TX_POWER", order(11_000_000, { powerDbm: 20 })],
  ])("says %s to what it cannot send", (error, octets) => {
    expect(gateway.take(octets, 10_000_000)).toBeUndefined();
    expect(sent).toEqual([{ kind: "tx-ack", token: 9, gateway: EUI, error }]);
  });

  it("has one transmitter: what overlaps by a microsecond less than its margin is a collision", () => {
    const airUs = Math.ceil(airtimeUs(FRAME.length, SF, false));
    expect(gateway.take(order(11_000_000), 10_000_000)).toBeDefined();
    expect(gateway.take(order(11_000_000 + airUs + 999), 10_000_000)).toBeUndefined();
    expect(last()).toMatchObject({ error: "COLLISION_PACKET" });
    expect(gateway.take(order(11_000_000 - airUs - 999), 10_000_000)).toBeUndefined();
    expect(gateway.take(order(11_000_000 + airUs + 1001), 10_000_000)).toBeDefined();
  });

  it("hears nothing while it sends", () => {
    gateway.take(order(11_000_000), 10_000_000);
    const airUs = airtimeUs(FRAME.length, SF, true);
    sent = [];
    gateway.hear(heard(plan.joinHz(1)), 11_000_000 + 1000);
    gateway.hear(heard(plan.joinHz(1)), 11_000_000 + airUs);
    expect(sent).toEqual([]);
    gateway.hear(heard(plan.joinHz(1)), 11_000_000 - 1);
    gateway.hear(heard(plan.joinHz(1)), 11_000_000 + 2 * airUs);
    expect(sent).toHaveLength(2);
  });

  it("sends at once what has no time", () => {
    expect(gateway.take(order(undefined), 0)?.delayUs).toBe(31_500);
  });

  it("accounts for frames and for acknowledged datagrams", () => {
    for (const channel of [0, 1, 2]) gateway.hear(heard(plan.joinHz(channel)), 1_000_000);
    const { token } = last();
    const acknowledged = encodeDatagram({ kind: "push-ack", token });
    gateway.take(acknowledged, 1_000_000);
    gateway.take(acknowledged, 1_000_000);
    gateway.take(order(3_000_000), 1_000_000);
    gateway.report("2026-03-01 21:20:00 GMT");
    expect(last()).toMatchObject({
      heard: [],
      status: { time: "2026-03-01 21:20:00 GMT", rxnb: 3, rxok: 3, rxfw: 3, ackr: 33.3, dwnb: 1, txnb: 1 },
    });
  });
});
