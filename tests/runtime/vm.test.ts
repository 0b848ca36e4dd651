import { describe, expect, it } from "@jest/globals";
import { prng } from "@songbai/sdk/lang/prng";
import { createVm, DeviceFault, type Vm, type VmKind, type VmOptions } from "@songbai/sim/runtime/vm";
import { FULL } from "../support/suite.ts";

const luaKinds: VmKind[] = ["lua51", "lua53", "lua54"];
const kinds: VmKind[] = [...luaKinds, "js"];
/** Whether a heap of small tables is soon full: that of Lua 5.3 is the host's, collected at each look. */
const quick = (kind: VmKind): boolean => FULL || kind !== "lua53";

const echo = {
  lua: "function receive(line) return line end",
  js: "function receive(line) { return line; }",
};

function program(kind: VmKind, code: { lua: string; js: string }, options: Partial<VmOptions> = {}): Promise<Vm> {
  return createVm(kind, { name: "bracelet", code: kind === "js" ? code.js : code.lua, ...options });
}

/** The sentence with which a program fails, while loading or at its first line. */
async function faultOf(kind: VmKind, code: { lua: string; js: string }, options: Partial<VmOptions> = {}): Promise<string> {
  try {
    const vm = await program(kind, code, options);
    for (let i = 0; i < 3; i++) vm.call("go");
  } catch (error) {
    expect(error).toBeInstanceOf(DeviceFault);
    return (error as DeviceFault).message;
  }
  return "no fault";
}

describe.each(kinds)("runtime/vm %s", (kind) => {
  it("answers a line of any length up to 4 kB, and lines with line feeds", async () => {
    const vm = await program(kind, {
      lua: "function receive(line) return line .. '\\n' .. #line end",
      js: "function receive(line) { return line + '\\n' + line.length; }",
    });
    const printable = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i)).join("");
    for (const length of [0, 1, 15, 16, 17, 240, 1023, 4096]) {
      const line = printable.repeat(44).slice(0, length);
      expect(vm.call(line)).toBe(`${line}\n${length}`);
    }
    vm.close();
  });

  it("keeps the program's state from line to line, and apart from other programs", async () => {
    const counter = {
      lua: "local n = 0 function receive(line) n = n + 1 shared = (shared or '') .. line return shared .. n end",
      js: "var n = 0, shared = ''; function receive(line) { n++; shared += line; return shared + n; }",
    };
    const vms = await Promise.all(["a", "b", "c"].map(async (id) => ({ id, vm: await program(kind, counter) })));
    for (let turn = 1; turn <= 20; turn++) for (const { id, vm } of vms) expect(vm.call(id)).toBe(`${id.repeat(turn)}${turn}`);
    for (const { vm } of vms) vm.close();
  });

  it("goes on when another program of its kind has failed", async () => {
    const well = await program(kind, echo);
    const bottomless = {
      lua: "local function f() return 1 + f() end function receive() return f() end",
      js: "function receive(line) { return 1 + receive(line); }",
    };
    expect(await faultOf(kind, bottomless, { maxHeapBytes: 2 ** 20 })).toContain("The device program");
    expect(well.call("still here")).toBe("still here");
    well.close();
  });

  it("tells an error with its position, located in the source", async () => {
    const broken = {
      lua: "function receive(line)\n  error('no pulse')\nend",
      js: "function receive(line) {\n  throw new Error('no pulse');\n}",
    };
    const locate = (message: string) => message.replace(/bracelet:2(:\d+)?/, "sdk/src/heart.ts:12");
    const sentence = kind === "js" ? "Error: no pulse" : "no pulse";
    expect(await faultOf(kind, broken, { locate })).toBe(`The device program failed: sdk/src/heart.ts:12: ${sentence}.`);
  });

  it("is dead after a fault", async () => {
    const vm = await program(kind, {
      lua: "function receive(line) if line == 'bad' then error('once') end return line end",
      js: "function receive(line) { if (line === 'bad') throw new Error('once'); return line; }",
    });
    expect(vm.call("good")).toBe("good");
    expect(() => vm.call("bad")).toThrow("once");
    expect(() => vm.call("good")).toThrow("once");
  });

  it("stops an endless loop, and says where: in Lua the line, in JavaScript the function", async () => {
    const fault = await faultOf(
      kind,
      { lua: "function receive(line)\n  while true do end\nend", js: "function receive(line) {\n  for (;;) line += '';\n}" },
      { maxInstructionsPerCall: 1e6 },
    );
    expect(fault).toMatch(/^The device program ran 1,000,000 .* without coming to rest \(endless loop\?\), last at bracelet:/);
  });

  it("stops it inside the program's own error handling, and while loading", async () => {
    const caught = {
      lua: "function receive() while true do pcall(function() while true do end end) end end",
      js: "function receive() { for (;;) try { for (;;); } catch (e) {} }",
    };
    expect(await faultOf(kind, caught, { maxInstructionsPerCall: 1e6 })).toContain("endless loop?");
    expect(await faultOf(kind, { lua: "while true do end", js: "for (;;);" }, { maxInstructionsPerCall: 1e6 })).toContain(
      "endless loop?",
    );
  });

  it("counts each event's instructions anew", async () => {
    const code = {
      lua: "function receive() for i = 1, 600000 do end return '' end",
      js: "function receive() { for (var i = 0; i < 300000; i++); return ''; }",
    };
    const vm = await program(kind, code, { maxInstructionsPerCall: 1e6 });
    for (let i = 0; i < 5; i++) expect(vm.call("")).toBe("");
    vm.close();
  });

  it("stops a heap that runs away, by many values or by one text", async () => {
    const needs = "The device program needs more than 1 MiB of heap";
    const options = { maxHeapBytes: 2 ** 20 };
    const table = {
      lua: "function receive() local t = {} while true do t[#t + 1] = {#t} end end",
      js: "function receive() { for (var t = []; ; ) t.push([1]); }",
    };
    if (quick(kind)) expect(await faultOf(kind, table, options)).toContain(needs);
    const text = {
      lua: "function receive() local s = 'x' while true do s = s .. s end end",
      js: "function receive() { for (var s = 'x'; ; s.charCodeAt(1)) s = s + s; }",
    };
    expect(await faultOf(kind, text, options)).toContain(needs);
  });

  it("refuses a bundle that is no program", async () => {
    expect(
      await faultOf(kind, { lua: "function receive(line)\n  return )\nend", js: "function receive(line) {\n  return );\n}" }),
    ).toMatch(/^The device program cannot be read: bracelet:2:/);
    const fault = await faultOf(kind, { lua: "local function receive() end", js: "var recieve = 1;" });
    expect(fault).toBe("The device program defines no global function receive(line).");
  });

  it("refuses an answer that is not printable text", async () => {
    expect(await faultOf(kind, { lua: "function receive() return 5 end", js: "function receive() { return 5; }" })).toBe(
      "The device program returned a value of type number from receive(line) instead of text.",
    );
    for (const octet of ["0", "7", "200"]) {
      const code = {
        lua: `function receive() return 'a\\${octet}b' end`,
        js: `function receive() { return String.fromCharCode(${octet}); }`,
      };
      expect(await faultOf(kind, code)).toContain("not printable ASCII");
    }
  });
});

describe.each(["lua51", "lua54", "js"] as VmKind[])("runtime/vm heap of %s", (kind) => {
  const hoarder = {
    lua: "local kept = {} function receive(n) for i = 1, tonumber(n) do kept[#kept + 1] = i end if n == '0' then kept = {} end return '' end",
    js: "var kept = []; function receive(n) { for (var i = 0; i < +n; i++) kept.push(i); if (n === '0') kept = []; return ''; }",
  };

  it("is told without the VM's own, live and at its peak", async () => {
    const vm = await program(kind, hoarder);
    const empty = vm.heapBytes!();
    expect(empty).toBeLessThan(8192);
    vm.call("20000");
    const full = vm.heapBytes!();
    expect(full).toBeGreaterThan(150_000);
    vm.call("0");
    expect(vm.heapBytes!()).toBeLessThan(empty + 8192);
    expect(vm.peakHeapBytes!()).toBe(full);
    vm.close();
  });

  it("may hold its limit and no more, over many events", async () => {
    const vm = await program(kind, hoarder, { maxHeapBytes: 2 ** 20 });
    for (let i = 0; i < 20; i++) vm.call("1000");
    expect(() => {
      for (let i = 0; i < 1000; i++) vm.call("1000");
    }).toThrow("The device program needs more than 1 MiB of heap");
  });
});

describe("runtime/vm heap of lua53", () => {
  it("is not told, for the host's heap is shared", async () => {
    const vm = await program("lua53", echo);
    expect(vm.heapBytes).toBeUndefined();
    expect(vm.peakHeapBytes).toBeUndefined();
  });
});

/** The names of `names`, each an expression, that the runtime knows. */
async function known(kind: VmKind, names: string): Promise<string> {
  const list = names.split(" ");
  const lua = `function receive() local k = {} ${list.map((n) => `if ${n} ~= nil then k[#k + 1] = '${n}' end`).join(" ")} return table.concat(k, ' ') end`;
  const js = `function receive() { var k = []; ${list.map((n) => `if (typeof ${n} !== 'undefined') k.push('${n}');`).join(" ")} return k.join(' '); }`;
  const vm = await program(kind, { lua, js });
  return vm.call("");
}

describe("runtime/vm names", () => {
  it.each(luaKinds)("%s has nothing that boards lack or that would make two runs differ", async (kind) => {
    const absent =
      "io os debug package require module dofile loadfile load loadstring collectgarbage print coroutine xpcall getfenv setfenv newproxy utf8 " +
      "math.random math.randomseed math.sin math.exp math.log math.modf string.dump string.pack";
    expect(await known(kind, absent)).toBe("");
    expect(await known(kind, "pcall error setmetatable tostring math.floor string.byte table.concat")).not.toBe("");
  });

  it("lua51 lacks math.fmod and native operators, as NodeMCU does; the others have them", async () => {
    expect(await known("lua51", "math.fmod bit.band table.unpack")).toBe("bit.band");
    expect(await known("lua53", "math.fmod bit table.unpack")).toBe("math.fmod table.unpack");
    expect(await known("lua54", "math.fmod bit table.unpack")).toBe("math.fmod table.unpack");
    expect(await faultOf("lua51", { lua: "function receive() return '' .. (1 & 2) end", js: "" })).toContain("cannot be read");
  });

  it("lua53 wraps integers at 32 bits, lua54 at 64", async () => {
    const code = { lua: "function receive() return tostring(0x7fffffff + 1) end", js: "" };
    expect((await program("lua53", code)).call("")).toBe("-2147483648");
    expect((await program("lua54", code)).call("")).toBe("2147483648");
  });

  it("js has ES5 with Uint8Array, Int32Array and Math.imul", async () => {
    const absent =
      "Map Set WeakMap WeakSet WeakRef Symbol Promise Proxy Reflect DataView BigInt Date RegExp JSON ArrayBuffer Float64Array Uint16Array " +
      "Math.random Math.trunc Object.assign Object.entries Array.from Array.prototype.includes Array.prototype.find String.prototype.startsWith " +
      "String.prototype.padStart Number.isInteger Uint8Array.prototype.fill Uint8Array.from eval console setTimeout";
    expect(await known("js", absent)).toBe("");
    const present =
      "Uint8Array Int32Array Math.imul Object.keys Array.prototype.map String.prototype.charCodeAt Uint8Array.prototype.set";
    expect(await known("js", present)).toBe(present);
  });
});

describe("runtime/bit-shim", () => {
  const operands = [0, 1, -1, 2, -2, 127, 128, 255, 256, -256, 65535, 65536, -65536, 0x7fffffff, -0x80000000];
  const random = prng(1);
  for (let i = 0; i < 40; i++) operands.push(random());

  async function results(lua: string): Promise<number[]> {
    const vm = await program("lua51", {
      lua: `local o = {${operands.join(",")}} function receive() local r = {} ${lua} return table.concat(r, ' ') end`,
      js: "",
    });
    return vm.call("").split(" ").map(Number);
  }

  it("computes and, or, exclusive or, and not as JavaScript does", async () => {
    const pairs = await results(
      "for _, a in ipairs(o) do r[#r + 1] = bit.bnot(a) for _, b in ipairs(o) do r[#r + 1] = bit.band(a, b) r[#r + 1] = bit.bor(a, b) r[#r + 1] = bit.bxor(a, b) end end",
    );
    expect(pairs).toEqual(operands.flatMap((a) => [~a, ...operands.flatMap((b) => [a & b, a | b, a ^ b])]));
  });

  it("shifts as JavaScript does, by 0 to 31", async () => {
    const shifts = await results(
      "for _, a in ipairs(o) do for n = 0, 31 do r[#r + 1] = bit.lshift(a, n) r[#r + 1] = bit.rshift(a, n) r[#r + 1] = bit.arshift(a, n) end end",
    );
    const counts = Array.from({ length: 32 }, (_, n) => n);
    expect(shifts).toEqual(operands.flatMap((a) => counts.flatMap((n) => [a << n, (a >>> n) | 0, a >> n])));
  });

  it("is never the place of a fault: its caller is", async () => {
    const bare = { lua: "function receive()\n  local x = bit.bxor(nil, 256)\n  return x\nend", js: "" };
    expect(await faultOf("lua51", bare)).toMatch(/^The device program failed: bracelet:2: attempt to perform arithmetic/);
    const endless = { lua: "function receive()\n  local x = 1\n  while true do x = bit.bxor(x, 70000) end\nend", js: "" };
    expect(await faultOf("lua51", endless, { maxInstructionsPerCall: 1e6 })).toContain("last at bracelet:3.");
  });
});
