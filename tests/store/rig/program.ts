// Portable TypeScript, run on every runtime by the tests beside it.
import { copyBytes } from "@songbai/sdk/lang/bytes";
import { allocBytes, allocInts, type Bytes, decimal, type Ints } from "@songbai/sdk/lang/intrinsics";
import { openFlashLog } from "@songbai/sdk/store/flash-log";
import { numberOf, wordsOf } from "../../support/words.ts";
import { FIRST_OCTETS, LAST_OCTETS, type Part, PROGRAM_IDLE, PROGRAM_REFUSED, SOME_BITS, UNSTABLE } from "./part.ts";
import { HEADER_BYTES, LOG_SECTOR, LOG_SECTORS, MAX_PAYLOAD, newPart, SECTOR_BYTES, SECTORS, type Work, work } from "./work.ts";

/** Steps of the whole work: the log comes round more than three times. */
const STEPS = 330;
/** Octets of an erase that a cut may leave undone: so many apart. */
const ERASE_STRIDE = 61;

const POWERS = [1, 2, 4, 8, 16, 32, 64, 128];

interface Trials {
  cuts: number;
  again: number;
  states: string;
  failure: string;
}

function failed(trials: Trials, device: Work, operation: number, how: number, octets: number): boolean {
  if (device.failure() === "") return false;
  trials.failure = `${device.failure()}: operation ${decimal(operation)}, tear ${decimal(how)}, octets ${decimal(octets)}`;
  return true;
}

/**
 * Power goes in one operation of the work, in every way that it can; then again in each operation of the start behind it and of the
 * steps that follow, and the work goes on. `before`: the device as it is when power goes.
 */
function trial(
  trials: Trials,
  before: Work,
  device: Work,
  operation: number,
  how: number,
  octets: number,
  deep: boolean,
): void {
  device.become(before);
  device.part.tear(how, octets, operation + octets * 7 + how);
  device.part.revive(0);
  device.cut();
  device.boot();
  const seen = device.check();
  device.part.revive(0);
  device.boot();
  if (device.check() !== seen && device.failure() === "") {
    trials.failure = `two starts find two different things: operation ${decimal(operation)}, tear ${decimal(how)}`;
    return;
  }
  trials.cuts += 1;
  trials.states = `${trials.states} ${decimal(seen)}`;
  device.goTo(device.steps() + 4);
  device.check();
  if (failed(trials, device, operation, how, octets) || !deep) return;
  device.goTo(STEPS);
  device.check();
  if (failed(trials, device, operation, how, octets)) return;

  let went = true;
  for (let second = 1; went; second++) {
    device.become(before);
    device.part.tear(how, octets, operation + octets * 7 + how);
    device.part.revive(second);
    device.cut();
    device.boot();
    device.goTo(device.steps() + 3);
    went = device.part.dead();
    if (went) {
      const torn = device.part.torn();
      const again = (second + octets) & 3;
      device.part.tear(again, again === SOME_BITS ? torn : (second * 5) % (torn + 1), second);
      device.part.revive(0);
      device.cut();
      device.boot();
      device.check();
      device.goTo(device.steps() + 4);
      device.check();
      trials.again += 1;
    }
    if (failed(trials, device, operation, how, octets)) return;
  }
}

/**
 * All tears of one operation: `stride` octets apart, some bits of `seeds` seeds; every `deep`th, and each unstable erase, goes to
 * the end and is cut again.
 */
function cutsAt(operation: number, stride: number, seeds: number, deep: number): string {
  const before = work();
  before.part.revive(operation);
  before.goTo(STEPS);
  if (!before.part.dead()) return `end ${decimal(before.part.operations())}`;
  const device = work();
  const trials: Trials = { cuts: 0, again: 0, states: "", failure: before.failure() };
  const torn = before.part.torn();
  const erase = before.part.tornErase();
  const apart = erase ? ERASE_STRIDE * stride : stride;
  let count = operation;

  function one(how: number, octets: number): void {
    count += 1;
    if (trials.failure === "") trial(trials, before, device, operation, how, octets, how === UNSTABLE || count % deep === 0);
  }
  for (let octets = 0; octets < torn; octets += apart) one(FIRST_OCTETS, octets);
  one(FIRST_OCTETS, torn);
  if (erase) {
    for (let octets = 1; octets < torn; octets += apart) one(LAST_OCTETS, octets);
    one(UNSTABLE, torn);
  }
  for (let seed = 0; seed < seeds; seed++) one(SOME_BITS, seed);
  if (trials.failure !== "") return `failed ${trials.failure}`;
  return `held ${decimal(trials.cuts)} ${decimal(trials.again)}${trials.states}`;
}

/** Laps of the log in the whole work, and the operations that it takes. */
function whole(): string {
  const device = work();
  device.goTo(STEPS);
  device.check();
  if (device.failure() !== "") return `failed ${device.failure()}`;
  return `${decimal(device.part.operations())} ${decimal(device.part.erases[3])} ${decimal(device.part.erases[7])}`;
}

/** A sector of the log is no good from the first day on: the work is done with the others. */
function spoilt(sector: number, fault: number): string {
  const device = work();
  device.part.spoil(sector, fault);
  // What a sector will not take was carried there from another.
  device.without(fault === PROGRAM_REFUSED || fault === PROGRAM_IDLE ? 2 : 1);
  device.goTo(STEPS);
  device.check();
  device.boot();
  device.check();
  return device.failure() === "" ? "held" : `failed ${device.failure()}`;
}

function copyOf(other: Part): Part {
  const copy = newPart();
  copy.become(other);
  return copy;
}

/** The entries that a look at the flash finds, by number. */
function lookAt(image: Part): Ints {
  const log = openFlashLog(image, LOG_SECTOR, LOG_SECTORS, MAX_PAYLOAD);
  const found = allocInts(STEPS);
  const payload = allocBytes(MAX_PAYLOAD);
  for (let urgent = 0; urgent < 2; urgent++) {
    for (let i = 0; i < STEPS; i++) {
      const address = log.pending(urgent === 1);
      if (address > 0) {
        log.read(address, payload);
        found[payload[0] * 256 + payload[1]] += 1;
        log.acknowledge(address);
      }
    }
  }
  return found;
}

/** In each sector in turn what it held a lap ago stands behind its present header: an erase that was none. */
function stale(): string {
  const early = work();
  early.goTo(120);
  const late = work();
  late.goTo(STEPS);
  const image = newPart();
  let tried = 0;
  for (let sector = LOG_SECTOR; sector < SECTORS; sector++) {
    const at = sector * SECTOR_BYTES;
    image.become(late.part);
    copyBytes(early.part.image, at + HEADER_BYTES, image.image, at + HEADER_BYTES, SECTOR_BYTES - HEADER_BYTES);
    const found = lookAt(image);
    for (let id = 0; id < 120; id++) if (found[id] > 0) return `failed entry ${decimal(id)} of an earlier lap is read`;
    tried += 1;
  }
  return `held ${decimal(tried)}`;
}

function flip(octets: Bytes, bit: number): void {
  octets[bit >> 3] = (octets[bit >> 3] ^ POWERS[bit & 7]) & 255;
}

/** Each bit of the ledger's or a counters' sector turns over by itself: no nonce is used twice for that. */
function rotBelow(sector: number): string {
  const before = work();
  // The counters have just changed their sector.
  before.goTo(76);
  const device = work();
  const from = sector * SECTOR_BYTES * 8;
  for (let bit = from; bit < from + SECTOR_BYTES * 8; bit++) {
    device.become(before);
    flip(device.part.image, bit);
    device.forget();
    device.boot();
    device.goTo(device.steps() + 2);
    if (device.failure() !== "") return `failed bit ${decimal(bit - from)}: ${device.failure()}`;
  }
  return `held ${decimal(SECTOR_BYTES * 8)}`;
}

/** Each bit of a log's sector turns over by itself, one at a time. */
function rot(sector: number): string {
  const device = work();
  device.goTo(STEPS);
  const before = lookAt(copyOf(device.part));
  const from = (sector * SECTOR_BYTES + HEADER_BYTES) * 8;
  const to = (sector + 1) * SECTOR_BYTES * 8;
  for (let bit = from; bit < to; bit++) {
    const image = copyOf(device.part);
    flip(image.image, bit);
    const found = lookAt(image);
    let missing = 0;
    for (let id = 0; id < STEPS; id++) {
      // A bit of the mark of an acknowledged entry: it comes again. That is harmless.
      if (found[id] < before[id]) missing += 1;
    }
    if (missing > 1) return `failed bit ${decimal(bit - from)} hides ${decimal(missing)} entries`;
  }
  return `held ${decimal(to - from)}`;
}

/**
 *   whole                          the work without a cut: operations, erases of the log's first and last sector
 *   cut OPERATION STRIDE SEEDS DEEP   "held", cuts tried, second cuts tried, a checksum of each state found; "end" behind the last one
 *   spoilt SECTOR FAULT            a sector is no good
 *   stale                          what an earlier lap left is not read
 *   rot SECTOR                     a bit that turns over costs one entry of a log's sector, and none of the others' promises
 */
export function receive(line: string): string {
  const words = wordsOf(line);
  if (words[0] === "whole") return whole();
  if (words[0] === "stale") return stale();
  if (words[0] === "rot") {
    const sector = numberOf(words[1]);
    return sector < LOG_SECTOR ? rotBelow(sector) : rot(sector);
  }
  if (words[0] === "spoilt") return spoilt(numberOf(words[1]), numberOf(words[2]));
  return cutsAt(numberOf(words[1]), numberOf(words[2]), numberOf(words[3]), numberOf(words[4]));
}
