import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { emulatedBoard } from "@songbai/sim/runtime/emulated/board";
import { findFirmware, type LuaVersion } from "@songbai/sim/runtime/emulated/firmware";
import { functionImage } from "@songbai/sim/runtime/emulated/image";
import { startMachine } from "@songbai/sim/runtime/emulated/qemu";

const VERSIONS: readonly LuaVersion[] = ["5.3", "5.4"];
const HEAP_BYTES = 98_304;

function board(code: string, lua: LuaVersion) {
  return emulatedBoard({ name: "image", code, heapBytes: HEAP_BYTES, lua });
}

function answerOf(code: string, lua: LuaVersion, line = ""): string {
  const peer = board(code, lua);
  try {
    return peer.call(line);
  } finally {
    peer.close();
  }
}

/** Words that Lua or its libraries hold themselves, and lengths about 40, up to which Lua keeps each string once. */
const WORDS = [
  ...["end", "function", "nil", "goto", "_ENV", "__index", "__gc", "__close", "not enough memory"],
  ...["string", "byte", "unpack", "tostring", "collectgarbage", "number", "true", "receive", "x"],
  ...[39, 40, 41, 42, 300].map((length) => "abcdefghij".repeat(30).slice(0, length)),
];

describe.each(VERSIONS)("a program's strings in flash, Lua %s", (lua) => {
  it("a constant and what is built at run time are one string, compared and as key of a table", () => {
    const code = `
      local numbers = {${WORDS.map((word, i) => `["${word}"] = ${i}`).join(", ")}, [""] = -1}
      local constants = {${WORDS.map((word) => `"${word}"`).join(", ")}}
      function receive(line)
        local half = #line // 2
        local built = string.sub(line, 1, half) .. string.sub(line, half + 1)
        local octets = string.char(string.byte(line, 1, -1))
        local number = numbers[built]
        numbers[octets] = 1000
        local same = numbers[line] == 1000 and (number < 0 or constants[number + 1] == built)
        numbers[line] = number
        return number .. tostring(same)
      end`;
    const peer = board(code, lua);
    for (const [i, word] of WORDS.entries()) expect([word, peer.call(word)]).toEqual([word, `${i}true`]);
    expect(peer.call("")).toBe("-1true");
    peer.close();
  });

  it("what Lua and its libraries say themselves is equal to the program's constants", () => {
    const code = `
      function receive()
        local functions = ""
        for name in pairs(string) do
          if name == "byte" or name == "char" or name == "format" or name == "rep" or name == "sub" then
            functions = functions .. "."
          end
        end
        local kinds = type(nil) == "nil" and type(1) == "number" and type("") == "string" and type({}) == "table"
        return functions .. tostring(kinds and tostring(true) == "true" and string.format("%s", nil) == "nil")
      end`;
    expect(answerOf(code, lua)).toBe(".....true");
  });

  it("octets of every kind", () => {
    const code = `
      local all = "${Array.from({ length: 256 }, (_, i) => `\\${i}`.padEnd(4))
        .join("")
        .replace(/ /g, "")}"
      local zeros = {["a\\0b"] = 1, ["a\\0c"] = 2, ["a"] = 3}
      function receive()
        local octets = {}
        for i = 0, 255 do octets[i + 1] = string.char(i) end
        return tostring(table.concat(octets) == all) .. zeros["a" .. octets[1] .. "c"] .. zeros[octets[98]]
      end`;
    expect(answerOf(code, lua)).toBe("true23");
  });

  it.each(lua === "5.3" ? ["incremental"] : ["incremental", "generational"])(
    "hundreds of strings come and go, %s: none is lost, the constants stay",
    (mode) => {
      const words = Array.from({ length: 300 }, (_, i) => `"k${i}"`);
      const code = `
      local constants = {${words.join(", ")}}
      ${lua === "5.3" ? "" : `collectgarbage("${mode}")`}
      local function check()
        local at = {}
        for i = 1, #constants do at[constants[i]] = i end
        for i = 1, 300 do if at["k" .. i - 1] ~= i then return "lost k" .. i - 1 end end
      end
      function receive()
        for round = 1, 3 do
          local made, back = {}, {}
          for i = 1, 600 do made[i] = "m" .. round .. i back[made[i]] = i end
          for i = 1, 600 do if back["m" .. round .. i] ~= i then return "lost m" .. i end end
          local lost = check()
          if lost then return lost end
          made, back = nil, nil
          collectgarbage()
          collectgarbage("step", 0)
          lost = check()
          if lost then return lost end
        end
        return "all there"
      end`;
      expect(answerOf(code, lua)).toBe("all there");
    },
  );

  it("take nothing of the heap, however many there are", () => {
    const used = (count: number) => {
      const constants = Array.from({ length: count }, (_, i) => `"constant ${i}${"-".repeat(i)}"`);
      const peer = board(`function receive() return table.concat({${constants.join(", ")}}, ",") end`, lua);
      const { loadedBytes } = peer.figures();
      peer.close();
      return loadedBytes;
    };
    expect(used(100)).toBe(used(1));
  });

  it("a bare program, with libraries and flash, takes 2 kB beside its stack", () => {
    const peer = board("function receive(line) return line end", lua);
    expect(peer.figures().loadedBytes).toBeLessThan(2304 + STACK_BYTES);
    peer.close();
  });
});

/** `STACK_SLOTS` of the firmware, of 8 octets each. */
const STACK_BYTES = 200 * 8;

describe("an image", () => {
  const CODE = 'function receive(line) return "hello " .. line end';

  /** All that the board says before it falls silent. */
  function firstWords(image: Buffer): string {
    const machine = startMachine({
      firmware: findFirmware("5.3"),
      machine: "netduinoplus2",
      program: image,
      heapBytes: HEAP_BYTES,
      wire: "uart",
    });
    let said = "";
    for (let octets = machine.read(5000); octets.length > 0; octets = machine.read(300)) said += octets.toString("latin1");
    machine.close();
    return said;
  }

  it("is the same each time", () => {
    const images = [1, 2].map(() => {
      const imageFolder = mkdtempSync(join(tmpdir(), "songbai-images-"));
      const image = functionImage(CODE, { ...findFirmware("5.3"), imageFolder });
      rmSync(imageFolder, { recursive: true });
      return image;
    });
    expect(images[0]?.equals(images[1] as Buffer)).toBe(true);
  });

  it("is refused with a sentence when it was made for another Lua, or a string of it is not what it was", () => {
    const image = functionImage(CODE, findFirmware("5.3"));
    expect(firstWords(image)).not.toContain("firmware");
    expect(firstWords(functionImage(CODE, findFirmware("5.4")))).toContain("the program was made for another firmware");
    const changed = Buffer.from(image);
    const at = changed.indexOf("hello ");
    changed.write("j", at, "latin1");
    expect(firstWords(changed)).toContain("the program was made for another firmware");
  });
});
