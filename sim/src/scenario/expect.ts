/**
 * What a scenario expects, in sentences of a fixed form:
 *
 *   alarm fall by 60 s after     the hub has opened an alarm of that kind at most 60 s after the last event of that kind (`sos`: the
 *                                last press); without "by …" at any time
 *   no alarm                     no alarm has reached the hub
 *   no other alarm               none beyond those that the sentences above name
 *   cancelled fall               the wearer has cancelled a pre-alarm of that kind
 *   all records delivered        the hub has every record that was journalled up to a minute before the end
 */
import { InputError } from "./input-error.ts";
import type { Outcome } from "./outcome.ts";

export interface Expectation {
  readonly sentence: string;
  /** What was found instead, or `undefined` when the expectation is met. */
  readonly violated: (outcome: Outcome, all: readonly Expectation[]) => string | undefined;
  /** Alarms of this kind are named by the sentence. */
  readonly alarm?: string;
}

interface Form {
  readonly pattern: RegExp;
  readonly make: (sentence: string, words: string[]) => Expectation;
}

const FORMS: readonly Form[] = [
  {
    pattern: /^alarm (fall|sos)(?: by (\d+(?:\.\d+)?) s after)?$/,
    make: (sentence, [kind, limit]) => ({
      sentence,
      alarm: kind,
      violated(outcome) {
        const since = outcome.lastTriggerS(kind);
        const arrived = outcome.alarms.filter((alarm) => alarm.kind === kind && alarm.deliveredAt !== undefined);
        if (arrived.length === 0) return `no ${kind} alarm reached the hub`;
        if (limit === undefined) return undefined;
        const first = Math.min(...arrived.map((alarm) => (alarm.deliveredAt as number) - since).filter((delay) => delay >= 0));
        return first <= Number(limit) ? undefined : `it came ${first.toFixed(1)} s after`;
      },
    }),
  },
  {
    pattern: /^no alarm$/,
    make: (sentence) => ({
      sentence,
      violated: (outcome) => listed(outcome.alarms.filter((alarm) => !alarm.cancelled).map((alarm) => alarm.kind)),
    }),
  },
  {
    pattern: /^no other alarm$/,
    make: (sentence) => ({
      sentence,
      violated(outcome, all) {
        const named = all.map((expectation) => expectation.alarm);
        const kinds = outcome.alarms.filter((alarm) => !alarm.cancelled).map((alarm) => alarm.kind);
        const others = kinds.filter((kind, index) => !named.includes(kind) || kinds.indexOf(kind) < index);
        return listed(others);
      },
    }),
  },
  {
    pattern: /^cancelled (fall)$/,
    make: (sentence, [kind]) => ({
      sentence,
      violated: (outcome) =>
        outcome.alarms.some((alarm) => alarm.kind === kind && alarm.cancelled)
          ? undefined
          : `no ${kind} pre-alarm was cancelled`,
    }),
  },
  {
    pattern: /^all records delivered$/,
    make: (sentence) => ({
      sentence,
      violated: ({ records, overdue }) =>
        records.lost === 0 && overdue === 0 ? undefined : `${records.lost} were lost and ${overdue} are still on the device`,
    }),
  },
];

function listed(kinds: readonly string[]): string | undefined {
  return kinds.length === 0 ? undefined : `there was ${kinds.join(", ")}`;
}

/** Reads the sentences. One of no known form is an `InputError`. */
export function expectations(sentences: readonly string[], list: "expect" | "known", shown: string): Expectation[] {
  return sentences.map((sentence, index) => {
    for (const { pattern, make } of FORMS) {
      const match = pattern.exec(sentence);
      if (match !== null) return make(sentence, match.slice(1));
    }
    throw new InputError(
      `${shown} at ${list}.${index}: "${sentence}" is not understood; say "alarm fall by 60 s after", "no alarm", "no other alarm", "cancelled fall" or "all records delivered".`,
    );
  });
}
