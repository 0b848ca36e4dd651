import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deflateSync } from "node:zlib";
import { afterAll, describe, expect, it } from "@jest/globals";
import { InputError } from "@songbai/sim/scenario/input-error";
import { FOLDS } from "@songbai/tools/learn/rhythm/folds";
import { matricesOf } from "@songbai/tools/learn/rhythm/matlab";
import { patientsIn } from "@songbai/tools/learn/rhythm/pieces";
import { rawLightIn } from "@songbai/tools/learn/spo2/raw-light";
import fc from "fast-check";

const folder = mkdtempSync(join(tmpdir(), "songbai-pulse-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A part of a MATLAB 5 file, padded to eight octets. */
function part(type: number, data: Buffer): Buffer {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(type, 0);
  head.writeUInt32LE(data.length, 4);
  return Buffer.concat([head, data, Buffer.alloc(-data.length & 7)]);
}

function matrix(name: string, rows: number, columns: number, type: number, data: Buffer): Buffer {
  const dimensions = Buffer.alloc(8);
  dimensions.writeInt32LE(rows, 0);
  dimensions.writeInt32LE(columns, 4);
  const parts = [
    part(6, Buffer.from([6, 0, 0, 0, 0, 0, 0, 0])),
    part(5, dimensions),
    part(1, Buffer.from(name)),
    part(type, data),
  ];
  return part(14, Buffer.concat(parts));
}

/** As MATLAB packs it: without padding. */
function compressed(octets: Buffer): Buffer {
  const packed = deflateSync(octets);
  const head = Buffer.alloc(8);
  head.writeUInt32LE(15, 0);
  head.writeUInt32LE(packed.length, 4);
  return Buffer.concat([head, packed]);
}

function file(...parts: Buffer[]): Buffer {
  const head = Buffer.alloc(128, 32);
  head.write("IM", 126, "latin1");
  return Buffer.concat([head, ...parts]);
}

const doubles = (values: readonly number[]) => Buffer.from(Float64Array.from(values).buffer);
const small = matrix("labels", 1, 3, 2, Buffer.from([5, 0, 2]));
const pulse = (rows: number) =>
  matrix("ppgseg", rows, 1000, 9, doubles(Array.from({ length: 1000 * rows }, (_, i) => (i % 90) / 90)));

/** A folder of its own with one file. */
function folderWith(name: string, content: string | Buffer): string {
  const own = mkdtempSync(join(folder, "of-"));
  writeFileSync(join(own, name), content);
  return own;
}

describe("MATLAB 5 files", () => {
  it("are read plain and compressed, column by column", () => {
    const octets = file(compressed(small), matrix("a", 2, 2, 9, doubles([1, 2, 3, -0.5])));
    const matrices = matricesOf(octets);
    expect(matrices.get("labels")).toEqual({ rows: 1, columns: 3, values: Float64Array.of(5, 0, 2) });
    expect(matrices.get("a")?.values).toEqual(Float64Array.of(1, 2, 3, -0.5));
  });

  it("that are cut or changed give matrices or an error, never anything else", () => {
    const octets = file(compressed(small), matrix("a", 2, 2, 9, doubles([1, 2, 3, 4])));
    fc.assert(
      fc.property(fc.nat(octets.length), fc.nat(octets.length - 1), fc.nat(255), (length, place, value) => {
        const damaged = Buffer.from(octets);
        damaged[place] = value;
        try {
          for (const { rows, columns, values } of matricesOf(damaged.subarray(0, length)).values()) {
            expect(values).toHaveLength(rows * columns);
          }
        } catch (error) {
          // Of zlib, of a Buffer's end, or our own: not a slip of the reader's.
          expect((error as Error).name).toMatch(/^(Range)?Error$/);
        }
      }),
      { numRuns: 300, seed: 7 },
    );
  });

  it("of patients become counts of 25 samples a second, with their rhythm", () => {
    const [patient] = patientsIn(folderWith("MPA_1.mat", file(pulse(3), compressed(small))));
    expect(patient).toMatchObject({ id: "MPA_1", labels: [5, 0, 2] });
    expect(patient.pieces.map(({ length }) => length)).toEqual([250, 250, 250]);
    // Piece 1, samples 4 to 7 of it.
    const mean = [4, 5, 6, 7].reduce((sum, i) => sum + ((3 * i + 1) % 90) / 90, 0) / 4;
    expect(patient.pieces[1][1]).toBe(Math.round(16_384 + mean * 32_768));
  });

  it("of patients without labels are patients all the same", () => {
    expect(patientsIn(folderWith("b.mat", file(pulse(1))))[0].labels).toBeUndefined();
  });

  for (const [name, content] of [
    ["no MATLAB file", Buffer.from("songs")],
    ["other matrices", file(small)],
    ["fewer labels than pieces", file(pulse(2), small)],
    ["of another size than they say", file(matrix("ppgseg", 1, 1000, 9, doubles(Array.from({ length: 1001 }, () => 0))))],
    ["half a file", file(pulse(2)).subarray(0, 9000)],
  ] as const) {
    it(`that are ${name} are refused by a sentence`, () => {
      const refuse = () => patientsIn(folderWith("c.mat", content));
      expect(refuse).toThrow(InputError);
      expect(refuse).toThrow(/c\.mat .*\.$/);
    });
  }

  it("of the patients that the table knows are told apart", () => {
    expect(new Set(FOLDS.flatMap(({ id, print }) => [id, print])).size).toBe(2 * FOLDS.length);
  });
});

const KIT = "reg,reg,\n0x02,0x00,\nstart time,15\ntimestamp,sampleNum,LEDC1,LEDC2,LEDC3,ACCX,\n";

describe("recordings of red and infrared light", () => {
  it("of the kit begin behind their registers, and a sample that was lost begins a run", () => {
    const rows = "1.5,1,100.0,200.0,3,,\n2.5,2,101,201,3,,\n,,,,,9,\n4.5,4,104,x,3,,\n5.5,5,105,205,3,,\n";
    const [one] = rawLightIn(folderWith("1516-95-73_.csv", `${KIT}${rows}`));
    expect(one).toMatchObject({ id: "1516-95-73_", rateHz: 64, place: "finger", spo2: 95, rate: 73 });
    expect(one.runs).toEqual([Int32Array.of(100, 200, 101, 201), Int32Array.of(105, 205)]);
  });

  it("of the ear have infrared, ambient and red, and ranges in their names", () => {
    const own = folderWith("20201012-165638-9596-7174-l.csv", "1,2,3,4,5,6\n228504,271,276202\n600000,272,-4\n");
    expect(rawLightIn(own)[0]).toMatchObject({ rateHz: 25, place: "ear", spo2: 95.5, rate: 72.5 });
    expect(rawLightIn(own)[0].runs).toEqual([Int32Array.of(228_504, 276_202, 524_287, 0)]);
  });

  it("have no truth where their names have none", () => {
    const ear = "1,2,3\n1,2,3\n";
    expect(rawLightIn(folderWith("20201012-165156-unattached.csv", ear))[0].spo2).toBe("unattached");
    expect(rawLightIn(folderWith("walk.csv", ear))[0]).not.toHaveProperty("spo2");
    expect(rawLightIn(folderWith("1516-95.csv", ear))[0]).not.toHaveProperty("rate");
  });

  it("without their columns are refused by a sentence", () => {
    for (const text of ["", "1,2\n5,6\n", "timestamp,LEDC1\n1,2\n"]) {
      const refuse = () => rawLightIn(folderWith("d.csv", text));
      expect(refuse).toThrow(InputError);
      expect(refuse).toThrow(/d\.csv .*\.$/);
    }
  });
});
