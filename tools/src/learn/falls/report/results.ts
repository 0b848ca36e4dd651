import type { Reliability } from "../calibrate.ts";
import type { FallRecording } from "../recordings/recording.ts";
import { type FallScore, type Judged, right, type Share, score } from "../score.ts";
import { type ActivityCount, byActivity } from "./fall-report.ts";

/** What came of one recording. */
export interface RecordingResult extends Pick<FallRecording, "id" | "subject" | "activity" | "fall" | "elder"> {
  readonly right: boolean;
  readonly alarms: number;
  /** The strongest evidence against the threshold, positive for an alarm; `null` where nothing reached the trigger. */
  readonly margin: number | null;
}

/** The same under other conditions: another reading, another data set. */
export interface Beside {
  readonly what: string;
  readonly sensitivity: Share;
  readonly specificity: Share;
}

/** The figures of a detector on a data set, as `songbai train` keeps them and the model card and the plots show them. */
export interface FallResults {
  readonly dataset: string;
  readonly position: string;
  /** Who was asked about whom: "nested leave-one-subject-out", or "the detector as it ships". */
  readonly protocol: string;
  /** What decides, in words: "80 trees of depth 3 over 37 features". */
  readonly model: string;
  /** The command that gives these figures. */
  readonly command: string;
  readonly figures: FallScore;
  readonly activities: readonly ActivityCount[];
  readonly recordings: readonly RecordingResult[];
  readonly beside?: readonly Beside[];
  /** Whether alarms are falls as often as their confidence says. */
  readonly reliability?: Reliability;
}

/** `marginOf`: the strongest evidence in a recording, see `RecordingResult`. Recordings without the sensor are left out. */
export function resultsOf(
  what: Pick<FallResults, "dataset" | "position" | "protocol" | "model" | "command">,
  all: readonly Judged[],
  marginOf: (recording: FallRecording) => number | null,
  reliability?: Reliability,
): FallResults {
  const judged = all.filter(({ recording }) => recording.absent !== true);
  return {
    ...what,
    figures: score(judged),
    activities: byActivity(judged),
    recordings: judged.map((one) => {
      const { id, subject, activity, fall, elder } = one.recording;
      return {
        id,
        subject,
        activity,
        fall,
        elder,
        right: right(one),
        alarms: one.alarms.length,
        margin: marginOf(one.recording),
      };
    }),
    ...(reliability === undefined ? {} : { reliability }),
  };
}

/** What the project wants of strangers, percent; other positions have no aim. */
export const AIMS: Record<string, { readonly sensitivity: number; readonly specificity: number } | undefined> = {
  wrist: { sensitivity: 95, specificity: 97 },
  waist: { sensitivity: 98.5, specificity: 99.5 },
};

/** Sensitivity and specificity, percent, for a threshold that is moved over all margins; the lowest threshold first. */
export function tradeOff(recordings: readonly RecordingResult[]): { sensitivity: number; specificity: number }[] {
  const falls = recordings.filter(({ fall }) => fall);
  const adl = recordings.filter(({ fall }) => !fall);
  const margins = [...new Set(recordings.flatMap(({ margin }) => margin ?? []))].sort((a, b) => a - b);
  const above = (some: readonly RecordingResult[], threshold: number) =>
    some.filter(({ margin }) => margin !== null && margin > threshold).length;
  return [Number.NEGATIVE_INFINITY, ...margins].map((threshold) => ({
    sensitivity: (100 * above(falls, threshold)) / falls.length,
    specificity: 100 - (100 * above(adl, threshold)) / adl.length,
  }));
}
