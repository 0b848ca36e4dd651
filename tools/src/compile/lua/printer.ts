import * as lua from "typescript-to-lua";
import { localName } from "./module.ts";

/** The table in which TypeScriptToLua keeps what a module exports. */
const EXPORTS = "____exports";

/** Prints without indentation, which a chip would only store; numbers above int32 in hexadecimal, texts in ASCII. */
export class CompactPrinter extends lua.LuaPrinter {
  protected override pushIndent(): void {}
  protected override popIndent(): void {}

  override printNumericLiteral(node: lua.NumericLiteral): ReturnType<lua.LuaPrinter["printNumericLiteral"]> {
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
