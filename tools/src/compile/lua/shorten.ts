/**
 * One-letter names: a chip stores the text of its program, and a Lua that compiles it there keeps each name in its heap. What a name was
 * stays in the source map.
 */
import type * as lua from "typescript-to-lua";
import { declareTogether, declareWhereMade } from "./declarations.ts";
import { namesOf, type Scope, type Variable } from "./scopes.ts";

/** Gives every variable the shortest name that is free where it is seen, and every key the name that `keys` has for it. */
export function shorten(file: lua.File, keys: ReadonlyMap<string, string>): void {
  const names = namesOf(file.statements);
  declareWhereMade(file.statements, names.scope);
  nameScope(names.scope, new Map());
  for (const key of names.keys) renameKey(key, keys.get(key.value));
  for (const block of names.blocks) declareTogether(block);
}

function nameScope(scope: Scope, given: Map<Variable, string>): void {
  const taken = new Set([...scope.outer].map((name) => (typeof name === "string" ? name : given.get(name)!)));
  const free = shortNames(taken);
  for (const variable of [...scope.variables].sort((a, b) => b.places.length - a.places.length)) {
    const name = free.next().value!;
    given.set(variable, name);
    for (const place of variable.places) rename(place, name);
  }
  for (const inner of scope.inner) nameScope(inner, given);
}

function rename(place: lua.Identifier, name: string): void {
  place.originalName ??= place.text;
  place.text = name;
}

/** What each key was called. */
const FULL = new WeakMap<lua.StringLiteral, string>();

function renameKey(key: lua.StringLiteral, name: string | undefined): void {
  if (name === undefined) return;
  FULL.set(key, key.value);
  key.value = name;
}

/** The name that a key has in the program. */
export function fullName(key: lua.StringLiteral): string | undefined {
  return FULL.get(key);
}

const FIRST = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
/** The words of Lua that are as short. */
const WORDS = new Set(["do", "if", "in", "or"]);

/** `a`, `b` … `Z`, `aa`, `ab` … without the words of Lua and those that are taken. */
export function* shortNames(taken: ReadonlySet<string>): Generator<string, undefined> {
  for (const first of ["", ...FIRST]) {
    for (const last of FIRST) {
      const name = first + last;
      if (!WORDS.has(name) && !taken.has(name)) yield name;
    }
  }
  throw new Error("a Lua program with more than two thousand names");
}
