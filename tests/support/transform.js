// Strips types with esbuild; types are checked by `npm run typecheck`.
import { createHash } from "node:crypto";
import { transformSync, version } from "esbuild";

export default {
  process(source, path) {
    return transformSync(source, { loader: "ts", format: "esm", target: "node20.18", sourcemap: "inline", sourcefile: path });
  },
  getCacheKey(source, path) {
    return createHash("sha256").update(version).update(path).update(source).digest("hex");
  },
};
