import { describe, expect, it } from "@jest/globals";
import type { Bearer } from "@songbai/sdk/bearer/bearer";
import type { Flash } from "@songbai/sdk/board/flash";
import { prng } from "@songbai/sdk/lang/prng";
import { BUSY, CORRUPT, OK } from "@songbai/sdk/lang/result";
import { type Outbox, outbox } from "@songbai/sdk/outbox/outbox";
import { MAX_ACKNOWLEDGEMENT, putAcknowledgement } from "@songbai/sdk/record/acknowledgement";
import { RECORDS_DROPPED, SEND_RETRY } from "@songbai/sdk/record/codes";
import { type FlashLog, openFlashLog } from "@songbai/sdk/store/flash-log";
import fc from "fast-check";
import { fakeLog, fakeTimers } from "../support/fake-board.ts";
import { blankImage, norPart } from "../support/nor-part.ts";

const SEND_MS = 1500;

type Program = Parameters<Flash["program"]>;

/** A device's outbox over a bearer that answers after `SEND_MS` as `hub.acknowledges` says. */
function setUp(image = blankImage(4, 512)) {
  const timers = fakeTimers();
  const log = fakeLog();
  const hub = { acknowledges: true, answer: new Uint8Array(0) as Uint8Array };
  const sent: { at: number; sequence: number }[] = [];
  const delivered: number[] = [];
  let refusing = false;
  const nor = norPart(image, 512);
  const part = {
    ...nor,
    refuse: () => (refusing = true),
    program: (...words: Program) => (refusing ? CORRUPT : nor.program(...words)),
  };
  const store: FlashLog = openFlashLog(part, 0, 4, 40);
  let busy = false;
  const bearer: Bearer = {
    name: "fake",
    cost: 1,
    isReady: () => true,
    maxPayload: () => 40,
    send(record, _length, done) {
      if (busy) return BUSY;
      busy = true;
      sent.push({ at: timers.now(), sequence: record[1] });
      timers.after(SEND_MS, () => {
        busy = false;
        done(hub.acknowledges, hub.answer, hub.answer.length);
      });
      return OK;
    },
  };
  const out: Outbox = outbox(store, [bearer], timers, { next: prng(1) }, log, (sequence) => delivered.push(sequence));
  const keep = (sequence: number, urgent = false): void => {
    expect(store.append(Uint8Array.of(0x11, sequence, 0, 0), 4, urgent)).toBeGreaterThan(0);
  };
  const write = (sequence: number, urgent = false): void => {
    keep(sequence, urgent);
    out.wake();
  };
  return { timers, log, hub, sent, delivered, out, keep, write, image, part };
}

/** What a hub says that holds these numbers. */
function says(epoch: number, from: number, held: readonly number[]): Uint8Array {
  const into = new Uint8Array(MAX_ACKNOWLEDGEMENT);
  return into.slice(
    0,
    putAcknowledgement(into, into.length, epoch, 0, 0, from, (sequence) => held.includes(sequence)),
  );
}

const sequencesOf = (sent: readonly { sequence: number }[]): number[] => sent.map(({ sequence }) => sequence);

describe("outbox", () => {
  it("sends urgent records first, then the newest, then the others from the oldest on", () => {
    const { timers, keep, write, delivered } = setUp();
    for (const sequence of [1, 2, 3]) keep(sequence);
    keep(4, true);
    write(5, true);
    timers.pass(60_000);
    expect(delivered).toEqual([4, 5, 3, 1, 2]);
  });

  it("puts what is journalled meanwhile before the history", () => {
    const { timers, keep, write, delivered } = setUp();
    for (const sequence of [1, 2, 3]) keep(sequence);
    write(4);
    timers.pass(SEND_MS + 1);
    write(5);
    timers.pass(60_000);
    expect(delivered).toEqual([4, 1, 5, 2, 3]);
  });

  it("sends one record at a time, at once when it is free", () => {
    const { timers, write, sent } = setUp();
    write(1);
    write(2);
    expect(sequencesOf(sent)).toEqual([1]);
    timers.pass(SEND_MS);
    expect(sent).toEqual([
      { at: 0, sequence: 1 },
      { at: SEND_MS, sequence: 2 },
    ]);
  });

  it("sends again until the hub has it, with pauses that double from 8 s to five minutes and spread by 2 s", () => {
    const { timers, hub, write, sent, delivered, log } = setUp();
    hub.acknowledges = false;
    write(1);
    timers.pass(5 * 3600_000);
    const pauses = sent.slice(1).map(({ at }, i) => at - sent[i].at - SEND_MS);
    for (const [i, pause] of pauses.entries()) {
      const base = Math.min(300_000, 8000 * 2 ** i);
      expect(pause).toBeGreaterThanOrEqual(base);
      expect(pause).toBeLessThan(base + 2000);
    }
    expect(new Set(pauses.map((pause) => pause % 1000)).size).toBeGreaterThan(5);
    expect(log.events.slice(0, 3)).toEqual([1, 2, 3].map((attempts) => [SEND_RETRY, attempts]));
    hub.acknowledges = true;
    timers.pass(700_000);
    expect(delivered).toEqual([1]);
    expect(timers.due()).toEqual([]);
  });

  it("sends an urgent record again every two to four seconds", () => {
    const { timers, hub, write, sent } = setUp();
    hub.acknowledges = false;
    write(1, true);
    timers.pass(300_000);
    for (const [i, { at }] of sent.slice(1).entries()) {
      const pause = at - sent[i].at - SEND_MS;
      expect(pause >= 2000 && pause < 4000).toBe(true);
    }
    expect(sent.length).toBeGreaterThan(50);
  });

  it("lets an alarm interrupt the pause of an ordinary record, and counts its attempts anew", () => {
    const { timers, hub, write, sent, log } = setUp();
    hub.acknowledges = false;
    write(1);
    timers.pass(3600_000);
    const before = sent.length;
    write(2, true);
    expect(sent.slice(before)).toEqual([{ at: 3600_000, sequence: 2 }]);
    timers.pass(SEND_MS);
    expect(log.events.at(-1)).toEqual([SEND_RETRY, 1]);
  });

  it("does not let an ordinary record interrupt a pause", () => {
    const { timers, hub, write, sent } = setUp();
    hub.acknowledges = false;
    write(1);
    timers.pass(SEND_MS + 1000);
    write(2);
    expect(sequencesOf(sent)).toEqual([1]);
  });

  it("sends an alarm that came while an ordinary record was failing right after it, without its pause", () => {
    const { timers, hub, write, sent } = setUp();
    hub.acknowledges = false;
    write(1);
    timers.pass(SEND_MS - 1);
    write(2, true);
    timers.pass(1);
    expect(sent.at(-1)).toEqual({ at: SEND_MS, sequence: 2 });
  });

  it("loses nothing over a restart, and sends nothing again that was acknowledged", () => {
    const first = setUp();
    for (const sequence of [1, 2, 3]) first.write(sequence);
    first.timers.pass(SEND_MS);
    expect(first.delivered).toEqual([1]);
    const second = setUp(first.image);
    second.out.wake();
    second.timers.pass(60_000);
    expect(second.delivered).toEqual([2, 3]);
  });

  it("does not send what the hub says it holds, whatever it held before", () => {
    const { timers, hub, keep, write, sent, delivered } = setUp();
    hub.answer = says(1, 5, [1, 2, 4, 5]);
    for (const sequence of [2, 3, 4, 5, 6]) keep(sequence);
    write(1, true);
    timers.pass(60_000);
    expect(sequencesOf(sent)).toEqual([1, 6, 3]);
    expect(delivered).toEqual([1, 6, 2, 3, 4, 5]);
  });

  it("takes a record for delivered when the hub says that it holds it, acknowledged or not", () => {
    const { timers, hub, write, sent, delivered } = setUp();
    hub.acknowledges = false;
    hub.answer = says(1, 1, [1]);
    write(1);
    timers.pass(SEND_MS);
    expect([sequencesOf(sent), delivered, timers.due()]).toEqual([[1], [1], []]);
  });

  it.each([
    ["of another epoch", says(2, 3, [1, 2, 3])],
    ["that is cut short", says(1, 3, [1, 2, 3]).slice(0, 1)],
    ["that is longer than any", Uint8Array.of(...says(1, 3, [1, 2, 3]), ...new Uint8Array(MAX_ACKNOWLEDGEMENT))],
  ])("sends on after an answer %s", (_, answer) => {
    const { timers, hub, keep, write, sent } = setUp();
    hub.answer = answer;
    keep(1);
    keep(2);
    write(3);
    timers.pass(60_000);
    expect(sequencesOf(sent)).toEqual([3, 1, 2]);
  });

  it("goes on after a pause when flash does not let it note a delivery, and does not send that record again", () => {
    const { timers, hub, part, write, sent } = setUp();
    write(1);
    write(2);
    part.refuse();
    hub.answer = says(1, 1, [1]);
    timers.pass(SEND_MS);
    hub.answer = says(1, 2, [1, 2]);
    timers.pass(60_000);
    expect(sent).toHaveLength(2);
    expect(sent[1].at - sent[0].at).toBeGreaterThanOrEqual(SEND_MS + 8000);
  });

  it("says how many records were rotated out", () => {
    const { timers, hub, write, log, delivered } = setUp();
    hub.acknowledges = false;
    for (let i = 0; i < 200; i++) write(i & 127);
    timers.pass(SEND_MS);
    hub.acknowledges = true;
    timers.pass(3600_000);
    const [, dropped] = log.events.filter(([event]) => event === RECORDS_DROPPED).at(-1)!;
    expect(dropped + delivered.length).toBe(200);
  });

  it("delivers every record that is not rotated out, in any weather", () => {
    const steps = fc.array(fc.record({ urgent: fc.boolean(), acknowledges: fc.boolean(), ms: fc.nat({ max: 20_000 }) }), {
      maxLength: 60,
    });
    fc.assert(
      fc.property(steps, (all) => {
        const { timers, hub, write, delivered } = setUp();
        for (const [sequence, step] of all.entries()) {
          hub.acknowledges = step.acknowledges;
          write(sequence, step.urgent);
          timers.pass(step.ms);
        }
        hub.acknowledges = true;
        timers.pass(3600_000);
        expect(delivered.toSorted((a, b) => a - b)).toEqual(all.map((_, sequence) => sequence));
      }),
    );
  });
});
