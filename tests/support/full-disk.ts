import fs from "node:fs";
import { jest } from "@jest/globals";

/** While `act` runs, every write beyond `bytes` octets fails as on a full disk. SQLite writes through node:fs. */
export function withFullDisk<T>(bytes: number, act: () => T): T {
  let left = bytes;
  const write = fs.writeSync;
  const spy = jest.spyOn(fs, "writeSync").mockImplementation(((...args: Parameters<typeof write>) => {
    const length = ArrayBuffer.isView(args[1]) ? args[1].byteLength : 0;
    left -= length;
    if (left < 0) throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    return write(...args);
  }) as typeof write);
  try {
    return act();
  } finally {
    spy.mockRestore();
  }
}
