import { describe, expect, it } from "@jest/globals";
import { checkCharacter, labelledId, parseLabelledId } from "@songbai/tools/provision/device-id";
import { randomSource } from "../support/random.ts";

const ID = Uint8Array.of(0x7a, 0x3f, 0x11, 0xc0, 0, 0, 0, 0x42);

describe("device id", () => {
  it("has the check character of ISO/IEC 7064 MOD 37,36: that of the example in IFPI's GRid standard", () => {
    expect(checkCharacter("A12425GABC1234002")).toBe("M");
  });

  it("comes back from its label, with or without dashes, check character and capitals", () => {
    const printed = labelledId(ID);
    expect(printed).toMatch(/^7A3F-11C0-0000-0042-[0-9A-Z]$/);
    for (const text of [printed, printed.toLowerCase(), printed.replaceAll("-", ""), printed.slice(0, -2)]) {
      expect(parseLabelledId(text)).toEqual(ID);
    }
  });

  it("is refused with any one character changed", () => {
    const characters = labelledId(ID).replaceAll("-", "");
    for (let at = 0; at < characters.length; at++) {
      for (const other of "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ") {
        if (other === characters[at]) continue;
        const typed = characters.slice(0, at) + other + characters.slice(at + 1);
        expect(() => parseLabelledId(typed)).toThrow(/is mistyped|is no device id/);
      }
    }
  });

  it("is refused with two neighbours swapped, but for 1 in 300 or fewer", () => {
    const { bytes } = randomSource(1);
    let [swaps, unseen] = [0, 0];
    for (let i = 0; i < 300; i++) {
      const characters = labelledId(bytes(8)).replaceAll("-", "");
      for (let at = 0; at < 15; at++) {
        const [a, b] = [characters[at], characters[at + 1]];
        if (a === b) continue;
        swaps++;
        const typed = characters.slice(0, at) + b + a + characters.slice(at + 2);
        try {
          parseLabelledId(typed);
          unseen++;
        } catch {}
      }
    }
    expect(swaps).toBeGreaterThan(4000);
    expect(unseen).toBeLessThan(swaps / 300);
  });

  it.each(["", "7A3F", "7A3F-11C0-0000-004G", "7A3F-11C0-0000-0042-NN"])("%s is none", (text) => {
    expect(() => parseLabelledId(text)).toThrow(/is no device id; it looks like 7A3F-11C0-0000-0042-[0-9A-Z]\.$/);
  });
});
