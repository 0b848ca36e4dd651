import { describe, expect, it } from "@jest/globals";
import { deviceKeys, overheard, packetReader } from "./overheard.ts";

/** Octets behind an identifier: DevStatusReq, DeviceTimeReq; and their answers. */
const AFTER: Record<string, number> = { "up 06": 2, "up 0d": 0, "down 06": 0, "down 0d": 5 };

/** The identifiers of the commands in a header, hexadecimal. */
function commandsOf(hex: string, up: boolean): string[] {
  const found = [];
  for (let at = 0; at < hex.length; ) {
    const id = hex.slice(at, at + 2);
    const length = AFTER[`${up ? "up" : "down"} ${id}`];
    found.push(id);
    if (length === undefined) break;
    at += 2 + 2 * length;
  }
  return found;
}

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
        for (const command of commandsOf(commands, up)) kinds.add(`${up ? "up" : "down"} ${command}`);
        // Up a sealed record of suite 1, down what the hub says it holds.
        if (genuine && port === 11) expect(payload[0] & 15).toBe(1);
        if (genuine && up && port === 11) expect(outcome?.record).toBeDefined();
      }
      expect(sessions.length).toBeGreaterThan(0);
      const frames = ["Join Request", "Join Accept", "Confirmed Data Up", "Unconfirmed Data Down"];
      // The device asks for the time, the network for the device's status, and both are told.
      expect([...kinds].sort()).toEqual([...frames, "up 0d", "down 0d", "down 06", "up 06", ...also].sort());
    },
  );
});
