/** songbai train: what a sense knows, from recordings of people. */
import type { Command } from "commander";
import { addTrainFalls } from "./train-falls.ts";
import { addTrainRhythm } from "./train-rhythm.ts";

export function addTrain(program: Command): void {
  const command = program.command("train").description("make the tables of a sense from recordings of people");
  addTrainFalls(command);
  addTrainRhythm(command);
}
