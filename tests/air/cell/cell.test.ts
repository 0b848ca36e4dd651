import { readFileSync } from "node:fs";
import { describe, expect, it } from "@jest/globals";
import { TCP } from "@songbai/sdk/bearer/cellular/transport";
import { MISSING } from "@songbai/sdk/lang/result";
import { cellNetwork, type FarEnd, GOOD_CELL, type SocketEvents } from "@songbai/sim/air/cell/network";
import { agenda } from "@songbai/sim/clock/agenda";
import { stream } from "@songbai/sim/clock/seed";
import { cellularModem } from "@songbai/sim/parts/modem";
import { meter, type PowerModel } from "@songbai/sim/parts/power";
import { toHex } from "../../support/hex.ts";
import { cellBench, DEVICE, recordOf } from "./bench.ts";

const ID = DEVICE.replaceAll("-", "").toLowerCase();
const PROTOCOLS = ["mqtt", "coap"] as const;

/** The numbers of the records that the hub got, as they came. */
const numbers = (got: readonly string[]): number[] => got.map((line) => Number.parseInt(line.split(" ")[1].slice(0, 4), 16));

describe("air/cell", () => {
  it.each(PROTOCOLS)("%s: a record gets to the hub as it is, and the hub's words come back", (protocol) => {
    const bench = cellBench({ protocol });
    expect(bench.bearer.isReady()).toBe(false);
    expect(bench.bearer.send(recordOf(1), 25, () => {})).toBe(MISSING);
    bench.pass(6);
    expect(bench.bearer.isReady()).toBe(true);
    bench.journal(recordOf(300));
    bench.pass(2);
    expect(bench.got).toEqual([`${ID} ${toHex(recordOf(300))}`]);
    expect(bench.heard).toEqual(["ac012c"]);
    expect(bench.queue).toEqual([]);
  });

  it("speaks 3.1.1 with a broker that knows no other", () => {
    const bench = cellBench({ version: 4 });
    bench.journal(recordOf(1));
    bench.pass(20);
    expect(numbers(bench.got)).toEqual([1]);
    expect(bench.heard).toEqual(["ac0001"]);
  });

  it.each(PROTOCOLS)("%s: what waits at the hub comes down with the next record", (protocol) => {
    const bench = cellBench({ protocol, record: () => ({}) });
    bench.waiting.push(Uint8Array.of(0xc0));
    bench.journal(recordOf(1));
    bench.pass(10);
    bench.waiting.push(Uint8Array.of(0xc1));
    bench.pass(30);
    expect(bench.heard.slice(0, 2)).toEqual(["c0", "c1"]);
  });

  it("a broker keeps what comes down while the device is away", () => {
    const bench = cellBench({ record: () => ({}), cell: { outages: [{ fromMs: 7800, toMs: 20_000 }] } });
    bench.pass(7.7);
    bench.waiting.push(Uint8Array.of(0xc0));
    bench.journal(recordOf(1));
    // The frame is on its way when the cell goes.
    bench.pass(10);
    expect(bench.got).toHaveLength(1);
    expect(bench.heard).toEqual([]);
    bench.pass(10);
    expect(bench.heard).toEqual(["c0"]);
  });

  it.each(PROTOCOLS)("%s: through outages and lost packets every record arrives, in order", (protocol) => {
    for (const loss of [0, 0.1, 0.3]) {
      const outages = Array.from({ length: 12 }, (_, i) => ({
        fromMs: 20_000 + i * 97_000,
        toMs: 40_000 + i * 97_000 + i * 3000,
      }));
      const bench = cellBench({ protocol, cell: { loss, outages }, seed: 5 });
      for (let n = 0; n < 200; n++) {
        bench.journal(recordOf(n));
        bench.pass(6);
      }
      bench.pass(4000);
      expect(bench.queue).toEqual([]);
      expect([...new Set(numbers(bench.got))]).toEqual(Array.from({ length: 200 }, (_, n) => n));
      // What came twice was on its way when the cell went, or its answer was lost.
      expect(bench.got.length).toBeLessThan(200 * (1 + 2 * loss) + 2 * outages.length);
      if (loss > 0) expect(bench.network.counts().lost).toBeGreaterThan(20);
    }
  });

  it("a record in blocks arrives whole, through lost datagrams", () => {
    const bench = cellBench({ protocol: "coap", cell: { loss: 0.2 }, blockBytes: 16, seed: 3 });
    for (let n = 0; n < 20; n++) bench.journal(recordOf(n, 100));
    bench.pass(2000);
    expect(bench.queue).toEqual([]);
    expect(new Set(bench.got)).toEqual(new Set(Array.from({ length: 20 }, (_, n) => `${ID} ${toHex(recordOf(n, 100))}`)));
    expect(bench.network.counts().packets).toBeGreaterThan(20 * 7 * 2);
  });

  it("a hub that cannot keep a record gets it again", () => {
    let faults = 3;
    const bench = cellBench({
      record: (_id, sealed) => {
        if (faults-- > 0) throw new Error("the disk is full");
        return { answer: Uint8Array.of(0xac, sealed[0], sealed[1]) };
      },
    });
    bench.journal(recordOf(7));
    bench.pass(20);
    expect(numbers(bench.got)).toEqual([7, 7, 7, 7]);
    expect(bench.queue).toEqual([]);
  });

  it("a server that hangs up or is not there is called again, ever more seldom", () => {
    let calls = 0;
    const bench = cellBench({
      far: (far) => ({
        open(...given) {
          calls++;
          if (calls % 2 === 1) return undefined;
          const socket = far.open(...given);
          given[3].closed();
          return socket;
        },
      }),
    });
    bench.pass(3600);
    expect(calls).toBeGreaterThan(9);
    expect(calls).toBeLessThan(22);
    expect(bench.ready()).toBe(0);
  });

  it("the same seed gives the same packets", () => {
    const run = (seed: number) => {
      const bench = cellBench({ cell: { loss: 0.3 }, seed });
      for (let n = 0; n < 30; n++) bench.journal(recordOf(n));
      bench.pass(300);
      return [bench.network.counts(), bench.got.length, bench.attempts()];
    };
    expect(run(1)).toEqual(run(1));
    expect(run(1)).not.toEqual(run(2));
  });

  describe("power, by hand", () => {
    // Power on, 2.5 s search; registered: 10 s connected from any traffic.
    it("connected until 10 s after the last traffic, then idle", () => {
      const bench = cellBench({ cell: { latencyMs: 0 } });
      bench.pass(50);
      const before = bench.energy().by;
      expect(before["cell search"]).toBeCloseTo((1000 * 2.5) / 50, 0);
      const connected = (before["cell connected"] * 50) / 1000;
      expect(connected).toBeGreaterThan(10);
      expect(connected).toBeLessThan(14.6);
      expect(before["cell idle"]).toBeCloseTo((100 * (50 - 2.5 - connected)) / 50, 0);
      expect(before["cell sleep"]).toBe(0);
    });

    it("asleep when it has hung up and was idle for T3324, but for a sign of life each T3412", () => {
      const day = 86_400;
      const bench = cellBench({ cell: { latencyMs: 0 }, idleS: 5, psm: { activeS: 10, periodicS: 3600 } });
      bench.pass(day);
      const { by } = bench.energy();
      const connected = (by["cell connected"] * day) / 1000;
      // Once after boot, about 20 s; then 23 updates of 3 s.
      expect(connected).toBeGreaterThan(15 + 23 * 3 - 6);
      expect(connected).toBeLessThan(25 + 23 * 3 + 6);
      expect(by["cell sleep"]).toBeCloseTo(1, 1);
      const awake = cellBench({ cell: { latencyMs: 0 } });
      awake.pass(day);
      expect(awake.energy().averageMicroamps).toBeGreaterThan(90 * bench.energy().averageMicroamps);
    });

    it("out of coverage it searches for 20 s, and pauses for 20, 40, 80, then 120 s", () => {
      const bench = cellBench({ cell: { outages: [{ fromMs: 0, toMs: 3_600_000 }] } });
      bench.pass(600);
      // Searches begin at 0, 40, 100, 200, 340 and 480 s.
      expect(bench.energy().by["cell search"]).toBeCloseTo((1000 * 6 * 20) / 600, 0);
      expect(bench.energy().by["cell sleep"]).toBeCloseTo((600 - 6 * 20) / 600, 0);
      expect(bench.energy().by).toMatchObject({ "cell connected": 0, "cell idle": 0 });
    });

    it("finds in its next search the coverage that came back in a pause, and at once what comes back in a search", () => {
      const back = (toMs: number, passS: number) => {
        const bench = cellBench({ cell: { latencyMs: 0, outages: [{ fromMs: 0, toMs }] } });
        bench.pass(passS);
        return bench.ready();
      };
      // The pause from 120 to 200 s, and the search from there.
      expect([back(130_000, 202), back(130_000, 206)]).toEqual([0, 1]);
      expect([back(205_000, 207), back(205_000, 211)]).toEqual([0, 1]);
      // Registered once, it begins with short pauses again.
      const bench = cellBench({
        cell: {
          latencyMs: 0,
          outages: [
            { fromMs: 0, toMs: 130_000 },
            { fromMs: 300_000, toMs: 330_000 },
          ],
        },
      });
      bench.pass(350);
      expect(bench.ready()).toBe(2);
    });

    it("does not pause for long while an alarm waits, and does again when none does", () => {
      const at436s = (...wanted: boolean[]) => {
        const bench = cellBench({ cell: { latencyMs: 0, outages: [{ fromMs: 0, toMs: 425_000 }] } });
        // The pause from 360 to 480 s.
        bench.pass(400);
        for (const urgent of wanted) bench.bearer.wanted?.(urgent);
        bench.pass(36);
        return bench.ready();
      };
      expect([at436s(), at436s(true), at436s(true, true), at436s(true, false), at436s(false)]).toEqual([0, 1, 1, 0, 0]);
    });

    it("extended DRX: asleep before the first window, where it would be idle", () => {
      const bench = cellBench({ cell: { latencyMs: 0 }, edrx: { cycleMs: 81_920 } });
      const always = cellBench({ cell: { latencyMs: 0 } });
      // The keep-alive of this bench is a minute: the time to the next is asleep.
      for (const one of [bench, always]) one.pass(50);
      const { by } = bench.energy();
      expect(by["cell idle"]).toBe(0);
      expect(by["cell sleep"]).toBeCloseTo(always.energy().by["cell idle"] / 100, 1);
    });

    it("extended DRX costs what nRF9160's data sheet says", () => {
      // 18 µA at 81.92 s and 6 at 655.36, Cat-M1; with the idle and sleep currents of the simulator's board.
      for (const [cycleMs, least, most] of [
        [81_920, 16, 20],
        [655_360, 4, 6],
      ]) {
        const part = modemAlone({ cycleMs });
        const day = 86_400;
        part.pass(day);
        expect(part.idleMicroamps(day)).toBeGreaterThan(least);
        expect(part.idleMicroamps(day)).toBeLessThan(most);
      }
    });

    it("extended DRX holds back what comes down until the window, in order, or until the device speaks", () => {
      const part = modemAlone({ cycleMs: 20_480 });
      part.pass(3);
      part.open();
      part.pass(15);
      // Connected until 10 s after it was opened: a cycle from there ends at 33.5 s, its window begins 2.56 s before.
      part.down(1);
      part.down(2);
      part.pass(12);
      expect(part.heard).toEqual([]);
      part.pass(3);
      expect(part.heard).toEqual([1, 2]);
      part.pass(15);
      part.down(3);
      part.pass(1);
      expect(part.heard).toEqual([1, 2]);
      part.up();
      part.pass(1);
      expect(part.heard).toEqual([1, 2, 3]);
    });
  });
});

/** A modem with nothing above it, on the currents of the simulator's board. */
function modemAlone(edrx: { cycleMs: number }) {
  const time = agenda();
  let tell: SocketEvents | undefined;
  const far: FarEnd = {
    open: (_transport, _host, _port, events) => {
      tell = events;
      return { send: () => {}, close: () => {} };
    },
  };
  const heard: number[] = [];
  const energy = meter(JSON.parse(readFileSync("board-profiles/simulator/profile.json", "utf8")).power as PowerModel);
  const part = cellularModem({
    agenda: time,
    network: cellNetwork(time, { ...GOOD_CELL, latencyMs: 0 }, stream(1, "cell"), far),
    meter: energy,
    psm: undefined,
    edrx,
    tell: { attached: () => {}, open: () => {}, data: (octets) => heard.push(octets[0]), sent: () => {} },
  });
  part.attach(true);
  return {
    heard,
    pass: (seconds: number) => {
      const end = time.nowUs() + seconds * 1e6;
      while (time.step(end));
    },
    open: () => part.open(TCP, "hub.example", 1883),
    down: (octet: number) => tell?.data(Uint8Array.of(octet)),
    up: () => part.send(Uint8Array.of(0)),
    /** Of what the modem draws when nothing goes over it. */
    idleMicroamps: (seconds: number) => {
      part.settle();
      const { by } = energy.energy(seconds * 1e6);
      return by["cell idle"] + by["cell sleep"];
    },
  };
}
