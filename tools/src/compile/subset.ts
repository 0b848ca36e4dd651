import ts from "typescript";
import type { Diagnostic } from "./diagnostic.ts";
import type { Source } from "./program.ts";
import { displayName } from "./project.ts";
import { RULES } from "./rules/index.ts";
import type { Rule } from "./rules/rule.ts";
import { isIntrinsicsFile } from "./syntax.ts";

const BY_KIND = new Map<ts.SyntaxKind, Rule[]>();
for (const rule of RULES) {
  for (const kind of rule.kinds) BY_KIND.set(kind, [...(BY_KIND.get(kind) ?? []), rule]);
}

/** All that TypeScript, or portable TypeScript, refuses in the program's own files, file by file from top to bottom. */
export function checkSource(source: Source): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const file of source.files) {
    const portable = isIntrinsicsFile(file) || file.fileName.endsWith(".json") ? [] : checkFile(source, file);
    const lines = new Set(portable.map(({ line }) => line));
    const typed = checkTypes(source, file).filter(({ line }) => !lines.has(line));
    found.push(...[...portable, ...typed].sort((a, b) => a.line - b.line || a.column - b.column));
  }
  return found;
}

function checkFile(source: Source, file: ts.SourceFile): Diagnostic[] {
  const found: Diagnostic[] = [];
  const visit = (node: ts.Node): void => {
    for (const rule of BY_KIND.get(node.kind) ?? []) {
      if (rule.test?.(node, source.checker) ?? true) {
        const message = rule.sentence.replace("%", () => `\`${excerpt(node, file)}\``);
        found.push({ ...place(source, file, node.getStart(file)), rule: rule.id, message });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function checkTypes(source: Source, file: ts.SourceFile): Diagnostic[] {
  const { program } = source;
  return [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)].map((diagnostic) => ({
    ...place(source, file, diagnostic.start ?? 0),
    rule: "typescript",
    message: ts.flattenDiagnosticMessageText(diagnostic.messageText, " "),
  }));
}

/** File, line and column of a position, as people count. */
export function place(source: Source, file: ts.SourceFile, position: number): Pick<Diagnostic, "file" | "line" | "column"> {
  const { line, character } = file.getLineAndCharacterOfPosition(position);
  return { file: displayName(source.project, file.fileName), line: line + 1, column: character + 1 };
}

const LONGEST_EXCERPT = 40;

/** The node's text on one line, cut where it gets long. */
function excerpt(node: ts.Node, file: ts.SourceFile): string {
  const text = (ts.isTemplateSpan(node) ? node.expression : node).getText(file).replace(/\s+/g, " ");
  return text.length <= LONGEST_EXCERPT ? text : `${text.slice(0, LONGEST_EXCERPT - 1)}…`;
}
