/** songbai eval: a sense against recordings of real people. */
import type { Command } from "commander";
import { SENSES } from "../learn/senses.ts";
import { addEvalFalls } from "./eval-falls.ts";
import { addEvalSense } from "./eval-sense.ts";

export function addEval(program: Command): void {
  const command = program
    .command("eval")
    .description("measure a sense on recordings of people, through the sensor path of a device");
  addEvalFalls(command);
  for (const sense of SENSES) addEvalSense(command, sense);
}
