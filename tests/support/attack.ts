/** Mutated records against the hub's receiver: counted, and none may get in. */
import v8 from "node:v8";
import vm from "node:vm";
import { type Receiver, receiver, type Taken } from "@songbai/tools/hub/receiver";
import type { EnrolledDevice } from "@songbai/tools/hub/store/device";
import { memoryStore } from "@songbai/tools/hub/store/store";
import { NOON, plainOf, type Sender, sender } from "./fleet.ts";
import { type RandomSource, randomSource } from "./random.ts";

export interface AttackResult {
  readonly tried: number;
  /** By kind of attack: how many were tried. */
  readonly kinds: Record<string, number>;
  /** Mutated records that were taken for new. */
  readonly accepted: string[];
  /** Records of the victim in the store: only the genuine ones. */
  readonly stored: number;
  readonly genuine: number;
  /** Octets after a collection, when a tenth was done and at the end. */
  readonly heap: readonly [number, number];
  readonly rss: readonly [number, number];
}

const GENUINE = 64;
const BATCH = 500;

const malformed = (random: RandomSource): Uint8Array => {
  const good = plainOf(random.below(1000));
  const cases = [
    () => good.slice(0, random.below(good.length)),
    () => Uint8Array.of(...good, 0xff),
    () => Uint8Array.of(...good, ...good.slice(0, 1 + random.below(good.length - 1))),
    () => Uint8Array.of(0x80 | random.below(24)),
    () => Uint8Array.of(0x9b, ...random.bytes(8)),
    () => Uint8Array.of(0x9a, 0x7f, 0xff, 0xff, 0xff, 1, 1),
    () => new Uint8Array(1 + random.below(500)).fill(0x81),
    () => Uint8Array.of(0x83, 1, 0x7b, 255, 255, 255, 255, 255, 255, 255, 255),
    () => Uint8Array.of(0x83, 1, 2, 0xfb, 1, 2, 3, 4, 5, 6, 7, 8),
    () => Uint8Array.of(0xbf, 0x61, 0x61, 1, 0xff),
  ];
  return cases[random.below(cases.length)]();
};

/** What an attacker on the air can make, by kind; he has heard `records`, all of them of `victim`, and has a device of his own. */
function kindsOf(victim: Sender, own: Sender, records: readonly Uint8Array[], random: RandomSource) {
  const heard = () => records[random.below(records.length)];
  const changed = (octets: Uint8Array, change: (copy: Uint8Array) => void) => {
    const copy = octets.slice();
    change(copy);
    return copy;
  };
  let flip = 0;
  return {
    /** Each bit of each record in its turn. */
    "a bit flipped": () => {
      const record = records[Math.floor(flip / (8 * 40)) % records.length];
      const bit = flip++ % (8 * record.length);
      return changed(record, (copy) => {
        copy[bit >> 3] ^= 1 << (bit & 7);
      });
    },
    "octets changed": () =>
      changed(heard(), (copy) => {
        for (let i = 0; i <= random.below(4); i++) copy[random.below(copy.length)] ^= 1 + random.below(255);
      }),
    "cut short": () => {
      const record = heard();
      return record.slice(0, random.below(record.length));
    },
    lengthened: () => Uint8Array.of(...heard(), ...random.bytes(1 + random.below(40))),
    "another's header": () => {
      const [one, two] = [heard(), heard()];
      const head = 1 + random.below(3);
      return Uint8Array.of(...one.slice(0, head), ...two.slice(head));
    },
    "another sequence number": () =>
      changed(heard(), (copy) => {
        copy[1] = random.below(128);
      }),
    "another epoch": () =>
      changed(heard(), (copy) => {
        copy[0] = (copy[0] & 15) | (random.below(16) << 4);
      }),
    "another device": () => own.record(random.below(1_000_000), 1 + random.below(3)),
    "a giant sequence number": () =>
      Uint8Array.of(heard()[0], ...Array(random.below(12)).fill(0xff), random.below(256), ...random.bytes(20)),
    giant: () => new Uint8Array(random.below(8000)).fill(random.below(256)),
    noise: () => random.bytes(random.below(80)),
    /** Only the device itself can make these: a defect, or a stolen key. */
    "malformed within a valid seal": () => victim.record(random.below(2 ** 31), 1 + random.below(3), malformed(random)),
  };
}

/** Live octets of the heap. */
function collected(): number {
  v8.setFlagsFromString("--expose-gc");
  vm.runInNewContext("gc")();
  return process.memoryUsage().heapUsed;
}

export function attack(count: number, seed: number): AttackResult {
  const victim = sender(1);
  const own = sender(2);
  const store = memoryStore([victim.credentials, own.credentials]);
  const records: Receiver = receiver(store);
  const device = store.device(victim.credentials.deviceId) as EnrolledDevice;
  const genuine = Array.from({ length: GENUINE }, (_, i) => victim.record(100 + 3 * i));
  const fresh = (taken: Taken) => !("rejected" in taken) && !taken.duplicate;
  for (const record of genuine) if (!fresh(records.take(device, record, NOON))) throw new Error("a genuine record was refused");
  records.commit();
  const known = new Set(genuine.map(String));
  const random = randomSource(seed);
  const attacks = Object.entries(kindsOf(victim, own, genuine, random));
  const kinds: Record<string, number> = { replayed: 0 };
  const accepted: string[] = [];
  const heap: number[] = [];
  const rss: number[] = [];
  let tried = 0;
  for (; tried < count; tried++) {
    if (tried === Math.floor(count / 10)) {
      heap.push(collected());
      rss.push(process.memoryUsage().rss);
    }
    const [kind, make] = attacks[tried % attacks.length];
    const record = make();
    const same = known.has(String(record));
    const name = same ? "replayed" : kind;
    kinds[name] = (kinds[name] ?? 0) + 1;
    const taken = records.take(device, record, NOON);
    if (fresh(taken) || (!same && !("rejected" in taken))) accepted.push(`${kind}: ${Buffer.from(record).toString("hex")}`);
    if (tried % BATCH === 0) records.commit();
  }
  records.commit();
  heap.push(collected());
  rss.push(process.memoryUsage().rss);
  const stored = store.records(0, 1e6).length;
  store.close();
  return { tried, kinds, accepted, stored, genuine: GENUINE, heap: [heap[0], heap[1]], rss: [rss[0], rss[1]] };
}
