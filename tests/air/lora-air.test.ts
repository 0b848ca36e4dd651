import { describe, expect, it } from "@jest/globals";
import { frameUs } from "@songbai/sdk/bearer/lorawan/airtime";
import { airtimeUs, symbolUs } from "@songbai/sim/air/airtime";
import { decibel, naturalLog, ratioOf } from "@songbai/sim/air/decibel";
import fc from "fast-check";
import { airBench, HERE, HZ, sf } from "./bench.ts";

/** Of the frames of the bench. */
const lengthUs = (spreadingFactor: number) => Math.round(airtimeUs(20, spreadingFactor, true));

describe("decibels", () => {
  it("are those of Math, both ways", () => {
    fc.assert(
      fc.property(fc.double({ min: -200, max: 200, noNaN: true }), (db) => {
        expect(decibel(10 ** (db / 10))).toBeCloseTo(db, 9);
        expect(ratioOf(db) / 10 ** (db / 10)).toBeCloseTo(1, 12);
        expect(naturalLog(ratioOf(db))).toBeCloseTo(Math.log(10 ** (db / 10)), 9);
      }),
    );
  });
});

describe("time on air", () => {
  it("is that of the SDK, which counts in whole symbols, for all bandwidths", () => {
    for (const khz of [125, 250, 500]) {
      for (let spreadingFactor = 7; spreadingFactor <= 12; spreadingFactor++) {
        for (const octets of [0, 1, 12, 23, 51, 64, 115, 242, 255]) {
          for (const crc of [true, false]) {
            expect(airtimeUs(octets, spreadingFactor, crc, khz)).toBe(frameUs(octets, spreadingFactor, khz, crc));
          }
        }
      }
    }
  });
});

describe("what noise leaves of a frame", () => {
  // SX1276 data sheet, table 13, on a floor of -117 dBm in 125 kHz.
  it.each([
    [7, 125, -124.5],
    [8, 125, -127],
    [9, 125, -129.5],
    [10, 125, -132],
    [11, 125, -134.5],
    [12, 125, -137],
    [7, 250, -121.49],
    [7, 500, -118.48],
    [12, 500, -130.98],
  ])("SF%i in %i kHz is heard down to %d dBm", (spreadingFactor, khz, floorDbm) => {
    const bench = airBench();
    bench.send("below", 0, floorDbm - 0.02, sf(spreadingFactor, HZ, khz));
    bench.send("above", 60e6, floorDbm + 0.02, sf(spreadingFactor, HZ, khz));
    expect(bench.run()).toEqual(["above"]);
    expect(bench.air.counts()).toEqual({ lostFrames: 1, changedFrames: 0, lostTo: { weak: 1 } });
  });

  it("SF12 is heard at 3.4 times the distance of SF7 by a path loss exponent of 2.32", () => {
    const reachM = (spreadingFactor: number) => {
      let reach = 0;
      for (let distanceM = 100; distanceM < 20_000; distanceM *= 1.01) {
        const { air, time, run } = airBench();
        const from = { name: "far", place: { eastM: 0, northM: distanceM }, wallsDb: 0 };
        const frame = new Uint8Array(20);
        time.at(0, () => air.send({ from, frame, channel: sf(spreadingFactor), powerDbm: 14, down: false }, () => {}));
        if (run().length > 0) reach = distanceM;
      }
      return reach;
    };
    // 12.5 dB more: 10^(12.5 / 23.2).
    expect(reachM(12) / reachM(7)).toBeGreaterThan(3.4);
    expect(reachM(12) / reachM(7)).toBeLessThan(3.53);
    // 14 dBm - 123.65 dB at 1 km, -124.5 dBm: 14.85 dB more.
    expect(reachM(7)).toBeGreaterThan(4300);
    expect(reachM(7)).toBeLessThan(4400);
  });

  it("says how strong it was", () => {
    const bench = airBench();
    bench.send("one", 0, -100, sf(7));
    bench.send("other", 60e6, -120.4, sf(12, HZ, 250));
    bench.run();
    expect(bench.receptions.map(({ rssiDbm, snrDb }) => [rssiDbm, snrDb])).toEqual([
      [-100, 17],
      [-120, -6],
    ]);
  });
});

describe("frames at the same time", () => {
  const DBM = -90;

  it("of one spreading factor: 6 dB more survives, less does not, and the weaker never", () => {
    const bench = airBench();
    for (const [index, more] of [0, 5.9, 6.1].entries()) {
      bench.send(`strong ${more}`, index * 60e6, DBM + more, sf(9));
      bench.send(`weak ${more}`, index * 60e6 + 50_000, DBM, sf(9));
    }
    expect(bench.run()).toEqual(["strong 6.1"]);
    expect(bench.air.counts().lostTo).toEqual({ collision: 5 });
  });

  // Croce et al. 2018, table I.
  it.each([
    [7, 8, -8],
    [7, 12, -9],
    [8, 7, -11],
    [9, 8, -13],
    [10, 7, -19],
    [11, 10, -20],
    [12, 7, -25],
    [12, 11, -23],
  ])("SF%i survives SF%i at %i dB and no less", (wanted, other, neededDb) => {
    const bench = airBench();
    // They overlap at the end of the wanted one; how long does not matter.
    const during = Math.min(lengthUs(wanted), lengthUs(other)) / 2;
    bench.send("survives", 0, DBM + neededDb + 0.1, sf(wanted));
    bench.send("noise", lengthUs(wanted) - during, DBM, sf(other));
    bench.send("drowned", 60e6, DBM + neededDb - 0.1, sf(wanted));
    bench.send("noise", 60e6 + lengthUs(wanted) - during, DBM, sf(other));
    const heard = bench.run();
    expect(heard).toContain("survives");
    expect(heard).not.toContain("drowned");
  });

  it("add up: two at -9.1 dB leave 6 dB, three do not", () => {
    const bench = airBench();
    bench.send("one", 0, DBM, sf(9));
    for (const name of ["a", "b"]) bench.send(name, 10_000, DBM - 9.1, sf(9));
    bench.send("other", 60e6, DBM, sf(9));
    for (const name of ["a", "b", "c"]) bench.send(name, 60e6 + 10_000, DBM - 9.1, sf(9));
    expect(bench.run()).toEqual(["one"]);
  });

  it("do not matter before the last five symbols of a preamble, and do from there on", () => {
    const bench = airBench();
    const spareUs = (12.25 - 5) * symbolUs(9);
    const end = lengthUs(9);
    bench.send("first", 1e6, DBM + 20, sf(9));
    bench.send("in time", 1e6 + end - spareUs, DBM, sf(9));
    bench.send("second", 60e6, DBM + 20, sf(9));
    bench.send("too early", 60e6 + end - spareUs - 1, DBM, sf(9));
    expect(bench.run()).toEqual(["first", "in time", "second"]);
  });

  it("on channels apart do not meet; where they overlap, that share of the power counts", () => {
    const bench = airBench();
    bench.send("a", 0, DBM, sf(9, HZ));
    bench.send("b", 0, DBM + 40, sf(9, HZ + 200_000));
    // Of 500 kHz a quarter falls into 125: -6 dB; SF7 in 500 kHz has the slope of SF3, taken for SF7: SF9 needs -15 dB.
    bench.send("through", 60e6, DBM - 15 - 6.02 + 0.1, sf(9));
    bench.send("wide", 60e6 + 50_000, DBM, sf(7, HZ, 500));
    bench.send("not", 120e6, DBM - 15 - 6.02 - 0.1, sf(9));
    bench.send("wide", 120e6 + 50_000, DBM, sf(7, HZ, 500));
    const heard = bench.run();
    expect(heard).toEqual(expect.arrayContaining(["a", "b", "through"]));
    expect(heard).not.toContain("not");
  });

  it("a downlink is no spreading factor of an uplink's own", () => {
    const bench = airBench();
    bench.send("up", 0, DBM - 12, sf(9));
    bench.send("down", 10_000, DBM, sf(9), { down: true });
    bench.send("up again", 60e6, DBM - 14, sf(9));
    bench.send("down", 60e6 + 10_000, DBM, sf(9), { down: true });
    const heard = bench.run();
    expect(heard).toContain("up");
    expect(heard).not.toContain("up again");
  });
});

describe("chance", () => {
  it("has a frame's fate of its own: who else sends, receives or draws changes nothing", () => {
    const settings = { loss: 0.3, corruption: 0.2, riceK: 0 };
    const alone = airBench(settings);
    const among = airBench(settings);
    const elsewhere = { name: "elsewhere", place: { eastM: 5, northM: 5 }, wallsDb: 0 };
    among.air.listen({
      began: (one) => among.air.isAudible(one, elsewhere),
      ended: (one) => among.air.receive(one, elsewhere),
    });
    for (let i = 0; i < 200; i++) {
      alone.send("a", i * 1e6, -120, sf(7));
      among.send("b", i * 1e6 - (i === 0 ? 0 : 500), -90, sf(7, HZ + 400_000));
      among.send("a", i * 1e6, -120, sf(7));
    }
    alone.run();
    among.run();
    const fates = (receptions: typeof alone.receptions) =>
      receptions
        .filter(({ channel }) => channel.frequencyHz === HZ)
        .map(({ frame, rssiDbm }) => [rssiDbm, Buffer.from(frame).toString("hex")]);
    expect(fates(alone.receptions).length).toBeGreaterThan(60);
    expect(fates(alone.receptions).length).toBeLessThan(140);
    expect(fates(among.receptions)).toEqual(fates(alone.receptions));
  });

  it("deals each receiver its own", () => {
    const { air, time, send, run } = airBench({ riceK: 0 });
    const beside = { name: "beside", place: { eastM: 0, northM: 0 }, wallsDb: 0 };
    const levels: [number | undefined, number | undefined][] = [];
    air.listen({
      began() {},
      ended: (one) => levels.push([air.receive(one, HERE)?.rssiDbm, air.receive(one, beside)?.rssiDbm]),
    });
    for (let i = 0; i < 50; i++) send("a", i * 1e6, -80, sf(7));
    run();
    expect(time.nowUs()).toBe(1e15);
    expect(levels.filter(([here, there]) => here === there).length).toBeLessThan(15);
    expect(new Set(levels.map(([here]) => here)).size).toBeGreaterThan(8);
  });

  it("loses and changes the share that it is told to", () => {
    const bench = airBench({ loss: 0.2, corruption: 0.1 });
    for (let i = 0; i < 4000; i++) bench.send(`${i % 7}`, i * 1e6, -100, sf(7));
    const heard = bench.run().length;
    expect(heard / 4000).toBeCloseTo(0.8, 1);
    const { changedFrames, lostTo } = bench.air.counts();
    expect(lostTo).toEqual({ chance: 4000 - heard });
    expect(changedFrames / heard).toBeCloseTo(0.1, 1);
    expect(bench.receptions.filter(({ frame }) => frame.some((octet) => octet !== 0))).toHaveLength(changedFrames);
  });

  it("jams, and changes one bit of as many frames as were asked for", () => {
    const bench = airBench();
    bench.air.jam(true);
    bench.send("jammed", 0, -100, sf(7));
    bench.time.at(1e6, () => bench.air.jam(false));
    bench.time.at(1e6, () => bench.air.corruptNext(2));
    for (let i = 2; i < 6; i++) bench.send(`${i}`, i * 1e6, -100, sf(7));
    expect(bench.run()).toEqual(["2", "3", "4", "5"]);
    expect(bench.receptions.map(({ frame }) => frame.some((octet) => octet !== 0))).toEqual([true, true, false, false]);
    expect(bench.air.counts()).toEqual({ lostFrames: 1, changedFrames: 2, lostTo: { jam: 1 } });
  });
});

describe("an energy detector", () => {
  it("adds up what is there now, in its width, but for its own frames", () => {
    const bench = airBench();
    const levels: number[] = [];
    const look = (atUs: number, hz = HZ) => bench.time.at(atUs, () => levels.push(bench.air.levelDbm(HERE, hz, 200)));
    look(0);
    bench.send("a", 1000, -80, sf(9));
    look(2000);
    bench.send("b", 3000, -80, sf(7));
    look(4000);
    look(4000, HZ + 200_000);
    look(4000, HZ + 100_000);
    bench.time.at(5000, () =>
      bench.air.send({ from: HERE, frame: new Uint8Array(9), channel: sf(7), powerDbm: 14, down: true }, () => {}),
    );
    look(6000);
    look(1e6);
    bench.run();
    expect(levels.map((level) => Number(level.toFixed(2)))).toEqual([
      Number.NEGATIVE_INFINITY,
      -80,
      -76.99,
      Number.NEGATIVE_INFINITY,
      -80,
      -76.99,
      Number.NEGATIVE_INFINITY,
    ]);
  });
});
