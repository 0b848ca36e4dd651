/** One thing that portable TypeScript does not allow, or that TypeScript itself refuses. */
export interface Diagnostic {
  /** Path from the project's root, with `/`. */
  readonly file: string;
  /** 1-based. */
  readonly line: number;
  /** 1-based. */
  readonly column: number;
  /** Id of the rule in `rules/`, or `typescript`, or `bundle`. */
  readonly rule: string;
  /** One sentence: what is wrong and what to write instead. */
  readonly message: string;
}

/** `sdk/src/x.ts:12:5: sentence` */
export function formatDiagnostic({ file, line, column, message }: Diagnostic): string {
  return `${file}:${line}:${column}: ${message}`;
}

/** The program cannot be compiled. Its message is the formatted diagnostics, one a line; it is for people, so it has no stack. */
export class CompileError extends Error {
  readonly diagnostics: readonly Diagnostic[];

  constructor(diagnostics: readonly Diagnostic[]) {
    super(diagnostics.map(formatDiagnostic).join("\n"));
    this.name = "CompileError";
    this.diagnostics = diagnostics;
    this.stack = `${this.name}: ${this.message}`;
  }
}
