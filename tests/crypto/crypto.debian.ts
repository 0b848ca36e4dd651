import { describe, expect, it } from "@jest/globals";
import { answersOn, answersOnDebian, DEBIAN_LUAS, type Runtime } from "../support/everywhere.ts";
import { randomSource } from "../support/random.ts";
import { randomTasks } from "./peer.ts";

const PROGRAM = "tests/crypto/program.ts";
const COUNT = 10_000;
const TASKS = randomTasks(randomSource(2), COUNT);
const LINES = TASKS.map(({ line }) => line);
const ANSWERS = TASKS.map(({ answer }) => answer);

describe(`crypto agrees with Node's OpenSSL on ${COUNT} random blocks, CMACs and sealed messages each`, () => {
  it.each(DEBIAN_LUAS)("on Debian's %s", (lua) => {
    expect(answersOnDebian(lua, PROGRAM, LINES)).toEqual(ANSWERS);
  });

  // The simulator's Lua 5.1 computes as Debian's does, with slow bit operations: 100 of each in `npm test` are enough.
  const engines: readonly Runtime[] = ["lua53", "lua54", "js"];
  it.each(engines)(
    "on the simulator's %s",
    async (runtime) => {
      expect(await answersOn(runtime, PROGRAM, LINES)).toEqual(ANSWERS);
    },
    300_000,
  );
});
