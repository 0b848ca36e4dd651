/**
 * Places in place of keys: an object is an array in Lua, 8 octets a property in a 32-bit VM instead of 20 and more in a hash whose size
 * doubles. A property has one place in all objects that have it, and no two properties of an object share theirs.
 */
import ts from "typescript";
import * as lua from "typescript-to-lua";
import { type Liveness, textOf } from "../live.ts";
import type { Source } from "../program.ts";
import { number } from "./build.ts";

/**
 * The place of each property, from 1 on. None have those in `kept`, which others know by name, and those that an object may lack: it
 * would answer what it has in that place.
 */
export function keyPlaces(source: Source, live: Liveness, kept: ReadonlySet<string>): ReadonlyMap<string, number> {
  const { objects, optional } = objectsOf(source, live);
  const hasPlace = (key: string) => live.keys.has(key) && !kept.has(key) && !optional.has(key);
  const together = new Map<string, Set<string>>();
  const smallest = new Map<string, number>();
  for (const object of objects) {
    const keys = object.filter(hasPlace);
    for (const key of keys) {
      const others = together.get(key) ?? new Set();
      for (const other of keys) others.add(other);
      together.set(key, others);
      smallest.set(key, Math.min(smallest.get(key) ?? keys.length, keys.length));
    }
  }
  const places = new Map<string, number>();
  // Small objects first: they have no room for gaps.
  const order = [...together].sort(([a, x], [b, y]) => smallest.get(a)! - smallest.get(b)! || y.size - x.size);
  for (const [key, others] of order) {
    const taken = new Set([...others].map((other) => places.get(other)));
    let place = 1;
    while (taken.has(place)) place++;
    places.set(key, place);
  }
  return places;
}

/** The keys of each object that is written in the program, and those that are asked of objects that may lack them. */
function objectsOf({ checker }: Source, live: Liveness) {
  const objects: string[][] = [];
  const optional = new Set<string>();
  const ask = (name: ts.Node, symbol: ts.Symbol | undefined): void => {
    const key = textOf(name);
    if (key !== undefined && (symbol === undefined || (symbol.flags & ts.SymbolFlags.Optional) !== 0)) optional.add(key);
  };
  const visit = (node: ts.Node): void => {
    if (ts.isObjectLiteralExpression(node)) {
      const named = node.properties.filter((property) => live.isLive(property)).map(({ name }) => textOf(name));
      objects.push(named.filter((key) => key !== undefined));
    } else if (ts.isPropertyAccessExpression(node)) ask(node.name, checker.getSymbolAtLocation(node.name));
    else if (ts.isElementAccessExpression(node))
      ask(node.argumentExpression, checker.getSymbolAtLocation(node.argumentExpression));
    else if (ts.isObjectBindingPattern(node)) {
      const type = checker.getTypeAtLocation(node);
      for (const { propertyName, name } of node.elements) {
        const key = textOf(propertyName ?? name);
        if (key !== undefined) ask(propertyName ?? name, type.getProperty(key));
      }
    }
    ts.forEachChild(node, visit);
  };
  for (const file of live.files) visit(file);
  return { objects, optional };
}

/** Octets in a 32-bit Lua 5.3. */
const SLOT_BYTES = 8;
const NODE_BYTES = 20;

/** Gives the fields of a table their places: in the array where that is smaller, and where it changes no order of calls. */
export function placeFields(table: lua.TableExpression, places: ReadonlyMap<string, number>): void {
  const placeOf = ({ key }: lua.TableFieldExpression) =>
    key !== undefined && lua.isStringLiteral(key) ? places.get(key.value) : undefined;
  const placed = table.fields.filter((field) => placeOf(field) !== undefined);
  const named = table.fields.filter((field) => placeOf(field) === undefined);
  if (placed.length === 0) return;
  const sorted = [...placed].sort((a, b) => placeOf(a)! - placeOf(b)!);
  const last = placeOf(sorted.at(-1)!)!;
  const isSmaller = last * SLOT_BYTES <= hashBytes(table.fields.length) - hashBytes(named.length);
  if (!isSmaller || !keepsOrder(table.fields, [...named, ...sorted])) {
    for (const field of placed) field.key = number(placeOf(field)!);
    return;
  }
  const array = Array.from({ length: last }, () => lua.createTableFieldExpression(lua.createNilLiteral()));
  for (const field of placed)
    array[placeOf(field)! - 1] = lua.setNodePosition(lua.createTableFieldExpression(field.value), field);
  table.fields = [...named, ...array];
}

function hashBytes(keys: number): number {
  return keys === 0 ? 0 : NODE_BYTES * 2 ** Math.ceil(Math.log2(keys));
}

/** True where no value is computed before another one that was computed before it, unless nobody can tell. */
function keepsOrder(before: readonly lua.TableFieldExpression[], after: readonly lua.TableFieldExpression[]): boolean {
  const told = (fields: readonly lua.TableFieldExpression[]) => fields.filter(({ value }) => !isConstant(value));
  const one = told(before);
  return !one.some(({ value }) => calls(value)) || told(after).every((field, i) => field === one[i]);
}

/** True for a value that nothing can change. */
function isConstant(value: lua.Expression): boolean {
  return lua.isLiteral(value) || lua.isFunctionExpression(value);
}

/** True for a value whose making may do something. */
function calls(value: lua.Expression): boolean {
  if (lua.isLiteral(value) || lua.isFunctionExpression(value) || lua.isIdentifier(value)) return false;
  if (lua.isTableIndexExpression(value)) return calls(value.table) || calls(value.index);
  if (lua.isUnaryExpression(value)) return calls(value.operand);
  if (lua.isBinaryExpression(value)) return calls(value.left) || calls(value.right);
  if (lua.isParenthesizedExpression(value)) return calls(value.expression);
  if (lua.isTableExpression(value)) return value.fields.some((field) => calls(field.value));
  return true;
}
