/** Cuts a Lua bundle at its modules into files that run one after the other. What the files share becomes global. */
import { InputError } from "@songbai/sim/scenario/input-error";
import type { Bundle } from "../compile/bundle.ts";
import { layoutOf } from "../compile/lua/layout.ts";

/** Texts of at most `most` octets each. Throws `InputError` that names a module which is larger. */
export function splitLua({ code, modules: sources }: Pick<Bundle, "code" | "modules">, most: number): string[] {
  const { prelude, modules } = layoutOf(code);
  const names = [...prelude.matchAll(/^local (?:function )?(_\w+)/gm)].map(([, name]) => name!);
  // Each file keeps the prelude's functions in locals again, which are read faster than globals.
  const head = names.length === 0 ? "" : `local ${names.join(",")}=${names.join(",")}\n`;
  const pieces: string[] = [];
  let piece = prelude.replaceAll(/^local (function )?(?=_)/gm, "$1") + head;
  modules.forEach(({ text }, i) => {
    const part = text.slice("local ".length);
    if (Buffer.byteLength(piece) + Buffer.byteLength(part) > most) {
      if (i > 0) pieces.push(piece);
      piece = i > 0 ? head + part : piece + part;
    } else piece += part;
    const bytes = Buffer.byteLength(piece);
    if (bytes > most) {
      throw new InputError(
        `The module ${sources[i]?.file} takes ${bytes} bytes in a file of its own, but the board's files hold ${most}: split its source file.`,
      );
    }
  });
  return [...pieces, piece];
}
