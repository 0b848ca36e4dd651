import { describe, expect, it } from "@jest/globals";
import { answersOnBoard, BOARD_LUAS } from "../support/on-board.ts";
import { randomSource } from "../support/random.ts";
import { CIPHERS, HASHES, randomHashTasks, randomTasks } from "./peer.ts";
import { CIPHER_VECTORS, HASH_VECTORS, linesOf, wrong } from "./vectors.ts";

const COUNT = 30;

describe.each(BOARD_LUAS)("crypto on the emulated Cortex-M4, Lua %s", (lua) => {
  it("ciphers compute every published vector, and agree with Node's OpenSSL on random input", () => {
    const tasks = [...CIPHER_VECTORS, ...CIPHERS.flatMap((cipher) => randomTasks(cipher, randomSource(8), COUNT))];
    expect(wrong(tasks, answersOnBoard(lua, "tests/crypto/program.ts", linesOf(tasks)))).toEqual([]);
  }, 300_000);

  it("hashes compute every published vector, and agree with Node's OpenSSL on random input", () => {
    const tasks = [...HASH_VECTORS, ...HASHES.flatMap((hash) => randomHashTasks(hash, randomSource(9), COUNT))];
    expect(wrong(tasks, answersOnBoard(lua, "tests/crypto/hash-program.ts", linesOf(tasks)))).toEqual([]);
  }, 300_000);
});
