import { beforeEach, describe, expect, it } from "@jest/globals";
import { cn470Rp001 } from "@songbai/sdk/bearer/lorawan/cn470-rp001";
import { RECORD_PORT } from "@songbai/sdk/bearer/lorawan/frame";
import { type Hub, hub } from "@songbai/tools/hub/hub";
import { memoryStore, type Store } from "@songbai/tools/hub/store/store";
import { NOON, sender } from "../../support/fleet.ts";
import {
  givenSession,
  joinedSession,
  joinRequest,
  type PeerDownlink,
  type PeerSession,
  type PeerUplink,
} from "../../support/lorawan-device.ts";

const SUB_BAND = 10;
const PLAN = cn470Rp001(SUB_BAND);
const WANG = sender(1);
const { credentials } = WANG;
const { deviceId } = credentials;
const COMMAND_PORT = 20;
const hex = (octets: Uint8Array) => Buffer.from(octets).toString("hex");

interface Sent extends Omit<PeerUplink, "counter"> {
  readonly counter?: number;
  readonly spreadingFactor?: number;
  readonly snrDb?: number;
  readonly gateways?: number;
  readonly gateway?: string;
  readonly timeS?: number;
}

let store: Store;
let far: Hub;
let session: PeerSession;
let next: number;

/** Sends a frame; answers the downlink as lora-packet reads it, `undefined` for none. Throws a sentence when it was refused. */
function up({ spreadingFactor = 9, snrDb = -8, gateways, gateway, timeS = NOON, ...uplink }: Sent): PeerDownlink | undefined {
  const counter = uplink.counter ?? next++;
  const channel = { frequencyHz: PLAN.joinHz(3), spreadingFactor };
  const frame = session.uplink({ ...uplink, counter });
  const heard = { frame, channel, rssiDbm: -100, snrDb };
  const by = { ...(gateways === undefined ? {} : { gateways }), ...(gateway === undefined ? {} : { gateway }) };
  const { downlink, rejected } = far.uplink({ ...heard, ...by }, timeS);
  if (rejected !== undefined) throw new Error(rejected);
  return downlink && session.read(downlink.frame);
}

const record = (sequence: number, rest: Sent = {}) => up({ port: RECORD_PORT, payload: WANG.record(sequence), ...rest });
const queue = (octets: number[], expiryS = NOON + 100) => far.queue(deviceId, COMMAND_PORT, Uint8Array.from(octets), expiryS);

beforeEach(() => {
  store = memoryStore([credentials]);
  far = hub({ store, subBand: SUB_BAND, publish: () => {} });
  session = givenSession(credentials);
  next = 0;
});

function join(): void {
  const frame = joinRequest(credentials, 0);
  const channel = { frequencyHz: PLAN.joinHz(3), spreadingFactor: 9 };
  const { downlink } = far.uplink({ frame, channel, rssiDbm: -100, snrDb: 5 }, NOON);
  session = joinedSession(credentials, 0, downlink?.frame as Uint8Array);
}

describe("MAC commands of a device", () => {
  it("are answered at once, in the header: how well it was heard and by how many, and the time at the end of its frame", () => {
    // SF9 needs -12.5 dB; 2026-03-01 21:20:00.25 UTC is 1456435218 s after 1980-01-06, with 18 leap seconds.
    const down = up({ options: "020d", confirmed: false, snrDb: -8, gateways: 3, timeS: NOON + 0.25 });
    const time = Buffer.alloc(5);
    time.writeUInt32LE(1_456_435_218);
    time[4] = 64;
    expect(down).toMatchObject({ acknowledges: false, port: null, options: `020403${"0d"}${hex(time)}` });
  });

  it("on port 0 are answered, too", () => {
    expect(up({ port: 0, payload: Uint8Array.of(0x02), confirmed: false })?.options).toBe("020401");
    expect(() => up({ port: 0, payload: Uint8Array.of(0x02), options: "02" })).toThrow("MAC commands in two places");
  });

  it("with more answers than a header holds are answered on port 0, before anything else", () => {
    queue([1]);
    const down = up({ options: "020202020d", port: RECORD_PORT, payload: WANG.record(1) });
    expect(down).toMatchObject({ acknowledges: true, pending: true, options: "", port: 0 });
    expect(down?.payload).toMatch(/^(020401){4}0d.{10}$/);
    expect(up({})).toMatchObject({ port: COMMAND_PORT, payload: "01" });
  });

  it("leave the acknowledgement what room there is: 23 octets at SF11", () => {
    for (let sequence = 0; sequence < 40; sequence += 3) record(sequence);
    const said = (options: string) => (record(50, { options, spreadingFactor: 11 })?.payload.length as number) / 2;
    expect(said("")).toBe(11);
    expect(said("0202020d")).toBeLessThanOrEqual(23 - 15);
  });

  it("leave the bare acknowledgement where there is room for nothing else: SF12", () => {
    expect(record(1, { options: "020d", spreadingFactor: 12 })).toMatchObject({ acknowledges: true, options: "", port: null });
  });

  it("that are answered until the device hears a sign are answered with one, as is a request for a sign", () => {
    expect(up({ confirmed: false })).toBeUndefined();
    for (const options of ["08", "0507", "0a03"]) expect(up({ options, confirmed: false })).toMatchObject({ options: "" });
    expect(up({ options: "04", confirmed: false })).toBeUndefined();
    expect(up({ asksForSign: true, confirmed: false })).toMatchObject({ acknowledges: false, port: null });
  });

  it("that nobody knows end the list, and harm nothing", () => {
    expect(up({ options: "02ff02", confirmed: false })?.options).toBe("020401");
    expect(up({ options: "80", confirmed: true })?.options).toBe("");
  });
});

describe("the status of a device", () => {
  it("is asked of one that joined with a downlink that goes anyway, until it answers, three times at most, and again next day", () => {
    join();
    expect(up({ confirmed: false })).toBeUndefined();
    expect(record(0)?.options).toBe("06");
    expect(record(1, { options: "06c83c" })?.options).toBe("");
    expect(store.sessionsOf(1)[0].status).toEqual({ battery: 200, marginDb: -4 });
    expect(record(2)?.options).toBe("");
    const asked = [0, 1, 2, 3, 4].map((n) => record(10 + n, { timeS: NOON + 86_400 + n })?.options);
    expect(asked).toEqual(["06", "06", "06", "", ""]);
  });

  it("is not asked of one that was given its session", () => {
    expect([record(0), record(1)].map((down) => down?.options)).toEqual(["", ""]);
  });
});

describe("adaptive data rate", () => {
  const strong = { adaptive: true, snrDb: 4, confirmed: false };
  const quietly = (count: number) => Array.from({ length: count }, () => up(strong)?.options);

  it("asks a device with 20 strong frames for a faster rate, again until it answers, and then no more", () => {
    expect(quietly(19)).toEqual(Array(19).fill(undefined));
    // SNR 4 at SF9: 6.5 dB to spend, two steps: DR5 at full power on channels 80 to 87.
    expect(quietly(2)).toEqual(["0350ff0051", "0350ff0051"]);
    expect(up({ ...strong, options: "0307" })?.options).toBeUndefined();
    expect(up({ ...strong, spreadingFactor: 7 })?.options).toBeUndefined();
    expect(store.sessionsOf(1)[0]).toMatchObject({ txPower: 0, nbTrans: 1, heard: { dataRate: 5, snrDb: 4 } });
  });

  it("keeps what the device has taken, power and repetitions, for the next hub", () => {
    const lossy = (n: number) => up({ ...strong, snrDb: 12, counter: 3 * n });
    for (let n = 0; n < 19; n++) expect(lossy(n)).toBeUndefined();
    // 14.5 dB: two steps of rate, two of power; two of three frames are lost.
    expect(lossy(19)?.options).toBe("0352ff0053");
    next = 60;
    up({ ...strong, options: "0307" });
    expect(store.sessionsOf(1)[0]).toMatchObject({ txPower: 2, nbTrans: 3 });
    far = hub({ store, subBand: SUB_BAND, publish: () => {} });
    // It knows both: the rate and power are right, and with every frame heard two are enough.
    for (let n = 0; n < 20; n++) {
      const down = up({ ...strong, snrDb: 3, spreadingFactor: 7 });
      expect(down?.options).toBe(n < 19 ? undefined : "0352ff0052");
    }
  });

  it("leaves a device alone that refuses, for 20 frames more, and one that does not ask for it for ever", () => {
    const stronger = { ...strong, snrDb: 12 };
    for (let n = 0; n < 19; n++) expect(up(stronger)).toBeUndefined();
    expect(up(stronger)?.options).toBe("0352ff0051");
    expect(up({ ...strong, options: "0305" })).toBeUndefined();
    expect(store.sessionsOf(1)[0].txPower).toBe(0);
    expect(quietly(18)).toEqual(Array(18).fill(undefined));
    expect(quietly(1)[0]).toBeDefined();
    for (let n = 0; n < 40; n++) expect(up({ ...strong, adaptive: false })).toBeUndefined();
  });

  it("knows that a device which has become slower by itself is back at full power", () => {
    for (let n = 0; n < 20; n++) up({ ...strong, snrDb: 12, spreadingFactor: 8 });
    up({ ...strong, options: "0307", spreadingFactor: 7 });
    expect(store.sessionsOf(1)[0].txPower).toBeGreaterThan(0);
    up({ ...strong, spreadingFactor: 8 });
    expect(store.sessionsOf(1)[0].txPower).toBe(0);
  });

  it("in a downlink says that the network steers", () => {
    const channel = { frequencyHz: PLAN.joinHz(3), spreadingFactor: 9 };
    const frame = session.uplink({ counter: next++, options: "" });
    const { downlink } = far.uplink({ frame, channel, rssiDbm: -100, snrDb: 5 }, NOON);
    expect((downlink?.frame[5] as number) & 0x80).toBe(0x80);
  });
});

describe("a frame that is repeated with its counter", () => {
  it("is answered anew as often as NbTrans has it, within a minute, and its record is kept once", () => {
    const again = () => far.counts();
    const lossy = { adaptive: true, confirmed: false, snrDb: -8 };
    for (let n = 0; n < 20; n++) up({ ...lossy, counter: 3 * n });
    next = 60;
    up({ ...lossy, options: "0307" });
    expect(store.sessionsOf(1)[0].nbTrans).toBe(3);
    const first = record(1, { counter: 70 });
    const second = record(1, { counter: 70, timeS: NOON + 4 });
    expect([first, second]).toMatchObject([{ acknowledges: true }, { acknowledges: true }]);
    expect((second?.counter as number) - (first?.counter as number)).toBe(1);
    expect(record(1, { counter: 70, timeS: NOON + 8 })).toBeDefined();
    expect(again()).toMatchObject({ accepted: 1, duplicates: 2 });
    expect(() => record(1, { counter: 70, timeS: NOON + 12 })).toThrow("frame 70 was seen before");
    record(2, { counter: 71 });
    expect(() => record(2, { counter: 71, timeS: NOON + 61 })).toThrow("frame 71 was seen before");
    expect(() => record(1, { counter: 70 })).toThrow("frame 70 was seen before");
    // A hub that was begun since cannot know when it was.
    far = hub({ store, subBand: SUB_BAND, publish: () => {} });
    expect(() => record(2, { counter: 71 })).toThrow("frame 71 was seen before");
  });

  it("counts once for the data rate", () => {
    for (let n = 0; n < 20; n++) up({ adaptive: true, confirmed: false, counter: 3 * n });
    up({ options: "0307", confirmed: false, counter: 60, spreadingFactor: 7 });
    const frame = { adaptive: true, confirmed: false, spreadingFactor: 7 };
    for (let n = 61; n < 79; n++)
      expect([up({ ...frame, counter: n }), up({ ...frame, counter: n })]).toEqual([undefined, undefined]);
    expect(up({ ...frame, counter: 79 })).toBeDefined();
  });

  it("is refused of a device that does not repeat", () => {
    record(1, { counter: 5 });
    expect(() => record(1, { counter: 5 })).toThrow("frame 5 was seen before");
  });
});

describe("what waits to be sent down", () => {
  it("goes with the next frame, confirmed, and again until the device says that it has it", () => {
    expect(queue([1, 2])).toBe(true);
    queue([3]);
    expect(record(0)).toMatchObject({
      confirmed: true,
      acknowledges: true,
      pending: true,
      port: COMMAND_PORT,
      payload: "0102",
    });
    expect(up({ confirmed: false })).toMatchObject({ confirmed: true, acknowledges: false, payload: "0102", counter: 1 });
    expect(up({ acknowledges: true, confirmed: false })).toMatchObject({ pending: false, payload: "03" });
    expect(up({ acknowledges: true })).toMatchObject({ confirmed: false, port: null });
    expect(store.queued(1, NOON)).toEqual([]);
  });

  it("is not taken for arrived by a sign that came before it went", () => {
    queue([1]);
    expect(up({ acknowledges: true })?.payload).toBe("01");
    expect(up({})?.payload).toBe("01");
  });

  it("is not taken for arrived by a frame that is repeated: its sign was of the downlink before", () => {
    for (let n = 0; n < 20; n++) up({ adaptive: true, confirmed: false, counter: 3 * n });
    up({ options: "0307", confirmed: false, counter: 60 });
    queue([1]);
    const copy = { acknowledges: true, counter: 61 };
    expect([up(copy)?.payload, up(copy)?.payload]).toEqual(["01", "01"]);
    expect(store.queued(1, NOON)).toHaveLength(1);
  });

  it("is given up when its time is over", () => {
    queue([1], NOON + 10);
    expect(up({ timeS: NOON + 9 })?.payload).toBe("01");
    expect(up({ timeS: NOON + 10 })?.payload).toBe("");
  });

  it("waits for a frame that has room for it, and lets what is shorter pass", () => {
    far.queue(deviceId, COMMAND_PORT, new Uint8Array(24).fill(7), NOON + 100);
    queue([8]);
    expect(up({ spreadingFactor: 11 })).toMatchObject({ payload: "08", pending: true });
    expect(up({ acknowledges: true, spreadingFactor: 11 })).toMatchObject({ payload: "", pending: true });
    expect(up({})).toMatchObject({ payload: "07".repeat(24), pending: false });
  });

  it("is taken by another bearer once", () => {
    queue([1]);
    queue([2]);
    expect(far.takeDownlink(deviceId, NOON)?.payload).toEqual(Uint8Array.of(1));
    expect(far.waiting?.(deviceId, NOON)).toEqual(Uint8Array.of(2));
    expect(far.takeDownlink(deviceId, NOON)).toBeUndefined();
    expect(far.queue(new Uint8Array(8), COMMAND_PORT, Uint8Array.of(1), NOON)).toBe(false);
  });

  it.each([
    ["port 0", 0, 1],
    ["port 224", 224, 1],
    ["243 octets", COMMAND_PORT, 243],
  ])("cannot be for %s", (_, port, length) => {
    expect(() => far.queue(deviceId, port, new Uint8Array(length), NOON + 1)).toThrow(RangeError);
  });
});

describe("a device that listens all the time", () => {
  const gateway = "aa555a0000000101";
  beforeEach(() => {
    store.enrol({ ...credentials, continuous: true });
    join();
  });
  const due = (timeS: number) => far.due(timeS).map((push) => ({ ...push, frame: session.read(push.frame) }));

  it("is called in RX2 by the gateway that heard it, every half minute until it answers", () => {
    queue([1]);
    expect(due(NOON)).toEqual([]);
    up({ gateway, acknowledges: false, timeS: NOON });
    expect(due(NOON + 29)).toEqual([]);
    const [call] = due(NOON + 30);
    expect(call).toMatchObject({
      gateway,
      channel: { frequencyHz: 505_300_000, spreadingFactor: 11 },
      frame: { confirmed: true, port: COMMAND_PORT, payload: "01", counter: 1 },
    });
    expect(due(NOON + 31)).toEqual([]);
    expect(due(NOON + 60)[0].frame.counter).toBe(2);
    up({ gateway, acknowledges: true, confirmed: false, timeS: NOON + 61 });
    expect(due(NOON + 99)).toEqual([]);
    expect(store.sessionsOf(1)[0].frameDown).toBe(3);
  });

  it("is called once, also when it has joined again without a frame since", () => {
    up({ gateway });
    far.uplink(
      { frame: joinRequest(credentials, 1), channel: { frequencyHz: 486_900_000, spreadingFactor: 9 }, rssiDbm: 0, snrDb: 0 },
      NOON,
    );
    up({ gateway });
    queue([1]);
    expect(due(NOON)).toHaveLength(1);
  });

  it("is left alone once its session has ended", () => {
    up({ gateway });
    queue([1]);
    expect(due(NOON)).toHaveLength(1);
    store.revoke(deviceId);
    expect(due(NOON + 60)).toEqual([]);
  });
});
