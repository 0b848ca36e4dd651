/** Decision trees over integer features, as they are grown, and as the text that sdk/src/sensing/fall/trees.ts reads. */
import { LEAF } from "@songbai/sdk/sensing/fall/trees";

/** A feature of at most the threshold goes left. */
export type Node = Leaf | Branch;

export interface Leaf {
  readonly value: number;
}

export interface Branch {
  readonly feature: number;
  readonly threshold: number;
  readonly left: Node;
  readonly right: Node;
}

/** The sum of `start` and one leaf of each tree. */
export interface Forest {
  readonly start: number;
  readonly trees: readonly Node[];
}

export function isLeaf(node: Node): node is Leaf {
  return "value" in node;
}

/** The value of the leaf that the features reach. */
export function leafOf(tree: Node, features: ArrayLike<number>): number {
  let node = tree;
  while (!isLeaf(node)) node = features[node.feature] <= node.threshold ? node.left : node.right;
  return node.value;
}

export function sumOf({ start, trees }: Forest, features: ArrayLike<number>): number {
  let sum = start;
  for (const tree of trees) sum += leafOf(tree, features);
  return sum;
}

/** The forest with integer leaves, one of them `scale` times what it was, and `more` of these added to the sum. */
export function quantised({ start, trees }: Forest, scale: number, more = 0): Forest {
  const rounded = (node: Node): Node =>
    isLeaf(node)
      ? { value: Math.round(node.value * scale) }
      : { ...node, left: rounded(node.left), right: rounded(node.right) };
  return { start: Math.round(start * scale + more), trees: trees.map(rounded) };
}

const WORD_MAX = 131071;
const WORD_MIN = -131072;
const LEFT_MAX = 255;
const FEATURE_MAX = 511;
const TREE_MAX = 63 * 3;

/** The text of a quantised forest. Throws `RangeError` on what its words do not hold. */
export function packed({ start, trees }: Forest): string {
  const texts = trees.map((tree) => packedTree(tree));
  const longest = Math.max(1, ...texts.map(({ thirds }) => thirds));
  return character(longest) + textOfWords([start, 0, 0]) + texts.map(({ text }) => text).join("");
}

function packedTree(tree: Node): { text: string; thirds: number } {
  const words = wordsOf(tree);
  while (words.length % 3 !== 0) words.push(0);
  if (words.length > TREE_MAX) throw new RangeError(`A tree of ${words.length} words is longer than ${TREE_MAX}.`);
  const thirds = words.length / 3;
  return { text: character(thirds) + textOfWords(words), thirds };
}

function wordsOf(node: Node): number[] {
  if (isLeaf(node)) {
    if (node.value < -LEAF || node.value >= LEAF) throw new RangeError(`A leaf of ${node.value} is outside ±${LEAF}.`);
    return [node.value - LEAF];
  }
  const left = wordsOf(node.left);
  if (left.length > LEFT_MAX) throw new RangeError(`A branch of ${left.length} words is longer than ${LEFT_MAX}.`);
  if (node.feature > FEATURE_MAX) throw new RangeError(`There is no room for feature ${node.feature}.`);
  return [node.feature * 256 + left.length, node.threshold, ...left, ...wordsOf(node.right)];
}

function textOfWords(words: readonly number[]): string {
  return words
    .map((word) => {
      if (!Number.isInteger(word) || word < WORD_MIN || word > WORD_MAX) {
        throw new RangeError(`${word} is no integer of 18 bits.`);
      }
      const bits = word - WORD_MIN;
      return character(bits >> 12) + character((bits >> 6) & 63) + character(bits & 63);
    })
    .join("");
}

/** Six bits as printable ASCII, as `readSamples` reads them. */
function character(six: number): string {
  return String.fromCharCode(48 + six);
}
