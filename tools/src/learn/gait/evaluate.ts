import type { Sense } from "../sense/sense.ts";
import { evaluateFoot } from "./foot.ts";
import { evaluateInsole } from "./insole.ts";
import { receive } from "./program.ts";

export const GAIT: Sense = {
  name: "gait",
  description: "steps, their times and turns from sensors on both feet, or from insoles with force cells",
  datasets: ["gait-foot", "gait-insole"],
  program: { folder: "gait", receive },
  evaluate: (dataset, folder, device) =>
    dataset === "gait-foot" ? evaluateFoot(folder, device) : evaluateInsole(folder, device),
};
