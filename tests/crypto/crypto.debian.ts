import { describe, expect, it } from "@jest/globals";
import { answersOn, answersOnDebian, DEBIAN_LUAS, RUNTIMES } from "../support/everywhere.ts";
import { randomSource } from "../support/random.ts";
import { CIPHERS, HASHES, randomHashTasks, randomTasks, type Task } from "./peer.ts";
import { linesOf, wrong } from "./vectors.ts";

const COUNT = 10_000;
const HASH_COUNT = 1000;
/** An interpreter in JavaScript or with calls for bit operations, in WASM: a fifth of it is enough. */
const SLOW: readonly string[] = ["lua51", "lua53"];

const KINDS: readonly (readonly [string, string, readonly Task[]])[] = [
  ...CIPHERS.map((cipher, i) => {
    const tasks = randomTasks(cipher, randomSource(2 + i), COUNT);
    return [`${COUNT} random blocks, CMACs and sealed messages of ${cipher} each`, "program.ts", tasks] as const;
  }),
  ...HASHES.map((hash, i) => {
    const tasks = randomHashTasks(hash, randomSource(4 + i), HASH_COUNT);
    return [`${HASH_COUNT} random digests, HMACs and HKDF keys of ${hash} each`, "hash-program.ts", tasks] as const;
  }),
];

describe.each(KINDS)("crypto agrees with Node's OpenSSL on %s", (_, program, tasks) => {
  const entry = `tests/crypto/${program}`;

  it.each(DEBIAN_LUAS)(
    "on Debian's %s",
    (lua) => {
      expect(wrong(tasks, answersOnDebian(lua, entry, linesOf(tasks)))).toEqual([]);
    },
    300_000,
  );

  it.each(RUNTIMES)(
    "on the simulator's runtime %s",
    async (runtime) => {
      const some = SLOW.includes(runtime) ? tasks.slice(0, tasks.length / 5) : tasks;
      expect(wrong(some, await answersOn(runtime, entry, linesOf(some)))).toEqual([]);
    },
    300_000,
  );
});
