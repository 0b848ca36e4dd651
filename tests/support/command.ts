import { stripVTControlCharacters } from "node:util";
import { jest } from "@jest/globals";
import { main } from "@songbai/tools/cli/main";

export interface CommandResult {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the songbai command in this process. */
export async function songbai(...argv: readonly string[]): Promise<CommandResult> {
  const before = process.exitCode;
  const written = { stdout: "", stderr: "" };
  const spies = (["stdout", "stderr"] as const).map((stream) =>
    jest.spyOn(process[stream], "write").mockImplementation((text) => {
      written[stream] += stripVTControlCharacters(String(text));
      return true;
    }),
  );
  process.exitCode = 0;
  try {
    await main(argv);
    return { status: Number(process.exitCode), ...written };
  } finally {
    for (const spy of spies) spy.mockRestore();
    process.exitCode = before;
  }
}
