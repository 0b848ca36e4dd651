/**
 * Decision trees over integer features, packed in a text of codes 48..111: it lies in flash, and one `readSamples` a tree makes
 * words of 18 bits of it, -131072..131071, three characters each. `tools/src/learn/forest.ts` packs.
 *
 *     text   = longest tree (a character: words / 3), words [sum to start with, 0, 0], trees
 *     tree   = its length (a character: words / 3), node, filled up to a multiple of three words
 *     node   = leaf | [feature * 256 + words of the left branch] [threshold] left right
 *     leaf   = [value - 65536]
 *
 * Left is a feature of at most the threshold. The left branch stands right behind its node, so that a step down is a comparison
 * and an addition.
 */
import { allocInts, charCode, type Ints, readSamples, textLength } from "../../lang/intrinsics.ts";

const CODE = 48;
const WORD = 3;
/** Added to a leaf's word, which is negative. */
export const LEAF = 65536;

/** The sum of the leaves that the features reach. Allocates only here, room for the longest tree. */
export function trees(text: string): (features: Ints) => number {
  const words = allocInts((charCode(text, 0) - CODE) * 3);
  readSamples(text, 1, words, 3);
  const start = words[0];
  const first = 1 + 3 * WORD;
  const end = textLength(text);
  return (features) => {
    let sum = start;
    let at = first;
    while (at < end) {
      const count = (charCode(text, at) - CODE) * 3;
      readSamples(text, at + 1, words, count);
      at += 1 + count * WORD;
      let node = 0;
      let word = words[0];
      while (word >= 0) {
        node += features[word >> 8] > words[node + 1] ? 2 + (word & 255) : 2;
        word = words[node];
      }
      sum += word + LEAF;
    }
    return sum;
  };
}
