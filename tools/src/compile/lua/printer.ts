import * as lua from "typescript-to-lua";
import { fullName } from "./shorten.ts";

type SourceNode = ReturnType<lua.LuaPrinter["printNumericLiteral"]>;
type Chunk = string | SourceNode;
type Chunks = Chunk | Chunk[];

/**
 * Prints without indentation and without blanks and lines that only people need, which a chip would only store; numbers above int32 in
 * hexadecimal, texts in ASCII. A statement has a line of its own, by which the place of an error is found.
 */
export class CompactPrinter extends lua.LuaPrinter {
  protected override pushIndent(): void {}
  protected override popIndent(): void {}

  protected override createSourceNode(node: lua.Node, chunks: Chunks, name?: string): SourceNode {
    return super.createSourceNode(node, withoutBlanks(Array.isArray(chunks) ? chunks : [chunks]), name);
  }

  protected override concatNodes(...chunks: Chunk[]): SourceNode {
    return super.concatNodes(...withoutBlanks(chunks));
  }

  protected override printExpressionList(expressions: lua.Expression[]): Chunk[] {
    return this.joinChunksWithComma(expressions.map((expression) => this.printExpression(expression)));
  }

  override printNumericLiteral(node: lua.NumericLiteral): SourceNode {
    const isMask = node.value === 0xffffffff || (node.value === 0x80000000 && this.options.luaTarget !== lua.LuaTarget.Lua51);
    return this.createSourceNode(node, isMask ? `0x${node.value.toString(16).toUpperCase()}` : String(node.value));
  }

  /** With the name of the key in the source map, for `locateError`. */
  override printTableIndexExpression(node: lua.TableIndexExpression): ReturnType<lua.LuaPrinter["printTableIndexExpression"]> {
    const printed = super.printTableIndexExpression(node);
    const full = fullName(node);
    if (full === undefined) return printed;
    // `.key` ends with its name, `[3]` with a bracket.
    const at = printed.children.length - (lua.isStringLiteral(node.index) ? 1 : 2);
    printed.children[at] = this.createSourceNode(
      node,
      String((node.index as lua.StringLiteral | lua.NumericLiteral).value),
      full,
    );
    return printed;
  }

  override printStringLiteral(node: lua.StringLiteral): ReturnType<lua.LuaPrinter["printStringLiteral"]> {
    return this.createSourceNode(node, quote(node.value));
  }
}

/** The chunks without the blanks at their ends that separate nothing. */
function withoutBlanks(chunks: readonly Chunk[]): Chunk[] {
  const kept: Chunk[] = [];
  chunks.forEach((chunk, i) => {
    if (typeof chunk !== "string") {
      kept.push(chunk);
      return;
    }
    let text = chunk;
    const next = first(chunks.slice(i + 1));
    if (text.endsWith(" ") && !mustStandApart(text.trimEnd().at(-1) ?? last(kept), next)) text = text.trimEnd();
    if (text.startsWith(" ") && !mustStandApart(last(kept), text.trimStart()[0] ?? next)) text = text.trimStart();
    if (text !== "") kept.push(text);
  });
  return kept;
}

/**
 * True for two letters, which would become one word, for `--`, which would begin a comment, and for `1..`, which would be no number;
 * and where a neighbour is not known yet.
 */
function mustStandApart(left: string, right: string): boolean {
  return left === "" || right === "" || (/[\w.]/.test(left) && /[\w.]/.test(right)) || (left === "-" && right === "-");
}

function first(chunks: readonly Chunk[]): string {
  for (const chunk of chunks) {
    const found = typeof chunk === "string" ? (chunk[0] ?? "") : first(chunk.children);
    if (found !== "") return found;
  }
  return "";
}

function last(chunks: readonly Chunk[]): string {
  for (let i = chunks.length - 1; i >= 0; i--) {
    const chunk = chunks[i]!;
    const found = typeof chunk === "string" ? (chunk.at(-1) ?? "") : last(chunk.children);
    if (found !== "") return found;
  }
  return "";
}

/** A Lua text of the value's UTF-8 octets; what is not printable is written with three digits, `\001`. */
function quote(value: string): string {
  const octets = [...Buffer.from(value, "utf8")];
  return `"${octets.map((octet) => ESCAPES.get(octet) ?? printable(octet)).join("")}"`;
}

const ESCAPES = new Map([
  [10, "\\n"],
  [34, '\\"'],
  [92, "\\\\"],
]);

function printable(octet: number): string {
  return octet >= 32 && octet < 127 ? String.fromCharCode(octet) : `\\${String(octet).padStart(3, "0")}`;
}
