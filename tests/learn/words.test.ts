import { describe, expect, it } from "@jest/globals";
import { readSamples } from "@songbai/sdk/lang/intrinsics";
import { lineOfWords, textOfWords } from "@songbai/tools/learn/words";

describe("words of a line", () => {
  it.each([0, 1, 2, 3, 4, 5])("are filled up to threes: %d of them", (count) => {
    const words = Array.from({ length: count }, (_, i) => 1000 * i - 131_072);
    const line = lineOfWords(words, -7);
    expect(line.length % 9).toBe(0);
    expect(line.startsWith(textOfWords(words))).toBe(true);
    const read = new Int32Array(line.length / 3);
    readSamples(line, 0, read, read.length);
    expect([...read]).toEqual([...words, ...[-7, -7].slice(0, read.length - count)]);
    expect(read.length - count).toBeLessThan(3);
  });

  it("have 18 bits", () => {
    expect(() => lineOfWords([131_072])).toThrow(RangeError);
    expect(() => lineOfWords([0.5])).toThrow(RangeError);
  });
});
