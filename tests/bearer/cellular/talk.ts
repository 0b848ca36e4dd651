import { receive } from "./program.ts";

/** Several lines, and all that came of them. */
export function talk(...lines: string[]): string {
  return lines
    .map(receive)
    .filter((answer) => answer !== "")
    .join(" | ");
}

/** Lets time pass until the device opens a socket, and opens it. */
export function reopened(): string {
  for (let s = 0; s < 700; s++) if (receive("pass 1000").includes("open 0")) return receive("open 1");
  return "";
}
