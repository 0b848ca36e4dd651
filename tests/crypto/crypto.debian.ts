import { describe, expect, it } from "@jest/globals";
import { answersOn, answersOnDebian, DEBIAN_LUAS, RUNTIMES } from "../support/everywhere.ts";
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

  it.each(RUNTIMES)(
    "on the simulator's runtime %s",
    async (runtime) => {
      expect(await answersOn(runtime, PROGRAM, LINES)).toEqual(ANSWERS);
    },
    300_000,
  );
});
