import { describe, expect, it } from "@jest/globals";
import { answersOn, answersOnDebian, DEBIAN_LUAS, RUNTIMES } from "../../support/everywhere.ts";
import { receive } from "./program.ts";
import { noise, TALK } from "./talk.ts";

describe("bearer/ble, everywhere, at length", () => {
  const more = noise(5);
  const lines = [...TALK, "connect 2", ...Array.from({ length: 3000 }, () => `pdu ${more()}`)];
  const expected = lines.map(receive);

  it.each(RUNTIMES)(
    "%s: octet for octet the same, whatever is said",
    async (runtime) => {
      expect(await answersOn(runtime, "tests/bearer/ble/program.ts", lines)).toEqual(expected);
    },
    300_000,
  );

  it.each(DEBIAN_LUAS)(
    "Debian's %s: octet for octet the same, whatever is said",
    (lua) => {
      expect(answersOnDebian(lua, "tests/bearer/ble/program.ts", lines)).toEqual(expected);
    },
    300_000,
  );
});
