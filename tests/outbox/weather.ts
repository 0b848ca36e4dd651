import type { Bearer } from "@songbai/sdk/bearer/bearer";
import { putLeb128 } from "@songbai/sdk/codec/leb128";
import { prng } from "@songbai/sdk/lang/prng";
import { BUSY, OK, OUT_OF_RANGE } from "@songbai/sdk/lang/result";
import { type Outbox, outbox } from "@songbai/sdk/outbox/outbox";
import { MAX_ACKNOWLEDGEMENT, putAcknowledgement } from "@songbai/sdk/record/acknowledgement";
import { sequenceOf } from "@songbai/sdk/record/seal";
import { type FlashLog, openFlashLog } from "@songbai/sdk/store/flash-log";
import { type FakeLog, fakeLog, fakeTimers } from "../support/fake-board.ts";
import { blankImage, norPart } from "../support/nor-part.ts";
import { randomSource } from "../support/random.ts";

const SECTOR_BYTES = 4096;
const RECORD_BYTES = 40;
const EPOCH = 1;
/** Numbers below the highest that the hub speaks of, as its receive window. */
const WINDOW = 1024;

/** How a way to the hub is; the test changes it as it goes. */
export interface Way {
  readonly name: string;
  readonly cost: number;
  /** From a record to its answer, or to the end of waiting for it. */
  ms: number;
  /** Percent of records, and of answers, that are lost. */
  loss: number;
  ready: boolean;
  /** Takes records and never says what became of them. */
  mute: boolean;
  /** Answers are sealed: they are told to `heard`, and the bearer itself acknowledges nothing. */
  sealed: boolean;
  maxPayload: number;
  /** Takes a record though it has not said what became of the one before: it has lost that one. */
  forgets: boolean;
  /** What it was told to wait for it. */
  readonly wanted: boolean[];
}

export function way(name: string, cost: number, ms: number, rest: Partial<Way> = {}): Way {
  return {
    name,
    cost,
    ms,
    loss: 0,
    ready: true,
    mute: false,
    sealed: false,
    maxPayload: RECORD_BYTES,
    forgets: false,
    wanted: [],
    ...rest,
  };
}

export interface Attempt {
  readonly at: number;
  readonly by: string;
  readonly sequence: number;
  /** Still under way. */
  open: boolean;
}

/** A device's outbox over ways to one hub, and the laws that it must keep: `broken` holds what it did against them. */
export function weather(
  ways: readonly Way[],
  { seed = 1, sectors = 16, bytes = 4, image = blankImage(sectors, SECTOR_BYTES) } = {},
) {
  const timers = fakeTimers();
  const log: FakeLog = fakeLog();
  const random = randomSource(seed);
  const store: FlashLog = openFlashLog(norPart(image, SECTOR_BYTES), 0, sectors, RECORD_BYTES);
  const sent: Attempt[] = [];
  const broken: string[] = [];
  /** When each was journalled; by sequence number. */
  const written = new Map<number, { at: number; urgent: boolean }>();
  const delivered = new Map<number, number>();
  const alarms = new Set<number>();
  /** What the hub has, and how often it came. */
  const arrived = new Map<number, number>();
  const order: number[] = [];
  let highest = -1;
  let floor = 0;
  let next = 0;
  let out: Outbox;

  function law(kept: boolean, sentence: string): void {
    if (!kept) broken.push(`${timers.now()} ms: ${sentence}`);
  }

  function arrive(sequence: number): void {
    arrived.set(sequence, (arrived.get(sequence) ?? 0) + 1);
    if (arrived.get(sequence) === 1) order.push(sequence);
    if (sequence > highest) highest = sequence;
    while (arrived.has(floor)) floor++;
  }

  function acknowledgement(sequence: number): Uint8Array {
    const into = new Uint8Array(MAX_ACKNOWLEDGEMENT);
    const bottom = Math.max(0, highest - WINDOW);
    const write = (from: number) =>
      putAcknowledgement(into, into.length, EPOCH, floor, Math.min(from, bottom), from, (one) => arrived.has(one));
    // As the hub does: about all it can say, or about this one.
    const length = write(sequence < bottom ? sequence : highest);
    return into.slice(0, length);
  }

  const bearers = ways.map((one): Bearer => {
    let busy = false;
    return {
      name: one.name,
      cost: one.cost,
      isReady: () => one.ready,
      maxPayload: () => one.maxPayload,
      wanted: (urgent) => one.wanted.push(urgent),
      send(record, length, done) {
        if (busy && !one.forgets) return BUSY;
        if (length > one.maxPayload) return OUT_OF_RANGE;
        const sequence = sequenceOf(record, length);
        const urgent = written.get(sequence)?.urgent === true;
        law(one.ready, `${one.name} was given ${sequence} while it was not ready`);
        law(!delivered.has(sequence), `${sequence} was sent after it was delivered`);
        law(urgent || alarms.size === 0, `${sequence} went before an alarm`);
        law(
          urgent || !sent.some((attempt) => attempt.open && attempt.sequence === sequence),
          `${sequence} was sent twice at a time`,
        );
        const attempt = { at: timers.now(), by: one.name, sequence, open: true };
        sent.push(attempt);
        busy = true;
        if (one.mute) {
          attempt.open = false;
          return OK;
        }
        const reaches = one.ready && random.below(100) >= one.loss;
        timers.after(one.ms, () => {
          attempt.open = false;
          busy = false;
          if (reaches && one.ready) arrive(sequence);
          const answer = reaches && one.ready && random.below(100) >= one.loss ? acknowledgement(sequence) : new Uint8Array(0);
          if (one.sealed) {
            if (answer.length > 0) out.heard(answer, answer.length);
            done(false, answer, 0);
          } else {
            done(answer.length > 0, answer, answer.length);
          }
        });
        return OK;
      },
    };
  });

  function open(): void {
    out = outbox(store, bearers, timers, { next: prng(seed) }, log, (sequence) => {
      law(arrived.has(sequence), `${sequence} was taken for delivered, and the hub has not got it`);
      law(!delivered.has(sequence), `${sequence} was delivered twice`);
      delivered.set(sequence, timers.now());
      alarms.delete(sequence);
    });
  }
  open();

  /** Journals a record; answers its sequence number. */
  function write(urgent = false): number {
    const record = new Uint8Array(RECORD_BYTES);
    record[0] = 0x01 | (EPOCH << 4);
    const length = putLeb128(record, 1, next) + bytes;
    written.set(next, { at: timers.now(), urgent });
    if (urgent) alarms.add(next);
    if (store.append(record, length, urgent) < 0) throw new Error("the flash is full");
    out.wake();
    store.prepare();
    next += 1;
    return next - 1;
  }

  return {
    timers,
    log,
    store,
    sent,
    broken,
    written,
    delivered,
    arrived,
    /** In the order that they came to the hub first. */
    order,
    write,
    wake: () => out.wake(),
    heard: (octets: Uint8Array) => out.heard(octets, octets.length),
    acknowledgement,
    /** The hub gets a record by a way that the device does not see. */
    arrive,
    sentOf: (sequence: number) => sent.filter((attempt) => attempt.sequence === sequence).map(({ by, at }) => `${by} ${at}`),
  };
}
