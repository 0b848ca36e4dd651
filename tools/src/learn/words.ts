const WORD_MIN = -131_072;
const WORD_MAX = 131_071;

/** Words of 18 bits, three characters each, as `readSamples` of the SDK takes them. Throws `RangeError` on what is no such word. */
export function textOfWords(words: ArrayLike<number>): string {
  let text = "";
  for (let i = 0; i < words.length; i++) {
    const word = words[i];
    if (!Number.isInteger(word) || word < WORD_MIN || word > WORD_MAX)
      throw new RangeError(`${word} is no integer of 18 bits.`);
    const bits = word - WORD_MIN;
    text += String.fromCharCode(48 + (bits >> 12), 48 + ((bits >> 6) & 63), 48 + (bits & 63));
  }
  return text;
}

/** The same for a line of them, filled up: a device reads its words three by three. */
export function lineOfWords(words: ArrayLike<number>, filler = 0): string {
  const text = textOfWords(words);
  const missing = (3 - (words.length % 3)) % 3;
  return text + textOfWords(new Array<number>(missing).fill(filler));
}
