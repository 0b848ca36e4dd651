/**
 * One-letter names: a chip stores the text of its program, and a Lua that compiles it there keeps each name in its heap. What a name was
 * stays in the source map.
 */
import * as lua from "typescript-to-lua";
import { number } from "./build.ts";
import { declareTogether, declareWhereMade } from "./declarations.ts";
import type { Keys } from "./keys.ts";
import { placeFields } from "./places.ts";
import { type KeyLookUp, namesOf, type Scope, type Variable } from "./scopes.ts";

/** Gives every variable the shortest name that is free where it is seen, and every key what `keys` has for it. */
export function shorten(file: lua.File, keys: Keys): void {
  const names = namesOf(file.statements);
  declareWhereMade(file.statements, names.scope);
  nameScope(names.scope, new Map());
  for (const lookUp of names.lookUps) replaceKey(lookUp, keys);
  for (const table of names.tables) {
    placeFields(table, keys.places);
    for (const { key } of table.fields)
      if (key !== undefined && lua.isStringLiteral(key)) key.value = keys.names.get(key.value) ?? key.value;
  }
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

/** What the key of a look-up is called in the program. */
const FULL = new WeakMap<lua.TableIndexExpression, string>();

function replaceKey(lookUp: KeyLookUp, { places, names }: Keys): void {
  const key = lookUp.index.value;
  const place = places.get(key);
  const name = names.get(key);
  if (place === undefined && name === undefined) return;
  FULL.set(lookUp, key);
  if (place === undefined) lookUp.index.value = name!;
  else Object.assign<lua.TableIndexExpression, object>(lookUp, { index: number(place) });
}

/** The name that the key of a look-up has in the program, where it has another one here. */
export function fullName(lookUp: lua.TableIndexExpression): string | undefined {
  return FULL.get(lookUp);
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
