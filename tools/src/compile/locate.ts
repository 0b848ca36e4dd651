import type { Bundle } from "./bundle.ts";

/**
 * Positions as runtimes print them: `[string "bracelet"]:12:` and `bracelet.lua:12:` of Lua, `bracelet.js:12:5` of
 * JavaScript, with a column or without.
 */
function positions(chunk: string): RegExp {
  const name = chunk.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  return new RegExp(`(?:\\[string "@?${name}(?:\\.\\w+)?"\\]|(?<![\\w/.-])@?${name}(?:\\.\\w+)?):(\\d+)(?::(\\d+))?`, "g");
}

/** What Lua says of the value that was wrong: `: attempt to call a nil value (field 'a')`, of 5.1 `: attempt to call field 'a' (a nil value)`. */
const NAMED = "(?:(:[^\\n]*?(?:local|upvalue|field|method) ')(\\w+|\\?|integer index)(?='))?";

/**
 * The error text of a runtime with every place in the bundle written as a place in TypeScript, and the name as it is there:
 * `bracelet:123: attempt to call a nil value (field 'b')` -> `sdk/src/store/log.ts:88: attempt to call a nil value (field 'append')`.
 *
 * `chunk` is the name under which the runtime loaded the bundle, without its extension.
 */
export function locateError(text: string, bundle: Pick<Bundle, "locate" | "nameAt">, chunk: string): string {
  type Found = [found: string, line: string, column: string | undefined, before: string | undefined, name: string | undefined];
  return text.replace(
    new RegExp(positions(chunk).source + NAMED, "g"),
    (...[found, line, column, before = "", name = ""]: Found) => {
      const place = bundle.locate(Number(line), column === undefined ? undefined : Number(column));
      return place === undefined
        ? found
        : `${place}${before}${bundle.nameAt(Number(line), name, /(?:field|method) '$/.test(before)) ?? name}`;
    },
  );
}
