// Portable TypeScript, run on every runtime by the test beside it.
import type { Bearer } from "@songbai/sdk/bearer/bearer";
import type { Timers } from "@songbai/sdk/board/clock";
import { crc32c } from "@songbai/sdk/codec/crc32c";
import { putLeb128 } from "@songbai/sdk/codec/leb128";
import { putUint32 } from "@songbai/sdk/lang/bytes";
import { allocBytes, decimal } from "@songbai/sdk/lang/intrinsics";
import { below, type Prng, prng } from "@songbai/sdk/lang/prng";
import { BUSY, OK } from "@songbai/sdk/lang/result";
import { outbox } from "@songbai/sdk/outbox/outbox";
import { MAX_ACKNOWLEDGEMENT, putAcknowledgement } from "@songbai/sdk/record/acknowledgement";
import { sequenceOf } from "@songbai/sdk/record/seal";
import { openFlashLog } from "@songbai/sdk/store/flash-log";
import { part } from "../store/rig/part.ts";
import { numberOf, wordsOf } from "../support/words.ts";

const STEP_MS = 40000;
const HEAD = 0x11;

/** Timers on a clock that `pass` moves; due together, in the order they were set. */
interface Moved extends Timers {
  readonly now: () => number;
  readonly pass: (ms: number) => void;
}

interface Due {
  readonly id: number;
  readonly at: number;
  readonly fire: () => void;
  live: boolean;
}

function movedTimers(): Moved {
  let now = 0;
  let last = 0;
  let timers: Due[] = [];

  function soonest(end: number): Due | undefined {
    let next: Due | undefined;
    for (const timer of timers) {
      if (timer.live && timer.at <= end && (next === undefined || timer.at < next.at)) next = timer;
    }
    return next;
  }

  return {
    now: () => now,
    after: (delayMs, fire) => {
      last += 1;
      timers.push({ id: last, at: now + delayMs, fire, live: true });
      return last;
    },
    cancel: (id) => {
      for (const timer of timers) if (timer.id === id) timer.live = false;
    },
    pass: (ms) => {
      const end = now + ms;
      let next = soonest(end);
      while (next !== undefined) {
        now = next.at;
        next.live = false;
        next.fire();
        next = soonest(end);
      }
      now = end;
      const left: Due[] = [];
      for (const timer of timers) if (timer.live) left.push(timer);
      timers = left;
    },
  };
}

/** `SEED LOSS RECORDS`: a CRC of who sent what when, how many attempts there were, and how many records were delivered. */
export function receive(line: string): string {
  const words = wordsOf(line);
  const random: Prng = prng(numberOf(words[0]));
  const loss = numberOf(words[1]);
  const timers = movedTimers();
  const store = openFlashLog(part(8, 1024, 0), 0, 8, 40);
  const word = allocBytes(12);
  const answer = allocBytes(MAX_ACKNOWLEDGEMENT);
  let crc = 0;
  let attempts = 0;
  let delivered = 0;

  function way(name: number, cost: number, ms: number): Bearer {
    let busy = false;
    let isReady = true;
    return {
      name: decimal(name),
      cost,
      isReady: () => {
        if (below(random, 8) === 0) isReady = !isReady;
        return isReady;
      },
      maxPayload: () => 40,
      send: (record, length, done) => {
        if (busy) return BUSY;
        busy = true;
        attempts += 1;
        const sequence = sequenceOf(record, length);
        putUint32(word, 0, name);
        putUint32(word, 4, sequence);
        putUint32(word, 8, timers.now());
        crc = crc32c(crc, word, 0, 12);
        timers.after(ms, () => {
          busy = false;
          const heard = below(random, 100) >= loss;
          const end = heard ? putAcknowledgement(answer, MAX_ACKNOWLEDGEMENT, 1, 0, sequence, sequence, () => true) : 0;
          done(heard, answer, end);
        });
        return OK;
      },
    };
  }

  const bearers = [way(1, 20, 900), way(2, 1, 200), way(3, 4, 1500)];
  const out = outbox(store, bearers, timers, { next: random }, { event: () => {} }, () => {
    delivered += 1;
  });
  const record = allocBytes(40);
  for (let i = 0; i < numberOf(words[2]); i++) {
    record[0] = HEAD;
    const length = putLeb128(record, 1, i) + 8;
    store.append(record, length, i % 16 === 5);
    out.wake();
    timers.pass(STEP_MS);
  }
  for (let i = 0; i < 40; i++) {
    out.wake();
    timers.pass(STEP_MS);
  }
  return `${decimal(crc)} ${decimal(attempts)} ${decimal(delivered)}`;
}
