/** `list[i].count += 1`, for which TypeScriptToLua keeps the key in a variable: here it is spelt out, as keys have other names in a bundle. */
import * as lua from "typescript-to-lua";

/** `local t, k = list[i], "count"  t[k] = t[k] + 1` becomes `local t = list[i]  t.count = t.count + 1`. */
export function spellKeys(block: readonly lua.Statement[]): void {
  block.forEach((statement, at) => {
    if (!lua.isVariableDeclarationStatement(statement) || statement.left.length !== 2 || statement.right?.length !== 2) return;
    const [, key] = statement.right;
    const [table, name] = statement.left;
    // Names of TypeScriptToLua's own begin so.
    if (!lua.isStringLiteral(key) || !name.text.startsWith("____")) return;
    for (const later of block.slice(at + 1)) spell(later, table.text, name.text, key.value);
    statement.left.pop();
    statement.right.pop();
  });
}

function spell(node: object, table: string, name: string, key: string): void {
  if (isLookUp(node) && lua.isIdentifier(node.table) && node.table.text === table) {
    if (lua.isIdentifier(node.index) && node.index.text === name) node.index = lua.createStringLiteral(key);
  }
  for (const part of Object.values(node)) {
    if (typeof part === "object" && part !== null) spell(part, table, name, key);
  }
}

function isLookUp(node: object): node is lua.TableIndexExpression {
  return "kind" in node && lua.isTableIndexExpression(node as lua.Node);
}
