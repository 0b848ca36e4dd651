import { describe, expect, it } from "@jest/globals";
import { answersOn, RUNTIMES } from "../support/everywhere.ts";
import { randomSource } from "../support/random.ts";
import { FULL } from "../support/suite.ts";
import { fieldTasks, scalarTasks, sha512Task, VECTORS } from "./curve-peer.ts";
import { linesOf, wrong } from "./vectors.ts";

const PROGRAM = "tests/crypto/curve-program.ts";

describe.each(RUNTIMES)("curve25519 on %s", (runtime) => {
  const isNative = runtime === "native";

  it("computes published vectors of SHA-512, X25519 and Ed25519: all natively, else one of each", async () => {
    const { sha512, x25519, ed25519 } = VECTORS;
    const tasks = isNative ? [...sha512, ...x25519, ...ed25519] : [...sha512, x25519[0], ...ed25519.slice(1, FULL ? 3 : 2)];
    expect(wrong(tasks, await answersOn(runtime, PROGRAM, linesOf(tasks)))).toEqual([]);
  }, 60_000);

  it("multiplies the largest limbs that a sum may have, and reduces scalars at the edges of L", async () => {
    const random = randomSource(1);
    const count = isNative ? 1000 : 20;
    const tasks = [...fieldTasks(random, count), ...scalarTasks(random, count)];
    expect(wrong(tasks, await answersOn(runtime, PROGRAM, linesOf(tasks)))).toEqual([]);
  });

  it("agrees with Node's OpenSSL on random digests", async () => {
    const random = randomSource(2);
    const tasks = Array.from({ length: isNative ? 1000 : FULL ? 50 : 15 }, () => sha512Task(random));
    expect(wrong(tasks, await answersOn(runtime, PROGRAM, linesOf(tasks)))).toEqual([]);
  });
});
