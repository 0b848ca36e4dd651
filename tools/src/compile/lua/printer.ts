import * as lua from "typescript-to-lua";
import { localName } from "./module.ts";

type SourceNode = ReturnType<lua.LuaPrinter["printNumericLiteral"]>;
type Chunk = string | SourceNode;
type Chunks = Chunk | Chunk[];

/** The table in which TypeScriptToLua keeps what a module exports. */
const EXPORTS = "____exports";

/** What may stand without blanks around it. `-` may not: `a - -1` would begin a comment; nor may `..` beside a number. */
const TIGHT = /^(?:[+*/%&|~<>]|[=~<>]=|\/\/|<<|>>)$/;

/**
 * Prints without indentation and without blanks that only people need, which a chip would only store; numbers above int32 in
 * hexadecimal, texts in ASCII.
 */
export class CompactPrinter extends lua.LuaPrinter {
  protected override pushIndent(): void {}
  protected override popIndent(): void {}

  protected override createSourceNode(node: lua.Node, chunks: Chunks, name?: string): SourceNode {
    const list = Array.isArray(chunks) ? chunks : [chunks];
    const isBlankAt = (i: number) => list[i] === " " && (isTight(list[i - 1]) || isTight(list[i + 1]));
    return super.createSourceNode(node, list.filter((_, i) => !isBlankAt(i)).map(tightened), name);
  }

  override printNumericLiteral(node: lua.NumericLiteral): SourceNode {
    const isMask = node.value === 0xffffffff || (node.value === 0x80000000 && this.options.luaTarget !== lua.LuaTarget.Lua51);
    return this.createSourceNode(node, isMask ? `0x${node.value.toString(16).toUpperCase()}` : String(node.value));
  }

  /** `____exports.crc32c` is the local `crc32c`: see `moduleVisitor`. */
  override printTableIndexExpression(node: lua.TableIndexExpression): ReturnType<lua.LuaPrinter["printTableIndexExpression"]> {
    return lua.isIdentifier(node.table) && node.table.text === EXPORTS && lua.isStringLiteral(node.index)
      ? this.createSourceNode(node, localName(node.index.value, this.options))
      : super.printTableIndexExpression(node);
  }

  override printStringLiteral(node: lua.StringLiteral): ReturnType<lua.LuaPrinter["printStringLiteral"]> {
    return this.createSourceNode(node, quote(node.value));
  }
}

/** True for a printed operator that needs no blanks. */
function isTight(chunk: Chunk | undefined): boolean {
  if (chunk === undefined || chunk === " ") return false;
  const text = String(chunk);
  return text.length <= 2 && text !== "-" && TIGHT.test(text);
}

function tightened(chunk: Chunk): Chunk {
  return chunk === " = " ? "=" : chunk === ", " ? "," : chunk;
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
