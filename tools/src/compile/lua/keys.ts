/** What tables have for keys. A key is written in the program or not at all, so all places that name one can agree on another. */
import ts from "typescript";
import type { Liveness } from "../live.ts";
import type { Source } from "../program.ts";
import { keyPlaces } from "./places.ts";
import { shortNames } from "./shorten.ts";

export interface Keys {
  readonly places: ReadonlyMap<string, number>;
  /** The short names of keys without a place, the shortest for the most frequent. */
  readonly names: ReadonlyMap<string, string>;
}

/** Keys that a board's port names as well stay as they are. */
export function keysFor(source: Source, live: Liveness): Keys {
  const kept = keysOfBoards(source);
  const places = keyPlaces(source, live, kept);
  const free = shortNames(kept);
  const names = new Map<string, string>();
  const byUse = [...live.keys].sort(([, a], [, b]) => b - a);
  for (const [key] of byUse) if (!kept.has(key) && !places.has(key)) names.set(key, free.next().value!);
  return { places, names };
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
