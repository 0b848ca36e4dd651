/** Decision trees over integer features, as they are grown, and as the text that sdk/src/sensing/trees.ts reads. */
import { LEAF } from "@songbai/sdk/sensing/trees";
import { textOfWords } from "../words.ts";

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

export const THRESHOLD_MAX = 2047;
const FEATURE_MAX = 63;

/** The text of a quantised forest. Throws `RangeError` on what its words do not hold. */
export function packed({ start, trees }: Forest): string {
  // A block is three levels of a tree; what hangs below joins the end of the queue.
  const blocks: Node[] = [...trees];
  const words = [start, trees.length, 0];
  const exit = (node: Node): number => (isLeaf(node) ? wordOfLeaf(node) : blocks.push(node) - 1);
  for (let i = 0; i < blocks.length; i++) {
    const root = blocks[i];
    const children = [childOf(root, "left"), childOf(root, "right")];
    words.push(wordOf(root), ...children.map(wordOf));
    for (const child of children) {
      for (const side of SIDES) {
        const node = childOf(child, side);
        const exits = isLeaf(node) ? [exit(node), exit(node)] : [exit(node.left), exit(node.right)];
        words.push(wordOf(node), ...exits);
      }
    }
  }
  return textOfWords(words);
}

const SIDES = ["left", "right"] as const;

/** Below a leaf is the same leaf. */
function childOf(node: Node, side: (typeof SIDES)[number]): Node {
  return isLeaf(node) ? node : node[side];
}

function wordOf(node: Node): number {
  if (isLeaf(node)) return 0;
  if (node.feature > FEATURE_MAX) throw new RangeError(`There is no room for feature ${node.feature}.`);
  if (!(node.threshold >= 0 && node.threshold <= THRESHOLD_MAX)) {
    throw new RangeError(`A threshold of ${node.threshold} is outside 0..${THRESHOLD_MAX}.`);
  }
  return node.feature * (THRESHOLD_MAX + 1) + node.threshold;
}

function wordOfLeaf({ value }: Leaf): number {
  if (value < -LEAF || value >= LEAF) throw new RangeError(`A leaf of ${value} is outside ±${LEAF}.`);
  return value - LEAF;
}
