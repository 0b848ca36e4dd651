import { createRequire } from "node:module";
import { describe, expect, it } from "@jest/globals";
import { readScenario, type Scenario } from "@songbai/sim/scenario/scenario";
import { type BoardProfile, simulate } from "@songbai/sim/scenario/simulate";
import { findDevice } from "@songbai/tools/cli/find-device";
import { prepareRuntime } from "@songbai/tools/cli/runtimes";
import { hub } from "@songbai/tools/hub/hub";
import { memoryStore } from "@songbai/tools/hub/store/store";
import { demoCredentials, identityOf } from "@songbai/tools/provision/demo";
import { randomSource } from "../support/random.ts";

const DAY_MS = 86_400_000;
const DEVICES = 10;
/** Of the device in `reporter`. */
const REPORTS = 10_000;
/** By then all bearers are there for good. */
const FAIR_FROM_MS = 84_600_000;

interface Span {
  readonly fromMs: number;
  readonly toMs: number;
}

/** Stretches of a few minutes to two hours, one after the other, each with what comes after it. */
function stretches(random: ReturnType<typeof randomSource>): Span[] {
  const spans: Span[] = [];
  for (let atMs = random.below(3_600_000); atMs < FAIR_FROM_MS; ) {
    const toMs = Math.min(FAIR_FROM_MS, atMs + 120_000 + random.below(7_200_000));
    spans.push({ fromMs: atMs, toMs });
    atMs = toMs + 120_000 + random.below(7_200_000);
  }
  return spans;
}

/** A day on which the phone and the mobile network come and go, each by itself. */
function dayOf(seed: number): Scenario {
  const random = randomSource(seed);
  return {
    ...readScenario("fall-at-home"),
    device: "reporter",
    durationMs: DAY_MS,
    timeline: [],
    story: [],
    hostEvents: [],
    expect: [],
    cell: { latencyMs: 80, loss: 0.1, outages: stretches(random) },
    phone: { near: [...stretches(random), { fromMs: FAIR_FROM_MS, toMs: DAY_MS }], online: true, distanceM: 3, loss: 0.1 },
  };
}

describe("a day of outages, from ten devices to the hub", () => {
  it("loses none of 100,000 ordinary records and doubles none at the hub", async () => {
    const device = findDevice("tests/scenario/reporter");
    const runtime = await prepareRuntime(device, "native");
    const profile = createRequire(import.meta.url)("@songbai/board-profiles/simulator/profile.json") as BoardProfile;
    const store = memoryStore();
    const published = new Map<string, number>();
    const far = hub({
      store,
      subBand: 0,
      publish: (topic, payload, sequence) => {
        const key = `${topic} ${sequence} ${JSON.stringify((payload as { values: unknown }).values)}`;
        published.set(key, (published.get(key) ?? 0) + 1);
      },
    });
    let duplicates = 0;
    for (let seed = 1; seed <= DEVICES; seed++) {
      const credentials = demoCredentials(seed, device.name);
      store.enrol(credentials);
      const { outcome } = await simulate({
        scenario: dayOf(seed),
        seed,
        profile,
        identity: identityOf(credentials),
        start: runtime.start,
        server: { uplink: (reception, timeS) => far.uplink(reception, timeS) },
        records: far,
        psm: undefined,
      });
      const { journalled, delivered, lost, rejected } = outcome.records;
      expect([seed, journalled, delivered, lost, rejected]).toEqual([seed, REPORTS, REPORTS, 0, 0]);
      duplicates += outcome.records.duplicates;
    }
    expect(published.size).toBe(DEVICES * REPORTS);
    expect([...published.values()].filter((times) => times !== 1)).toEqual([]);
    expect(far.counts()).toEqual({ accepted: DEVICES * REPORTS, duplicates, rejected: 0 });
    console.log(`${duplicates} of ${DEVICES * REPORTS} records came again, as their answer was lost, and were kept once`);
  }, 600_000);
});
