/**
 * Decision trees over integer features, packed in a text of codes 48..111: it lies in flash. `readSamples` makes words of 18 bits of it,
 * -131072..131071, three characters each, and three words at once, which is what a step costs most.
 * `tools/src/learn/trees/forest.ts` packs.
 *
 *     text  = [sum to start with] [number of trees] [0], a block for each tree, blocks that go on from others
 *     block = three levels of a tree in five triples: [root] [left] [right], then for each of the four ways from there [node] [exit] [exit]
 *     node  = [feature * 2048 + threshold], features 0..63, thresholds 0..2047
 *     exit  = leaf [value - 65536] | [number of the block that goes on]
 *
 * Left is a feature of at most the threshold. Where a tree is less deep, both ways of a node lead to the same.
 */
import { allocInts, type Ints, readSamples } from "../lang/intrinsics.ts";

/** Characters. */
const TRIPLE = 9;
const BLOCK = 45;
/** Added to a leaf's word, which is negative. */
export const LEAF = 65536;

/** The sum of the leaves that the features reach. Allocates only here. */
export function trees(text: string): (features: Ints) => number {
  const triple = allocInts(3);
  readSamples(text, 0, triple, 3);
  const count = triple[1];
  const start = triple[0] + count * LEAF;
  return (features) => {
    const words = triple;
    let sum = start;
    for (let tree = 0; tree < count; tree++) {
      let exit = tree;
      while (exit >= 0) {
        let at = TRIPLE + exit * BLOCK;
        readSamples(text, at, words, 3);
        let word = words[0];
        at += TRIPLE;
        if (features[word >> 11] > (word & 2047)) {
          word = words[2];
          at += 2 * TRIPLE;
        } else {
          word = words[1];
        }
        if (features[word >> 11] > (word & 2047)) at += TRIPLE;
        readSamples(text, at, words, 3);
        word = words[0];
        if (features[word >> 11] > (word & 2047)) exit = words[2];
        else exit = words[1];
      }
      sum += exit;
    }
    return sum;
  };
}
