import { asBundle, type Bundle } from "./bundle.ts";
import { kept } from "./cache.ts";
import { type CompileRequest, placeOf } from "./place.ts";

/**
 * The bundle of a request: the one that was kept, or a new one. Throws `CompileError` as `compile` does.
 *
 * A kept one is found without loading the compiler: TypeScript and TypeScriptToLua take most of a second to load.
 */
export async function compiled(request: CompileRequest): Promise<Bundle> {
  const { directory, key } = placeOf(request);
  const built = kept(directory, key);
  return built === undefined ? (await import("./compile.ts")).compile(request) : asBundle(request.target, built);
}
