// A conversation with `program.ts` that comes past every service, every opcode and what is wrong with them.
import { prng } from "@songbai/sdk/lang/prng";

const AT = "1763800205";
const CONFIGURATIONS = ["15", "1b", "21", "27", "2a", "30", "35", "39", "3c", "42", "47", "4d", "53", "57", "5d"];
const INDICATED = ["27", "30", "39", "47", "4d", "53"];

const hex = (value: number, octets: number) =>
  Array.from({ length: octets }, (_, i) => ((value >> (8 * i)) & 255).toString(16).padStart(2, "0")).join("");

const DISCOVER = [
  ...Array.from({ length: 12 }, (_, i) => `pdu 10${hex(1 + 8 * i, 2)}ffff0028`),
  ...Array.from({ length: 12 }, (_, i) => `pdu 08${hex(1 + 8 * i, 2)}ffff0328`),
  ...Array.from({ length: 19 }, (_, i) => `pdu 04${hex(1 + 5 * i, 2)}ffff`),
  ...Array.from({ length: 96 }, (_, i) => `pdu 0a${hex(i, 2)}`),
  ...Array.from({ length: 20 }, (_, i) => `pdu 0c0300${hex(i, 2)}`),
  "pdu 060100ffff00280d18",
  "pdu 060100ffff0028e2351712cc378e8daf4f152901006d25",
  "pdu 0e030005000900",
  "pdu 160300000041",
  "pdu 1801",
  "pdu 52",
  "pdu 1e",
];

const MEASURE = [
  "beat 784",
  "heart 75 1",
  "heart 300 0",
  "spo2 97 72 35",
  "spo2 -2147483647 2147483647 -2147483646",
  `spot 97 72 35 ${AT}`,
  "pdu 1e",
  `temperature 3642 ${AT}`,
  "pdu 1e",
  "meanwhile -99999999",
  `pressure 135 85 101 72 4 ${AT}`,
  "pdu 1e",
  "cuff 20461",
  `weight 14500 248 1710 ${AT}`,
  "pdu 1e",
  `composition 225 380 8000 5123 ${AT}`,
  "pdu 1e",
  "run 320 104 72 12345 0",
  `clock ${AT}`,
  "adjusted 2",
  "clock -5",
  "pdu 0a5c00",
  "pdu 125c00ea070b16101e05070000",
  "battery 3",
  ...Array.from({ length: 7 }, (_, i) => `glucose ${110 + i} 1 15 ${AT}`),
  ...["0101", "0402010700", "0301", "02040107000800", "0106", "0401", "0700"].flatMap((one) => [`pdu 124600${one}`, "pdu 1e"]),
];

const RECORDS = ["1700", "f700"].flatMap((mtu) => [
  "connect 2",
  `pdu 02${mtu}`,
  "pdu 121b000100",
  `send ${"a5".repeat(64)}`,
  "pdu 121d000080c0ffee",
  `send ${"5a".repeat(255)}`,
  "expire",
  "pdu 521d000180dead",
  "pdu 521d000040aa",
  "pdu 521d0000c1bb",
  "hold 1",
  `send ${"33".repeat(40)}`,
  "disconnect",
  "hold 0",
]);

const SUBSCRIBE = CONFIGURATIONS.map((one) => `pdu 12${one}000${INDICATED.includes(one) ? 2 : 1}00`);
const START = ["start 2 69", "connect 1"];

/** The same in a tenth of the time. */
export const SHORT_TALK = [
  ...START,
  ...DISCOVER.filter((_, i) => i % 8 === 0),
  "level 2",
  ...SUBSCRIBE,
  ...MEASURE,
  "disconnect",
  ...RECORDS,
];

export const TALK = [
  ...START,
  ...DISCOVER,
  "level 2",
  ...SUBSCRIBE,
  ...MEASURE,
  "pdu 02f700",
  ...DISCOVER,
  ...MEASURE,
  "disconnect",
  ...RECORDS,
];

/** Requests that were good before bits were turned, octets changed, cut off, added or taken from another. The same for the same seed. */
export function noise(seed: number): () => string {
  const next = prng(seed);
  const any = (bound: number) => (next() >>> 8) % bound;
  const good = TALK.flatMap((line) => (line.startsWith("pdu ") ? [Buffer.from(line.slice(4), "hex")] : []));
  return () => {
    const octets = [...good[any(good.length)]];
    for (let left = any(4); left > 0; left--) {
      const at = any(octets.length + 1);
      const kind = any(6);
      if (kind === 0 && at < octets.length) octets[at] ^= 1 << any(8);
      else if (kind === 1 && at < octets.length) octets[at] = any(256);
      else if (kind === 2) octets.length = at;
      else if (kind === 3) octets.push(...Array.from({ length: any(80) }, () => any(256)));
      else if (kind === 4) octets.splice(at, octets.length, ...good[any(good.length)].subarray(at));
      else octets[0] = any(256);
    }
    return Buffer.from(octets.map((octet) => octet ?? 0)).toString("hex") || "-";
  };
}
