/** The networks that are measured beside the trees, on the same impacts and the same people. */
import type { Task } from "../cross-validate.ts";
import type { PositionName } from "../recordings/datasets.ts";
import type { FallRecording } from "../recordings/recording.ts";
import { PARTS } from "../sensor-path.ts";
import type { NetworkConfiguration } from "./network-trainer.ts";
import { windowed } from "./window.ts";

export interface NetworkTrial {
  readonly sees: NetworkConfiguration["sees"];
  readonly task: Task;
  readonly configurations: readonly NetworkConfiguration[];
}

/** `task` has the candidates with the SDK's features; `recordings` are the same ones with their samples. */
export function networkTrials(recordings: readonly FallRecording[], task: Task, position: PositionName): NetworkTrial[] {
  const part = PARTS[position];
  // Only a wrist has another side where x points the other way; a belt is worn as it is meant to be.
  const variation = { mirrored: position === "wrist", fullMg: part.rangeG * 1000 };
  const common = { kind: "network", step: 0.01, decay: 0.002, reach: 5, variation } as const;
  return [
    {
      sees: "features",
      task,
      configurations: [8, 16].map((width) => ({ ...common, sees: "features", shape: "dense", width, epochs: 30 })),
    },
    {
      sees: "window",
      // What is simulated, or read otherwise, has features only.
      task: { ...task, candidates: windowed(recordings, part, task.candidates), harmless: [] },
      configurations: [
        { ...common, sees: "window", shape: "means", width: 8, epochs: 60 },
        { ...common, sees: "window", shape: "convolutions", width: 8, epochs: 30, step: 0.004, reach: 16 },
      ],
    },
  ];
}
