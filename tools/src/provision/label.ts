/**
 * The label of a device: a QR code (ISO/IEC 18004) of its id with the check character, at error correction level Q, and beside it
 * what people read, in Chinese and English. 50 mm by 25 mm.
 */
import { encode } from "fast-png";
import encodeQR from "qr";
import { labelledId } from "./device-id.ts";

export interface LabelText {
  readonly deviceId: Uint8Array;
  readonly model: string;
  /** Of the product, as its manifest has it. */
  readonly name: { readonly zh: string; readonly en: string };
  readonly hardware: string;
  readonly imei?: string;
}

/** Light modules that a reader needs around the code. */
const QUIET_ZONE = 4;
const PIXELS = 8;
const SHEET = { width: 50, height: 25 };
const CODE = { at: 1, size: 23 };
const TEXT = { at: 25, width: 24, largest: 2.2 };
const ESCAPES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Rows of modules, dark where true, with the quiet zone. */
function modulesOf(deviceId: Uint8Array): boolean[][] {
  return encodeQR(labelledId(deviceId), "raw", { ecc: "quartile", encoding: "alphanumeric", border: QUIET_ZONE });
}

/** The code alone, 8 pixels a module: text would need a font. */
export function codeAsPng(deviceId: Uint8Array): Uint8Array {
  const modules = modulesOf(deviceId);
  const side = modules.length * PIXELS;
  const data = Uint8Array.from({ length: side * side }, (_, i) => {
    const [row, column] = [Math.floor(i / side), i % side];
    return modules[Math.floor(row / PIXELS)][Math.floor(column / PIXELS)] ? 0 : 255;
  });
  return encode({ width: side, height: side, data, channels: 1 });
}

/** The whole label. */
export function labelAsSvg(text: LabelText): string {
  const modules = modulesOf(text.deviceId);
  const dark = modules
    .map((row, y) =>
      runsOf(row)
        .map(([x, length]) => `M${x} ${y}h${length}v1h-${length}z`)
        .join(""),
    )
    .join("");
  const scale = CODE.size / modules.length;
  const lines = [
    `${text.name.zh} ${text.name.en}`,
    `型号 Model: ${text.model} ${text.hardware}`,
    "设备标识码 Device ID",
    labelledId(text.deviceId),
    ...(text.imei === undefined ? [] : [`IMEI ${text.imei}`]),
  ];
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" width="${SHEET.width}mm" height="${SHEET.height}mm" viewBox="0 0 ${SHEET.width} ${SHEET.height}">`,
    `<rect width="${SHEET.width}" height="${SHEET.height}" fill="#fff"/>`,
    `<path transform="translate(${CODE.at} ${CODE.at}) scale(${scale})" shape-rendering="crispEdges" d="${dark}"/>`,
    '<g font-family="Noto Sans CJK SC, Microsoft YaHei, PingFang SC, sans-serif">',
    ...lines.map((line, i) => `<text x="${TEXT.at}" y="${5 + 4 * i}" font-size="${sizeOf(line)}">${escaped(line)}</text>`),
    "</g>",
    "</svg>",
    "",
  ].join("\n");
}

/** Runs of dark modules in a row: where each begins, and its length. */
function runsOf(row: readonly boolean[]): [number, number][] {
  const starts = row.flatMap((isDark, x) => (isDark && row[x - 1] !== true ? [x] : []));
  return starts.map((x) => [x, row.indexOf(false, x) - x]);
}

/** The font size, mm, with which a line fits: a Chinese character is 1 em wide, others hardly more than 0.62. */
function sizeOf(line: string): string {
  const ems = [...line].reduce((sum, character) => sum + (character > "\u2e7f" ? 1 : 0.62), 0);
  return Math.min(TEXT.largest, TEXT.width / ems).toFixed(2);
}

const escaped = (line: string): string => line.replace(/[&<>"]/g, (character) => ESCAPES[character]);
