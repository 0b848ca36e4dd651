import { describe, expect, it } from "@jest/globals";
import { labelledId } from "@songbai/tools/provision/device-id";
import { codeAsPng, labelAsSvg } from "@songbai/tools/provision/label";
import { decode } from "fast-png";
import jsqr from "jsqr";
import decodeQR from "qr/decode.js";
import { randomSource } from "../support/random.ts";

const { bytes } = randomSource(7);
const IDS = Array.from({ length: 8 }, () => bytes(8));
const NAME = { zh: "智能手环", en: "Safety bracelet" };

interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8ClampedArray;
}

/** RGBA of what is dark where `isDark` says so. */
function picture(side: number, isDark: (x: number, y: number) => boolean): Picture {
  const data = new Uint8ClampedArray(4 * side * side).fill(255);
  for (let i = 0; i < side * side; i++) if (isDark(i % side, Math.floor(i / side))) data.fill(0, 4 * i, 4 * i + 3);
  return { width: side, height: side, data };
}

function fromPng(png: Uint8Array): Picture {
  const { width, data } = decode(png);
  return picture(width, (x, y) => data[y * width + x] === 0);
}

/** Paints the path of the label, 6 pixels a module. */
function fromSvg(svg: string): Picture {
  const runs = [...svg.matchAll(/M(\d+) (\d+)h(\d+)v1h-\3z/g)].map((match) => match.slice(1).map(Number));
  const dark = new Set(runs.flatMap(([x, y, length]) => Array.from({ length }, (_, i) => `${x + i} ${y}`)));
  const modules = 23 / Number(/scale\(([\d.]+)\)/.exec(svg)![1]);
  return picture(Math.round(modules) * 6, (x, y) => dark.has(`${Math.floor(x / 6)} ${Math.floor(y / 6)}`));
}

const readers: readonly (readonly [string, (from: Picture) => string | undefined])[] = [
  [
    "jsqr",
    ({ data, width, height }) => (jsqr as unknown as { default: typeof jsqr.default }).default(data, width, height)?.data,
  ],
  ["qr", (from) => decodeQR(from)],
];

describe.each(readers)("a label, read by %s", (_, read) => {
  it.each(IDS.map((id) => [labelledId(id), id] as const))("says %s, as PNG and as SVG", (printed, id) => {
    expect(read(fromPng(codeAsPng(id)))).toBe(printed);
    expect(read(fromSvg(labelAsSvg({ deviceId: id, model: "bracelet", hardware: "1.0", name: NAME })))).toBe(printed);
  });
});

describe("a label", () => {
  const text = { deviceId: IDS[0], model: "bracelet", hardware: "1.0", name: NAME };

  it("says in Chinese and English what the device is", () => {
    const svg = labelAsSvg({ ...text, imei: "490154203237518" });
    for (const line of [
      "智能手环 Safety bracelet",
      "型号 Model: bracelet 1.0",
      "设备标识码 Device ID",
      labelledId(IDS[0]),
      "IMEI 490154203237518",
    ]) {
      expect(svg).toContain(`>${line}</text>`);
    }
    expect(labelAsSvg(text)).not.toContain("IMEI");
  });

  it("sets a long name smaller, so that it fits", () => {
    const sizes = (zh: string) =>
      [...labelAsSvg({ ...text, name: { zh, en: "" } }).matchAll(/font-size="([\d.]+)"/g)].map((match) => Number(match[1]));
    expect(sizes("手环")[0]).toBe(2.2);
    expect(30 * sizes("手".repeat(30))[0]).toBeLessThanOrEqual(24);
    expect(sizes("手环")[3] * 21 * 0.62).toBeLessThanOrEqual(24);
  });

  it("is still SVG where a name holds its signs", () => {
    const svg = labelAsSvg({ ...text, name: { zh: "<手环>", en: 'A & "B"' } });
    expect(svg).toContain("&lt;手环&gt; A &amp; &quot;B&quot;</text>");
  });
});
