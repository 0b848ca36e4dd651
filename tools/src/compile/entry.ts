import type ts from "typescript";
import type { Source } from "./program.ts";

/** What a bundle defines and is driven by: `receive(line)` of the board link, or `program(board)` for a board's own port. */
export const ENTRY_NAMES = ["receive", "program"] as const;

/** The export of the entry file that the bundle defines; undefined when it has neither. */
export function entryOf({ checker, entry }: Pick<Source, "checker" | "entry">): ts.Symbol | undefined {
  const symbol = checker.getSymbolAtLocation(entry);
  const exported = symbol === undefined ? [] : checker.getExportsOfModule(symbol);
  for (const wanted of ENTRY_NAMES) {
    const found = exported.find(({ name }) => name === wanted);
    if (found !== undefined) return found;
  }
  return undefined;
}
