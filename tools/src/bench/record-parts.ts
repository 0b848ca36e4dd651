/** What the board counts of one event each: a record that is sealed, a frame, a block, a batch of samples, and the line that brings it. */
import type { Figures, Part } from "./board-part.ts";

/** Lines of the program; "A" and three characters an axis are a batch. */
const LINES = { nothing: "n", seal: "s", frame: "f", block: "b", detector: "d" } as const;

const SOURCE = `
import { frameCodec, newFrame } from "@songbai/sdk/bearer/lorawan/frame";
import { aes128 } from "@songbai/sdk/crypto/aes";
import { AES_CCM } from "@songbai/sdk/identity/aes-ccm";
import { allocBytes, allocInts, charCode } from "@songbai/sdk/lang/intrinsics";
import { lineReader } from "@songbai/sdk/link/line";
import { sealer } from "@songbai/sdk/record/seal";
import { fallDetector } from "@songbai/sdk/sensing/fall/detector";
import { wrist } from "@songbai/sdk/sensing/fall/wrist";
const cipher = aes128(allocBytes(16));
const records = sealer(AES_CCM, cipher, allocBytes(4), 1);
const codec = frameCodec(cipher, cipher);
const plain = allocBytes(37);
const into = allocBytes(255);
const frame = newFrame(242);
frame.port = 10;
frame.payloadLength = 51;
const reader = lineReader();
const samples = allocInts(75);
const falls = fallDetector({ rateHz: 50, position: wrist }, () => {});
export function receive(line: string): string {
  const kind = charCode(line, 0);
  if (kind === 115) records.seal(1000, plain, 37, into);
  else if (kind === 102) codec.build(frame, into);
  else if (kind === 98) cipher(into);
  else if (kind === 100) falls.feed(samples, 25);
  else if (kind === 65) {
    reader.begin(line);
    reader.samples(samples);
  }
  return ".";
}
`;

export const RECORD: Part = {
  name: "parts",
  source: SOURCE,
  figures(bench) {
    const { call, settled, close } = bench();
    const nothing = settled(LINES.nothing);
    const above = (line: string) => settled(line) - nothing;
    const figures: Figures = {
      "instructions a sealed record": above(LINES.seal),
      "instructions a LoRaWAN frame": above(LINES.frame),
      "instructions an AES block": above(LINES.block),
    };
    // The detector looks at each frame until its history is full.
    for (let i = 0; i < 10; i++) call(LINES.detector);
    figures["instructions a sample, detector alone"] = Math.round(above(LINES.detector) / 25);
    const reading = (samples: number) => settled(`A${"P00P00P00".repeat(samples)}`);
    // What a line costs whatever its length depends on where the heap has room for it.
    figures["instructions a sample, reading its line"] = Math.round((reading(25) - reading(5)) / 20);
    close();
    return figures;
  },
};
