// Draws docs/images/story.svg: the story as the terminal shows it. Run: node docs/images/draw-story.js
import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";

const CELL = 8.4;
const LINE = 20;
const COLOURS = { 31: "#ff7b72", 32: "#7ee787", 33: "#e3b341", 35: "#d2a8ff", 36: "#79c0ff" };

const text = execFileSync(process.execPath, ["tools/bin/songbai.js", "story", "--fast"], {
  encoding: "utf8",
  env: { ...process.env, FORCE_COLOR: "1" },
});

const CODE = new RegExp(`(${String.fromCharCode(27)}\\[\\d+m)`);
const escaped = (part) => part.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** One line with its colour codes as spans. */
function spans(line) {
  let style = "";
  return line
    .split(CODE)
    .map((part) => {
      const code = CODE.test(part) ? part.slice(2, -1) : undefined;
      if (code === undefined) return part === "" ? "" : `<tspan${style}>${escaped(part)}</tspan>`;
      if (COLOURS[code] !== undefined) style = ` fill="${COLOURS[code]}"`;
      else if (code === "2") style = ' fill="#8b949e"';
      else if (code === "1") style = ' font-weight="bold"';
      else style = "";
      return "";
    })
    .join("");
}

const lines = text.trimEnd().split("\n");
const plain = lines.map((line) =>
  line
    .split(CODE)
    .filter((part) => !CODE.test(part))
    .join(""),
);
const width = Math.ceil(Math.max(...plain.map((line) => line.length + 6)) * CELL);
const height = lines.length * LINE + 24;
const rows = lines.map((line, i) => `<text x="16" y="${24 + i * LINE}" xml:space="preserve">${spans(line)}</text>`);
writeFileSync(
  "docs/images/story.svg",
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" font-family="ui-monospace, Menlo, Consolas, 'DejaVu Sans Mono', 'Noto Sans Mono CJK SC', monospace" font-size="14" fill="#e6edf3"><title>A fall in the bathroom, from the wrist to the nurse</title><rect width="100%" height="100%" rx="8" fill="#0d1117"/>\n${rows.join("\n")}\n</svg>\n`,
);
