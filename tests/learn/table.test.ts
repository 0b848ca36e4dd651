import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "@jest/globals";
import { readTable } from "@songbai/tools/learn/sense/table";

function table(text: string, shape: Parameters<typeof readTable>[1]) {
  const file = join(mkdtempSync(join(tmpdir(), "songbai-table-")), "t.csv");
  writeFileSync(file, text);
  return readTable(file, shape);
}

describe("tables of numbers", () => {
  it("finds columns by name: quotes, a byte order mark, a row of units and Windows' ends of line", () => {
    const read = table("\uFEFF'ecg', \"ppg\",t\r\n'mV','mV','ms'\r\n1.5,-2,'3'\r\n4,,6\r\n", { delimiter: ",", header: true });
    expect(read.rows).toBe(2);
    expect([...read.column("ecg")]).toEqual([1.5, 4]);
    expect([...read.column("ppg")]).toEqual([-2, Number.NaN]);
    expect([...read.column("t")]).toEqual([3, 6]);
    expect([read.has("ppg"), read.has("PPG")]).toEqual([true, false]);
    expect(() => read.column("spo2")).toThrow(/t\.csv has no column "spo2"; it has ecg, ppg, t\.$/);
  });

  it("finds them by place behind lines that are none, also without an end of line", () => {
    const read = table("dump\nmore\n1\t2\n3\t4", { delimiter: "\t", before: 2, header: false });
    expect([...read.column(1)]).toEqual([2, 4]);
    expect(() => read.column(2)).toThrow(/has no column 3; it has 2 columns\.$/);
  });

  it("says which file cannot be read", () => {
    expect(() => readTable("no-such.csv", { delimiter: ",", header: true })).toThrow("The file no-such.csv cannot be read.");
  });
});
