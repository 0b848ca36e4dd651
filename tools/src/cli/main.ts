/** The songbai command. Exit status: 0 as expected, 1 an expectation failed, 2 the input or the usage is wrong. */
import { Command, CommanderError } from "commander";
import { addBuild } from "./build.ts";
import { addCommand } from "./command.ts";
import { addCompare } from "./compare.ts";
import { addEval } from "./eval.ts";
import { addHub } from "./hub.ts";
import { addProvision } from "./provision.ts";
import { addRun } from "./run.ts";
import { sentenceOf } from "./sentence.ts";
import { addSize } from "./size.ts";
import { addStory } from "./story.ts";
import { addTrain } from "./train.ts";

export async function main(argv: readonly string[]): Promise<void> {
  const program = new Command("songbai")
    .description("Songbai (松柏): elder-care device firmware in portable TypeScript")
    .configureOutput({ outputError: (text, write) => write(`${text.trim().replaceAll("\n", " ")}\n`) })
    // An option of a part, such as --data of songbai hub records, stands behind the part's name.
    .enablePositionalOptions()
    .exitOverride();
  addRun(program);
  addBuild(program);
  addSize(program);
  addHub(program);
  addCommand(program);
  addCompare(program);
  addStory(program);
  addProvision(program);
  addEval(program);
  addTrain(program);
  for (const command of program.commands) {
    command.copyInheritedSettings(program);
    for (const part of command.commands) part.copyInheritedSettings(program);
  }
  try {
    await program.parseAsync([...argv], { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? 0 : 2;
      return;
    }
    const { sentence, status } = sentenceOf(error);
    process.stderr.write(`${sentence}\n`);
    process.exitCode = status;
  }
}
