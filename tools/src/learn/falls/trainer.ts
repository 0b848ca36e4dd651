/** What can be trained, by a plain object that a log holds and a worker takes. */

import { type Boosting, boost } from "../trees/boost.ts";
import { type ExtraTrees, extraTrees } from "../trees/extra.ts";
import { type Forest, quantised, sumOf } from "../trees/forest.ts";
import type { Rows } from "../trees/rows.ts";
import { type NetworkConfiguration, networkTrainer } from "./network/network-trainer.ts";

/** A logit or what stands for it, 1024 a unit, as an integer: what the device computes. */
export interface Model {
  readonly score: (features: ArrayLike<number>) => number;
}

export interface TreeModel extends Model {
  readonly forest: Forest;
}

export interface Trainer<M extends Model = Model> {
  /** One line for the log. */
  readonly name: string;
  readonly train: (rows: Rows, seed: number) => M | Promise<M>;
}

export type TreeConfiguration = ({ readonly kind: "boosting" } & Boosting) | ({ readonly kind: "extra trees" } & ExtraTrees);

export type Configuration = TreeConfiguration | NetworkConfiguration;

/** One logit. */
export const UNIT = 1024;
/** Extra trees give shares of falls as -1..1; so wide they are about as steep as logits. */
const EXTRA_UNITS = 6;

export function trainerOf(configuration: Configuration): Trainer {
  return configuration.kind === "network" ? networkTrainer(configuration) : treeTrainer(configuration);
}

export function treeTrainer(configuration: TreeConfiguration): Trainer<TreeModel> {
  const { kind, ...settings } = configuration;
  const name = `${kind} ${Object.entries(settings)
    .map(([key, value]) => `${key} ${value}`)
    .join(", ")}`;
  return {
    name,
    train: (rows, seed) => {
      const forest =
        configuration.kind === "boosting"
          ? quantised(boost(rows, configuration, seed), UNIT)
          : quantised(extraTrees(rows, configuration, seed), UNIT * EXTRA_UNITS);
      return { forest, score: (features) => sumOf(forest, features) };
    },
  };
}
