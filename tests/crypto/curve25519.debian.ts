import { describe, expect, it } from "@jest/globals";
import { answersOn, answersOnDebian, DEBIAN_LUAS, RUNTIMES } from "../support/everywhere.ts";
import { randomSource } from "../support/random.ts";
import { ed25519Tasks, fieldTasks, scalarTasks, sha512Task, VECTORS, x25519Task } from "./curve-peer.ts";
import { linesOf, wrong } from "./vectors.ts";

const PROGRAM = "tests/crypto/curve-program.ts";
const COUNT = 5;

const random = randomSource(11);
const TASKS = [
  ...Object.values(VECTORS).flat(),
  ...fieldTasks(random, 300),
  ...scalarTasks(random, 300),
  ...Array.from({ length: 300 }, () => sha512Task(random)),
  ...Array.from({ length: COUNT }, () => [x25519Task(random), ...ed25519Tasks(random)]).flat(),
];

describe("curve25519 computes every published vector and agrees with Node's OpenSSL", () => {
  it.each(DEBIAN_LUAS)(
    "on Debian's %s",
    (lua) => {
      expect(wrong(TASKS, answersOnDebian(lua, PROGRAM, linesOf(TASKS)))).toEqual([]);
    },
    300_000,
  );

  it.each(RUNTIMES)(
    "on the simulator's runtime %s",
    async (runtime) => {
      expect(wrong(TASKS, await answersOn(runtime, PROGRAM, linesOf(TASKS)))).toEqual([]);
    },
    300_000,
  );

  it("natively on 500 random keys, secrets and signatures", async () => {
    const source = randomSource(12);
    const tasks = Array.from({ length: 500 }, () => [x25519Task(source), ...ed25519Tasks(source)]).flat();
    expect(wrong(tasks, await answersOn("native", PROGRAM, linesOf(tasks)))).toEqual([]);
  }, 300_000);
});
