/** docs/fall-detector.md: what the detector learnt from whom, how well it does on strangers, and what that does not say. */
import type { Share } from "../score.ts";
import { AIMS, type FallResults } from "./results.ts";

/** The results that are kept with the page: figures, and no line about a single recording. */
export type CardFigures = Omit<FallResults, "recordings">;

/** The page. `positions` in the order in which they are shown. */
export function modelCard(positions: readonly CardFigures[]): string {
  return `${[
    "# Fall detector: model card",
    "",
    "<!-- Written from docs/figures/fall-*.json: SONGBAI_WRITE_DOCS=1 npm test -- tests/learn/model-card -->",
    "",
    ...INTRODUCTION,
    "",
    "## Figures",
    "",
    ...figures(positions),
    ...positions.flatMap(ofPosition),
    ...TEXT,
  ].join("\n")}\n`;
}

const INTRODUCTION = [
  "The detector (`sdk/src/sensing/fall`) hears falls from an accelerometer alone: 25 frames a second, a local maximum of the magnitude is an",
  "impact, and about two seconds later integer features of the time around it are scored by integer tables. A position on the body has tables",
  "of its own. The same alarms come on every runtime, sample for sample.",
  "",
  "It calls for help; it diagnoses nothing, and it is no medical device. Whoever ships it tests it on the people it is for.",
];

function figures(positions: readonly CardFigures[]): string[] {
  if (positions.length === 0) return ["Not measured yet.", ""];
  return [
    "On people that the model was not trained on; in brackets 95 % intervals by bootstrap over people.",
    "",
    "| position | data | sensitivity | aim | specificity | aim | F1 | alarms per ADL hour | elders' recordings with an alarm |",
    "|---|---|---|---|---|---|---|---|---|",
    ...positions.map(({ position, dataset, figures: f }) => {
      const aim = AIMS[position];
      return row(
        position,
        `${dataset}, ${f.people} people`,
        share(f.sensitivity),
        aim === undefined ? "-" : `${aim.sensitivity}`,
        share(f.specificity),
        aim === undefined ? "-" : `${aim.specificity}`,
        f.f1.toFixed(1),
        `${f.alarmsPerAdlHour.toFixed(1)} (${f.adlAlarms} in ${f.adlHours.toFixed(2)} h)`,
        `${f.elderAlarms} of ${f.elderRecordings}`,
      );
    }),
    "",
    "ADL: activities of daily living, chosen to be like falls; an hour of them is no hour of a life.",
    "",
  ];
}

function ofPosition(results: CardFigures): string[] {
  const { position, protocol, model, command, activities, reliability, beside = [], figures: f } = results;
  const unlabelled = f.sensitivity.of - f.labelledFalls;
  return [
    `### ${position}`,
    "",
    `${sentence(model)} ${sentence(protocol)}`,
    ...(NOTES[position] ?? []),
    ...(unlabelled > 0
      ? [`${unlabelled} falls have no time of their own: any alarm in them counts as heard, which flatters.`]
      : []),
    ...(f.unknown > 0 ? [`${f.unknown} recordings could not be judged; falls among them count as missed.`] : []),
    "",
    `![Trade-off, activities, evidence](images/fall-${position}.svg)`,
    "",
    "| activity | recordings | right |",
    "|---|---|---|",
    ...activities.map(({ name, of, right }) => row(name, String(of), `${right} (${((100 * right) / of).toFixed(0)} %)`)),
    "",
    ...(beside.length === 0
      ? []
      : [
          "| beside it | sensitivity | specificity |",
          "|---|---|---|",
          ...beside.map((one) => row(one.what, share(one.sensitivity), share(one.specificity))),
          "",
        ]),
    ...reliabilityTable(reliability),
    "```sh",
    command,
    "```",
    "",
  ];
}

function reliabilityTable(reliability: CardFigures["reliability"]): string[] {
  if (reliability === undefined) return [];
  return [
    `Confidence, of people left out of it, too: off by ${reliability.errorPercent.toFixed(1)} points in the mean over all alarms.`,
    "",
    "| said, % | alarms | said in the mean, % | were falls, % |",
    "|---|---|---|---|",
    ...reliability.bands.map(({ from, to, alarms, falls, said }) =>
      row(`${from} to ${to}`, String(alarms), said.toFixed(1), `${((100 * falls) / alarms).toFixed(1)} (${falls})`),
    ),
    "",
  ];
}

/** What has to be said of a position before its figures are believed. */
const NOTES: Record<string, readonly string[]> = {
  waist: [
    "Both missed falls are slow backward falls of one person, below 2 g, who ends as when lying down; rows of one of the two are lost. Fourteen kinds of",
    "model missed them in every one of 24 runs by the same folds: more trees, boosting and mean of both, networks on the features and on the signal with",
    "its signs, means of these with trees, turned and stretched copies, recordings of other people's chests. From run to run 0 to 2 of the 224 ADL",
    "recordings alarm, most of them lying down on a bed.",
  ],
  chest: ["In 81 recordings, 61 of them falls, the sensor's readings end at ±2 g, in the others at ±8 g."],
  ankle: ["In 35 recordings, 17 of them falls, the sensor's readings end at ±2 g, in the others at ±8 g."],
  insole: [
    "**No fall was ever recorded in a shoe here.** These are the ankle's recordings, each person's turned anyhow in space, and a model that ignores",
    "what lies along an axis of the board: it does not matter how the board lies in the sole, nor in which shoe. What it is worth under a foot, whose blows",
    "are harder than the ankle's, is not known: take the ankle's figures for the most that can be hoped for, and record falls of your own.",
  ],
};

function sentence(words: string): string {
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

function share({ right, of, percent, interval: [low, high] }: Share): string {
  return of === 0 ? "-" : `${percent.toFixed(1)} % [${low.toFixed(1)}, ${high.toFixed(1)}] ${right}/${of}`;
}

function row(...cells: readonly string[]): string {
  return `| ${cells.join(" | ")} |`;
}

const TEXT = [
  "## Data",
  "",
  "| set | people and recordings | sensor | terms |",
  "|---|---|---|---|",
  "| WEDA-FALL (Marques & Moreno, github `joaojtmarques/WEDA-FALL`) | wrist; 10 young adults (250 falls, 330 ADL), 8 elders of 77 to 95 years (110 ADL) | Fitbit Sense, ±4 g, about 40 Hz in falls and 50 Hz in ADL | no licence file: **ask the owner before anything derived from it ships** |",
  "| UMAFall (Casilari et al., figshare 4214283) | waist, chest, ankle; 14 people, two of them 55 and 67 years (ADL only); at the waist 104 falls, 224 ADL | SensorTag, ±8 g at the waist, 20 Hz | CC BY 4.0 by a third party's table; not verified by us |",
  "",
  "No recording is in this repository.",
  "",
  "What the readers do, the same for every recording (`tools/src/learn/falls/recordings`):",
  "",
  "- A batch of samples that came late goes where its stamps say (14 of the 690 WEDA-FALL recordings). Stamps that come in batches are spread",
  "  evenly. A hole of up to a second is bridged by a line; behind a longer one the detector starts anew.",
  "- A low-pass (half height at 8 Hz) and 25 Hz for all.",
  "- Files that are at 25 Hz already have been smoothed by somebody, or not: one low-pass for the whole folder brings them to the slope of",
  "  spectrum that the data set has when it comes from its authors (9 to 12 Hz over 6 to 8 Hz, the same in falls and in all else).",
  "- A recording is *unknown*, with the reason, when more than 5 % of its rows are malformed, the clock jumps, the rate is below 15 Hz, the sensor",
  "  is frozen or saturated, gravity is not in it or the scale is wrong.",
  "- At chest and ankle about a tenth of UMAFall has rows at a quarter of their scale, some or all: they stand on steps of 1/16384 g, all others on 1/4096 g,",
  "  so they are known for what they are and multiplied by four. Three recordings of the chest that read 4 g at rest stay unknown. Files that somebody",
  "  has resampled have lost these steps: there long stretches at a quarter of the scale are unknown, and short ones go unnoticed.",
  "- Then range, resolution and FIFO of the part, as on the device. Nothing is padded at a recording's end.",
  "",
  "## Protocol",
  "",
  "- A fall is heard when an alarm comes within 3 s of the impact that it names, and that impact lies from 0.2 s before the labelled start to",
  "  1.2 s after the labelled end. An ADL recording is right without any alarm.",
  "- Nested leave-one-subject-out: threshold and settings are chosen among the training people only; who is asked about is in none of it.",
  "- The sampling rate gives the label away in WEDA-FALL (falls 39 to 41 Hz, all else 48 to 51 Hz). What is left of it after the reader is tested:",
  "  a classifier on energy above 8 Hz and sample counts is a coin, and with the rates of falls and ADL swapped the detector hears the same",
  "  (`tests/learn/rate.shared.ts`).",
  "- No feature knows where a recording ends, or how long it is.",
  "",
  "## Limits",
  "",
  "- **All falls were acted by healthy young adults on mattresses.** Elders contributed everyday movements only, so their specificity is known and their",
  "  sensitivity is not. Detectors with such figures heard about 80 % of real falls: Se > 80 % at 0.56 false alarms an hour (Palmerini et al. 2020,",
  "  143 real falls, lower back); Se 80 % at 0.17 a week and person (AIDE-MOI 2019, 31 real falls).",
  "- **No rate of false alarms a day follows from these recordings.** Nothing in them is free living; no alarm in T hours only bounds the rate at 3/T an hour.",
  "- A slow slide to the floor, a fall that is caught, and a fall in a wheelchair have no impact above the trigger and are not heard.",
  "- With 250 falls one standard error at 95 % is 1.4 points, with 104 falls at 97 % 1.7 points: one or two points between models are noise.",
  "- The tables of a position are for that position. Another sensor, range or mounting wants its own evaluation: `songbai eval falls`.",
  "",
  "## Your own recordings",
  "",
  "```sh",
  "songbai eval falls --dataset weda-fall --data DIR --position wrist --plot wrist.svg",
  "songbai eval falls --dataset weda-fall --data DIR --position wrist --json > alarms.json",
  "```",
  "",
  "Any folder of either format will do, at 20 to 100 Hz, of any people. `--runtime` runs the detector on Lua, JavaScript or the emulated board, and",
  "`--digest` shows that the alarms are the same.",
];
