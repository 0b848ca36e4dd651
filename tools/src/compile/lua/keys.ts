/** Short names for the keys of tables. A key is written in the program or not at all, so all places that name one can agree on another. */
import ts from "typescript";
import type { Liveness } from "../live.ts";
import type { Source } from "../program.ts";
import { shortNames } from "./shorten.ts";

/** The short name of each key, the shortest for the most frequent. Those that a board's port names as well stay as they are. */
export function keyNames(source: Source, live: Liveness): ReadonlyMap<string, string> {
  const kept = keysOfBoards(source);
  const free = shortNames(kept);
  const names = new Map<string, string>();
  const byUse = [...live.keys].sort(([, a], [, b]) => b - a);
  for (const [key] of byUse) if (!kept.has(key)) names.set(key, free.next().value!);
  return names;
}

const BOARD = /\/sdk\/src\/board\/[^/]+\.ts$/;

/** What stands between the program and a board's port, which is written in Lua: the members of the board's types, and `length` of octets. */
export function keysOfBoards({ program }: Source): Set<string> {
  const keys = new Set(["length"]);
  const visit = (node: ts.Node): void => {
    if ((ts.isPropertySignature(node) || ts.isMethodSignature(node)) && ts.isIdentifier(node.name)) keys.add(node.name.text);
    ts.forEachChild(node, visit);
  };
  for (const file of program.getSourceFiles()) if (BOARD.test(file.fileName)) visit(file);
  return keys;
}
