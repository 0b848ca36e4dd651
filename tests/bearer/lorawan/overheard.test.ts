import { describe, expect, it } from "@jest/globals";
import { deviceKeys, overheard, packetReader } from "./overheard.ts";

describe("LoRaWAN on the air of a scenario, by lora-packet", () => {
  it.each([
    ["sos", []],
    ["bad-air", ["rejected"]],
  ])("%s: every frame verifies and decrypts from the AppKey on, but those that the air has changed", async (scenario, also) => {
    const { sessions, read } = packetReader(deviceKeys().appKey);
    const kinds = new Set<string>();
    for (const { frame, up, outcome } of await overheard(scenario)) {
      const { kind, genuine, port, commands, payload } = read(frame);
      const refused = outcome?.rejected !== undefined;
      expect([scenario, kind, genuine]).toEqual([scenario, kind, !refused]);
      kinds.add(refused ? "rejected" : kind);
      for (const command of commands.match(/^../) ?? []) kinds.add(`${up ? "up" : "down"} ${command}`);
      // Up a sealed record of suite 1, down what the hub says it holds.
      if (genuine && port === 11) expect(payload[0] & 15).toBe(1);
      if (genuine && up && port === 11) expect(outcome?.record).toBeDefined();
    }
    expect(sessions.length).toBeGreaterThan(0);
    const expected = ["Join Request", "Join Accept", "Confirmed Data Up", "Unconfirmed Data Down", ...also];
    expect([...kinds]).toEqual(expect.arrayContaining(expected));
    // LinkADRReq and its answer, in whatever order they stand in the header.
    expect([...kinds].filter((kind) => kind.includes(" 0")).length).toBeGreaterThan(1);
  });
});
