import {
  ARRAY,
  type Head,
  intOf,
  isNull,
  isTrue,
  MAP,
  NEGATIVE,
  newHead,
  OCTETS,
  putArray,
  putBoolean,
  putInt,
  putMap,
  putNull,
  putOctets,
  putText,
  readHead,
  TEXT,
  UNSIGNED,
} from "@songbai/sdk/codec/cbor";
import type { Bytes } from "@songbai/sdk/lang/intrinsics";
import fc from "fast-check";
import { toHex } from "../support/hex.ts";

/** What devices say. */
export type Tree = number | string | boolean | null | Uint8Array | Tree[] | Map<Tree, Tree>;

/** Random trees of int32, octets, ASCII text, arrays, maps with unique simple keys, booleans and null. */
export const trees: fc.Arbitrary<Tree> = fc.letrec<{ tree: Tree }>((tie) => ({
  tree: fc.oneof(
    { depthSize: "small", withCrossShrink: true },
    fc.oneof(fc.integer(), fc.integer({ min: -300, max: 300 })),
    fc.uint8Array({ maxLength: 300 }),
    fc.string({ unit: "binary-ascii", maxLength: 300 }),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie("tree"), { maxLength: 30 }),
    fc
      .array(fc.tuple(fc.oneof(fc.integer(), fc.string({ unit: "binary-ascii", maxLength: 9 })), tie("tree")))
      .map((pairs) => new Map<Tree, Tree>(pairs)),
  ),
})).tree;

/** RFC 8949 section 8, more or less: the same text for the same tree. */
export function diagnostic(tree: Tree): string {
  if (ArrayBuffer.isView(tree)) return `h'${toHex(tree)}'`;
  if (Array.isArray(tree)) return `[${tree.map(diagnostic).join(", ")}]`;
  if (typeof tree !== "object" || tree === null) return JSON.stringify(tree);
  return `{${[...tree].map(([key, value]) => `${diagnostic(key)}: ${diagnostic(value)}`).join(", ")}}`;
}

/** The tree by the SDK's writers. */
export function encode(tree: Tree): Uint8Array {
  const into = new Uint8Array(100_000);
  return into.slice(0, put(into, 0, tree));
}

function put(into: Bytes, at: number, tree: Tree): number {
  if (typeof tree === "number") return putInt(into, at, tree);
  if (typeof tree === "string") return putText(into, at, tree);
  if (typeof tree === "boolean") return putBoolean(into, at, tree);
  if (tree === null) return putNull(into, at);
  if (ArrayBuffer.isView(tree)) return putOctets(into, at, tree, 0, tree.length);
  if (Array.isArray(tree)) return tree.reduce<number>((next, item) => put(into, next, item), putArray(into, at, tree.length));
  return [...tree].flat().reduce<number>((next, item) => put(into, next, item), putMap(into, at, tree.size));
}

/** The item at the start of `bytes` by the SDK's reader; throws what is refused. */
export function decode(bytes: Uint8Array): Tree {
  let at = 0;
  const next = (): Head => {
    const head = newHead();
    at = readHead(bytes, at, bytes.length, head);
    if (at < 0) throw new Error(`refused: ${at}`);
    return head;
  };
  const take = (length: number): Uint8Array => {
    at += length;
    return bytes.slice(at - length, at);
  };
  const item = (): Tree => {
    const head = next();
    if (head.major === UNSIGNED || head.major === NEGATIVE) return intOf(head);
    if (head.major === OCTETS) return take(head.argument);
    if (head.major === TEXT) return String.fromCharCode(...take(head.argument));
    if (head.major === ARRAY) return Array.from({ length: head.argument }, item);
    if (head.major === MAP) return new Map(Array.from({ length: head.argument }, (): [Tree, Tree] => [item(), item()]));
    return isNull(head) ? null : isTrue(head);
  };
  return item();
}
