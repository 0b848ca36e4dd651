import { describe, expect, it } from "@jest/globals";
import { deviceKeys, overheard, packetReader } from "./overheard.ts";

describe("LoRaWAN on the air of a scenario, by lora-packet", () => {
  it.each([
    ["sos", 1, []],
    // Seed 1 changes the very frame that has the answer to DevStatusReq.
    ["bad-air", 3, ["rejected"]],
  ])(
    "%s: every frame verifies and decrypts from the AppKey on, but those that the air has changed",
    async (scenario, seed, also) => {
      const { sessions, read } = packetReader(deviceKeys(seed).appKey);
      const kinds = new Set<string>();
      for (const { frame, up, outcome } of await overheard(scenario, seed)) {
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
      const frames = ["Join Request", "Join Accept", "Confirmed Data Up", "Unconfirmed Data Down"];
      // The network asks for the device's status, and is told.
      expect([...kinds].sort()).toEqual([...frames, "down 06", "up 06", ...also].sort());
    },
  );
});
