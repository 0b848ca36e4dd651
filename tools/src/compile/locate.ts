import type { Bundle } from "./bundle.ts";

/**
 * Positions as runtimes print them: `[string "bracelet"]:12:` and `bracelet.lua:12:` of Lua, `bracelet.js:12:5` of
 * JavaScript, with a column or without.
 */
function positions(chunk: string): RegExp {
  const name = chunk.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?:\\[string "@?${name}(?:\\.\\w+)?"\\]|(?<![\\w/.-])@?${name}(?:\\.\\w+)?):(\\d+)(?::(\\d+))?`, "g");
}

/**
 * The error text of a runtime with every place in the bundle written as a place in TypeScript:
 * `bracelet:123: attempt to call a nil value` -> `sdk/src/store/log.ts:88: attempt to call a nil value`.
 *
 * `chunk` is the name under which the runtime loaded the bundle, without its extension.
 */
export function locateError(text: string, bundle: Pick<Bundle, "locate">, chunk: string): string {
  return text.replace(positions(chunk), (found: string, line: string, column: string | undefined) => {
    return bundle.locate(Number(line), column === undefined ? undefined : Number(column)) ?? found;
  });
}
