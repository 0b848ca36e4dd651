/** What the board counts of the LoRaWAN MAC: a program with the MAC on a radio and timers that cost next to nothing. */
import type { Part } from "./board-part.ts";

/** Lines of the program; any other does nothing. */
const LINES = {
  /** Makes the MAC, over a session that is given, and the other activation. */
  make: "m",
  /** A record of 37 octets is sent and both windows stay empty. */
  uplink: "u",
  /** A downlink with an acknowledgement of 11 octets is checked and decrypted. */
  downlink: "d",
  /** A join request, and the accept that answers it. */
  join: "j",
} as const;

const SOURCE = `
import { abp, type Activation, otaa } from "@songbai/sdk/bearer/lorawan/activation";
import { cn470Rp001 } from "@songbai/sdk/bearer/lorawan/cn470-rp001";
import { frameCodec, newFrame, parseFrame, UNCONFIRMED_DOWN } from "@songbai/sdk/bearer/lorawan/frame";
import { lorawanMac, type Mac } from "@songbai/sdk/bearer/lorawan/mac";
import { aes128 } from "@songbai/sdk/crypto/aes";
import { copyBytes, putUint32 } from "@songbai/sdk/lang/bytes";
import { allocBytes, allocInts, charCode } from "@songbai/sdk/lang/intrinsics";
import { prng } from "@songbai/sdk/lang/prng";
import { MISSING, OK } from "@songbai/sdk/lang/result";
const SLOTS = 8;
const due: (() => void)[] = [];
let set = 0;
function after(_delayMs: number, fire: () => void): number {
  if (set < due.length) due[set] = fire;
  else due.push(fire);
  set += 1;
  return set;
}
/** In the order they were set, which is that of their times here. */
function run(): void {
  for (let i = 0; i < set && i < SLOTS; i++) due[i]();
  set = 0;
}
const values = allocInts(32);
const counters = { get: (id: number) => values[id], put: () => OK, next: () => { values[1] += 1; return values[1]; } };
const ledger = { current: () => 1, begun: () => true, advance: () => OK };
const codec = frameCodec(aes128(allocBytes(16)), aes128(allocBytes(16)));
const record = allocBytes(37);
const eui = allocBytes(8);
const appKey = allocBytes(16);
for (let i = 0; i < 16; i++) appKey[i] = (17 * i) & 255;
const down = newFrame(0);
const answer = allocBytes(64);
down.type = UNCONFIRMED_DOWN;
down.acknowledges = true;
down.port = 10;
down.payload = allocBytes(11);
down.payloadLength = 11;
const answerLength = codec.build(down, answer);
const heard = newFrame(64);
// brocaar/lorawan phypayload_test.go: JoinNonce 570bc7, under the key 0011..ff.
const accept = allocBytes(17);
putUint32(accept, 0, 0x20493eeb);
putUint32(accept, 4, 0x51fba211);
putUint32(accept, 8, 0x6f810edb);
putUint32(accept, 12, 0x37429751);
accept[16] = 0x42;
const request = allocBytes(64);
let mac: Mac | undefined;
let joining: Activation | undefined;
function make(): void {
  joining = otaa({ joinEui: eui, deviceEui: eui, appKey: () => aes128(appKey), cipherOf: aes128 }, counters, ledger, 1);
  mac = lorawanMac(
    {
      transmit: (_frame, _length, _channel, _power, onDone) => { after(0, onDone); return OK; },
      receive: (_into, _channel, _timeoutMs, onFrame) => { after(0, () => onFrame(MISSING)); return OK; },
    },
    { after, cancel: () => {} },
    { next: prng(7) },
    { plan: cn470Rp001(10), activation: abp(1, codec, counters), dataRate: 3, adaptive: true, confirmed: true, continuous: false, mostDbm: 14, mostPayload: 64 },
    { battery: () => 255, snrDb: () => 0, onJoined: () => {}, onReady: () => {}, onLinkCheck: () => {}, onTime: () => {}, onData: () => {} },
  );
}
export function receive(line: string): string {
  const kind = charCode(line, 0);
  if (kind === 109) make();
  else if (kind === 117 && mac !== undefined) {
    if (mac.send(record, 37, () => {}) !== OK) return "BUSY";
    run();
  } else if (kind === 100) {
    parseFrame(answer, answerLength, heard);
    if (codec.open(heard, answer, answerLength, 0) !== OK) return "FORGED";
  } else if (kind === 106 && joining !== undefined) {
    if (joining.request(request) < 0) return "FULL";
    copyBytes(accept, 0, request, 0, 17);
    if (joining.accept(request, 17, 0) !== OK) return "FORGED";
  }
  return ".";
}
`;

/** Apart from the keys of the session and from the program around it. */
export const MAC: Part = {
  name: "mac",
  source: SOURCE,
  figures(bench) {
    const { call, settled, heapOf, close } = bench();
    const heap = heapOf(LINES.make);
    const cost = (line: string) => {
      call(line);
      return settled(line);
    };
    const figures = {
      "instructions a LoRaWAN uplink, both windows": cost(LINES.uplink),
      "instructions a LoRaWAN downlink": cost(LINES.downlink),
      "instructions a LoRaWAN join": cost(LINES.join),
      "heap of the LoRaWAN MAC, bytes": heap,
    };
    close();
    return figures;
  },
};
