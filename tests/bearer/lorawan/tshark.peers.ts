/** What is on the air of a scenario, as Debian's tshark dissects it: codes checked, payloads decrypted. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { pcap } from "../../support/pcap.ts";
import { deviceKeys, type Overheard, overheard, packetReader, type SessionKeys } from "./overheard.ts";

/** LINKTYPE_LORATAP. */
const LINKTYPE = 270;
const SYNC_WORD = 0x34;

/** LoRaTap version 0: version, padding, length, frequency, bandwidth in 125 kHz, spreading factor, three RSSI, SNR, sync word. */
function loraTap({ frequencyHz, spreadingFactor }: Overheard): Buffer {
  const header = Buffer.from([0, 0, 0, 15, 0, 0, 0, 0, 1, spreadingFactor, 100, 100, 100, 20, SYNC_WORD]);
  header.writeUInt32BE(frequencyHz, 4);
  return header;
}

/** A frame a second. */
const packets = (frames: readonly Overheard[]) =>
  frames.map((one, second) => ({ atUs: second * 1e6, octets: Buffer.concat([loraTap(one), one.frame]) }));

/** One text a frame. */
function dissected(frames: readonly Overheard[], { address, network, application }: SessionKeys, deviceEui: Buffer) {
  const folder = mkdtempSync(join(tmpdir(), "songbai-lorawan-"));
  try {
    const file = join(folder, "air.pcap");
    writeFileSync(file, pcap(LINKTYPE, packets(frames)));
    const keys = [address, network, application, Buffer.from(deviceEui).reverse()].map((key) => `"${key.toString("hex")}"`);
    const text = execFileSync("tshark", ["-r", file, "-V", "-o", `uat:encryption_keys_lorawan:${keys.join(",")}`], {
      encoding: "utf8",
      env: { ...process.env, HOME: folder },
      maxBuffer: 1 << 26,
      stdio: ["ignore", "pipe", "ignore"],
    });
    return text.split(/^Frame \d+: /m).slice(1);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("LoRaWAN on the air of a scenario, by tshark", () => {
  it.each(["sos", "bad-air"])(
    "%s: joins are joins, the codes of data are good, payloads come out as lora-packet has them, nothing is malformed",
    async (scenario) => {
      const { appKey, deviceEui } = deviceKeys();
      const reader = packetReader(appKey);
      const frames = (await overheard(scenario)).filter(({ outcome }) => outcome?.rejected === undefined);
      const read = frames.map((one) => ({ ...reader.read(one.frame), sessions: reader.sessions.length }));
      // tshark knows one session of an address: the last one.
      const last = reader.sessions.length;
      const texts = dissected(frames, reader.sessions[last - 1], deviceEui);
      expect(texts).toHaveLength(frames.length);
      const seen = new Set<string>();
      for (const [i, { kind, port, payload, sessions }] of read.entries()) {
        const text = texts[i];
        // Debian's tshark takes the first octet of the code for the port of a frame that has none (TS001-1.0.4 section 4.3.2).
        if (port === null && !kind.startsWith("Join")) continue;
        expect(text).not.toMatch(/Malformed/);
        expect(text).toContain(`Message Type: ${kind}`);
        seen.add(kind);
        // Debian's tshark takes no AppKey: of joins it reads the fields.
        if (kind === "Join Request") expect(text.replaceAll(":", "")).toContain(deviceEui.toString("hex"));
        if (kind.startsWith("Join") || sessions < last) continue;
        expect(text).toContain("[Message Integrity Code Status: Good]");
        if (port !== null && port > 0) expect(text.replaceAll(/[^0-9a-f]/g, "")).toContain(payload.toString("hex"));
      }
      expect([...seen].sort()).toEqual(["Confirmed Data Up", "Join Accept", "Join Request", "Unconfirmed Data Down"]);
    },
    60_000,
  );

  it("tells a frame that was changed", async () => {
    const { appKey, deviceEui } = deviceKeys();
    const reader = packetReader(appKey);
    const frames = (await overheard("sos")).filter(({ frame }) => reader.read(frame).port !== null);
    expect(frames.length).toBeGreaterThan(2);
    const changed = frames.map((one) => ({ ...one, frame: one.frame.map((octet, at) => (at === 6 ? octet ^ 1 : octet)) }));
    const data = changed.filter(({ frame }) => frame[0] >> 5 > 1);
    for (const text of dissected(data, reader.sessions[0], deviceEui))
      expect(text).toContain("[Message Integrity Code Status: Bad]");
  });
});
