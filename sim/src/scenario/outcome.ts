/** What came of a run: put together from the device's own log and from what the hub opened. */
import { ALARM_CANCELLED, ALARM_DETECTED, ALARM_RAISED, JOURNALLED, RECORDS_DROPPED } from "@songbai/sdk/record/codes";
import { observationOf } from "@songbai/sdk/record/observations";
import type { UplinkOutcome } from "../air/gateway.ts";

export interface AlarmOutcome {
  readonly kind: string;
  /** Scenario seconds when the device detected it. */
  readonly at: number;
  /** Scenario seconds when the hub opened it; absent while it has not. */
  deliveredAt?: number;
  bearer?: string;
  /** The hub has checked the frame's code and the record's tag. */
  verified: boolean;
  cancelled: boolean;
  sequence?: number;
}

export interface RecordOutcome {
  readonly journalled: number;
  readonly delivered: number;
  readonly lost: number;
  /** Frames or records that the hub refused. */
  readonly rejected: number;
  /** Records that came more than once. */
  readonly duplicates: number;
}

export interface Outcome {
  readonly alarms: readonly AlarmOutcome[];
  readonly records: RecordOutcome;
  /** Records older than a minute that the hub does not have. */
  readonly overdue: number;
  /** Scenario seconds of the last event that should raise an alarm of that kind. */
  lastTriggerS(kind: string): number;
}

/** Alarms that take no more than this long to deliver are not overdue at the end of a run. */
const GRACE_S = 60;

export interface OutcomeKeeper {
  log(timeS: number, event: number, value: number): void;
  /** What the hub made of a frame or a record that came by that bearer. */
  uplink(timeS: number, outcome: Pick<UplinkOutcome, "record" | "rejected"> | undefined, bearer: string): void;
  outcome(endS: number, lastTriggerS: (kind: string) => number): Outcome;
}

export function outcomeKeeper(): OutcomeKeeper {
  const alarms: AlarmOutcome[] = [];
  const journalledAt = new Map<number, number>();
  const delivered = new Set<number>();
  let lost = 0;
  let rejected = 0;
  let duplicates = 0;

  const latest = (kind: string) =>
    alarms.findLast((alarm) => alarm.kind === kind && alarm.sequence === undefined && !alarm.cancelled);

  return {
    log(timeS, event, value) {
      if (event === JOURNALLED) journalledAt.set(value, timeS);
      if (event === RECORDS_DROPPED) lost = value;
      if (event === ALARM_DETECTED) {
        alarms.push({ kind: observationOf(value)?.name ?? `code ${value}`, at: timeS, verified: false, cancelled: false });
      }
      if (event === ALARM_CANCELLED) {
        const alarm = latest(observationOf(value)?.name ?? "");
        if (alarm !== undefined) alarm.cancelled = true;
      }
      if (event === ALARM_RAISED) {
        const alarm = alarms.findLast((one) => one.sequence === undefined && !one.cancelled);
        if (alarm !== undefined) alarm.sequence = value;
      }
    },
    uplink(timeS, outcome, bearer) {
      if (outcome?.rejected !== undefined) rejected++;
      const record = outcome?.record;
      if (record === undefined) return;
      if (record.duplicate) duplicates++;
      else delivered.add(record.sequence);
      const alarm = alarms.find((one) => one.sequence === record.sequence);
      if (
        alarm !== undefined &&
        alarm.deliveredAt === undefined &&
        record.observations.some((one) => one.name === alarm.kind)
      ) {
        alarm.deliveredAt = timeS;
        alarm.bearer = bearer;
        alarm.verified = true;
      }
    },
    outcome(endS, lastTriggerS) {
      let overdue = 0;
      for (const [sequence, timeS] of journalledAt) if (!delivered.has(sequence) && endS - timeS > GRACE_S) overdue++;
      return {
        alarms,
        records: { journalled: journalledAt.size, delivered: delivered.size, lost, rejected, duplicates },
        overdue,
        lastTriggerS,
      };
    },
  };
}
