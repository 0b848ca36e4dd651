/** How a Lua bundle is laid out: the prelude, then each module as a function that runs once, the last one with the line of the entry. */

/** The module as one piece of the bundle; `code` ends with a line feed. */
export function moduleText(
  variable: string,
  code: string,
): { readonly head: string; readonly code: string; readonly tail: string } {
  return { head: `local ${variable}=(function()\n`, code, tail: "end)()\n" };
}

export interface Layout {
  readonly prelude: string;
  readonly modules: readonly LaidModule[];
}

export interface LaidModule {
  /** The variable that holds what the module exports. */
  readonly variable: string;
  readonly text: string;
}

/** The pieces of a bundle. */
export function layoutOf(code: string): Layout {
  const [prelude = "", ...texts] = code.split(/^(?=local _\d+=\(function\(\)$)/m);
  return { prelude, modules: texts.map((text) => ({ variable: /^local (\w+)/.exec(text)![1]!, text })) };
}

/** The name in the bundle of what the prelude calls `____alloc`: short, and no name of anyone else's. */
export function preludeName(name: string, prelude: Readonly<Record<string, string>>): string {
  return `_${String.fromCharCode(97 + Object.keys(prelude).indexOf(name))}`;
}
