import { RULES } from "./index.ts";

/** The rules as the table of docs/portable-typescript.md. */
export function rulesTable(): string {
  const rows = RULES.map(
    ({ id, sentence, wrong, right }) =>
      `| \`${id}\` | ${cell(sentence.replace("%", "it"))} | ${code(wrong)} | ${code(right)} |`,
  );
  return ["| rule | why, and what instead | wrong | right |", "|---|---|---|---|", ...rows].join("\n");
}

const LONGEST_EXAMPLE = 160;

function code(text: string): string {
  const short = text.length <= LONGEST_EXAMPLE ? text : `${text.slice(0, LONGEST_EXAMPLE)} …`;
  const escaped = cell(short.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/`/g, "&#96;"));
  return `<code>${escaped.replace(/\n {2}/g, "<br>&emsp;").replace(/\n/g, "<br>")}</code>`;
}

function cell(text: string): string {
  return text.replace(/\|/g, "\\|");
}
