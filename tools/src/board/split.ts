/** Cuts a Lua bundle at its modules into files that run one after the other. What the files share becomes global. */
import { InputError } from "@songbai/sim/scenario/input-error";
import { layoutOf } from "../compile/lua/layout.ts";

/** Texts of at most `most` octets each. Throws `InputError` for a module that is larger. */
export function splitLua(code: string, most: number): string[] {
  const pieces: string[] = [];
  let piece = "";
  for (const part of partsOf(code)) {
    const bytes = Buffer.byteLength(part);
    if (bytes > most) {
      throw new InputError(
        `A module of the bundle takes ${bytes} bytes, but the board's files hold ${most}: split its source file.`,
      );
    }
    if (Buffer.byteLength(piece) + bytes > most) {
      pieces.push(piece);
      piece = "";
    }
    piece += part;
  }
  return piece === "" ? pieces : [...pieces, piece];
}

/** The prelude, then each module; the last one with the line that defines the entry. Without the `local` of what others use. */
function partsOf(code: string): string[] {
  const { prelude, modules } = layoutOf(code);
  return [prelude.replaceAll(/^local (function )?(?=_)/gm, "$1"), ...modules.map(({ text }) => text.slice("local ".length))];
}
