import type { Board } from "@songbai/sdk/board/board";
import { aes128 } from "@songbai/sdk/crypto/aes";
import { sm4 } from "@songbai/sdk/crypto/sm4";
import { identityBlock, LORAWAN_APP_KEY, LORAWAN_JOIN_EUI, ROOT_KEY } from "@songbai/sdk/identity/block";
import type { Bytes } from "@songbai/sdk/lang/intrinsics";
import { MISSING, OK } from "@songbai/sdk/lang/result";
import { joinAccept } from "../../bearer/lorawan/peer.ts";
import { fakeLog, fakeTimers } from "../../support/fake-board.ts";
import { toHex } from "../../support/hex.ts";
import { blankImage, norPart, PowerCut, TEARS } from "../../support/nor-part.ts";
import { type RandomSource, randomSource } from "../../support/random.ts";

const SECTOR_BYTES = 2048;
const SECTORS = 8;
const SALT = Uint8Array.of(0xca, 0xfe, 0, 7);
const LIVES = 14;
const DAY = 86_400;
/** Counter sectors. */
const [FROM, TO] = [SECTOR_BYTES, 3 * SECTOR_BYTES];
const LEDGER = 1024;
const APP_KEY = new Uint8Array(16).fill(2);

/** What the device's cipher was asked for, told by its input alone. */
export interface Watched {
  /** Records that were sealed, LoRaWAN payloads that were encrypted. */
  readonly records: number;
  readonly frames: number;
  /** How often power went, counters were lost or damaged, and how many record keys there were. */
  readonly cuts: number;
  readonly losses: number;
  readonly keys: number;
  /** The first block that was encrypted twice under a key: a nonce that came again. */
  readonly repeated: string | undefined;
}

/** The first counter block of CCM under that salt (SP 800-38C A.3), or of a LoRaWAN payload on its way up (TS001 4.3.3.1). */
function kindOf(block: Bytes): "record" | "frame" | undefined {
  const counted = block[14] === 0 && block[15] === 1;
  const after = (from: number, octets: Uint8Array) => octets.every((octet, i) => block[from + i] === octet);
  if (block[0] === 1 && counted && after(1, SALT)) return "record";
  if (block[0] === 2 && counted && block[13] === 0 && after(1, SALT.subarray(1))) return "record";
  if (block[0] === 1 && block[15] === 1 && after(1, Uint8Array.of(0, 0, 0, 0, 0))) return "frame";
  return undefined;
}

/** Turns a bit among the octets that were programmed last. */
function rot(image: Uint8Array, from: number, to: number, random: RandomSource): void {
  const last = image.subarray(from, to).findLastIndex((octet) => octet !== 0xff);
  if (last >= 0) image[from + Math.max(0, last - random.below(24))] ^= 1 << random.below(8);
}

/** Damage between two lives. Answers whether the counters were hit. */
function harm(image: Uint8Array, random: RandomSource): boolean {
  const sector = FROM + random.below(2) * SECTOR_BYTES;
  const noise = (from: number, to: number) => image.set(random.bytes(to - from), from);
  switch (random.below(12)) {
    case 0:
      image.fill(0xff, FROM, TO);
      return true;
    case 1:
      noise(FROM, TO);
      return true;
    case 2:
      image.fill(0xff, sector, sector + SECTOR_BYTES);
      return true;
    case 3:
      noise(sector, sector + SECTOR_BYTES);
      return true;
    case 4:
      rot(image, sector, sector + SECTOR_BYTES, random);
      return true;
    case 5:
      rot(image, LEDGER, SECTOR_BYTES, random);
      if (random.below(2) === 0) image.fill(0xff, FROM, TO);
      return true;
    default:
      return false;
  }
}

/**
 * Lives of one device, from the same flash: each is cut short somewhere, the clock goes where it likes, keys are renewed, and between
 * two lives flash is harmed. All that its ciphers encrypt is looked at.
 */
export function live(program: (board: Board) => void, suite: number, seed: number): Watched {
  const random = randomSource(seed);
  const image = blankImage(SECTORS, SECTOR_BYTES);
  const fields = { deviceId: new Uint8Array(8), salt: SALT, firstEpoch: 1 + random.below(3), suite, deviceAddress: 0x01020304 };
  const named = [
    { name: ROOT_KEY, octets: new Uint8Array(32).fill(1) },
    { name: LORAWAN_APP_KEY, octets: APP_KEY },
    { name: LORAWAN_JOIN_EUI, octets: new Uint8Array(8) },
  ];
  image.set(identityBlock(fields, named) as Uint8Array);
  const seen = new Set<string>();
  const recordKeys = new Set<string>();
  const counts = { record: 0, frame: 0 };
  let repeated: string | undefined;
  let cuts = 0;
  let losses = 0;
  let epochSeconds = 0;
  /** The network lets the device join, and hears nothing else of it. */
  let joinNonce = 0;
  let accept: Uint8Array | undefined;

  const under = (algorithm: "aes-128" | "sm4", key: Bytes) => {
    const name = toHex(key);
    const cipher = algorithm === "sm4" ? sm4(key) : aes128(key);
    return (block: Bytes) => {
      const kind = kindOf(block);
      if (kind !== undefined) {
        const use = `${name} ${toHex(block)}`;
        if (seen.has(use)) repeated ??= `${kind} ${use}`;
        seen.add(use);
        counts[kind] += 1;
        if (kind === "record") recordKeys.add(name);
      }
      cipher(block);
    };
  };

  function oneLife(): void {
    const cut = { operation: 1 + random.below(40), tear: TEARS[random.below(TEARS.length)], seed: random.next() };
    const timers = fakeTimers();
    let change: (pressed: boolean) => void = () => {};
    program({
      clock: { uptimeMs: timers.now, epochSeconds: () => epochSeconds | 0 },
      timers,
      random,
      flash: norPart(image, SECTOR_BYTES, random.below(4) === 0 ? undefined : cut),
      log: fakeLog(),
      cipher: { under },
      button: { onChange: (listener) => (change = listener) },
      lora: {
        transmit: (frame, _length, _channel, _power, onDone) => {
          accept = frame[0] === 0 ? joinAccept(APP_KEY, { joinNonce: joinNonce++ }) : undefined;
          timers.after(300, onDone);
          return OK;
        },
        receive: (into, _channel, ms, onFrame) => {
          const heard = accept;
          timers.after(ms, () => {
            (into as Uint8Array).set(heard ?? []);
            onFrame(heard === undefined ? MISSING : heard.length);
          });
          return OK;
        },
      },
    });
    for (let i = random.below(12); i >= 0; i--) {
      const press = (ms: number) => {
        change(true);
        timers.pass(ms);
        change(false);
      };
      const what = random.below(10);
      if (what === 0) press(3500);
      else if (what === 1) epochSeconds = random.below(3) === 0 ? 0 : random.below(60_000) * DAY;
      else if (what === 2) epochSeconds += random.below(100) * DAY;
      else if (what === 3) timers.pass(random.below(60_000));
      else for (let n = random.below(20); n >= 0; n--) press(50);
    }
  }

  for (let life = 0; life < LIVES; life++) {
    try {
      oneLife();
    } catch (error) {
      if (!(error instanceof PowerCut)) throw error;
      cuts += 1;
    }
    for (let harms = random.below(2); harms > 0; harms--) if (harm(image, random)) losses += 1;
  }
  return { records: counts.record, frames: counts.frame, cuts, losses, keys: recordKeys.size, repeated };
}
