// Strips types with esbuild; types are checked by `npm run typecheck`.
import { createHash } from "node:crypto";
import { transformSync, version } from "esbuild";

const OPTIONS = {
  loader: "ts",
  format: "esm",
  target: "node20",
  supported: { "import-attributes": true },
  sourcemap: "inline",
};

export default {
  process: (source, path) => transformSync(source, { ...OPTIONS, sourcefile: path }),
  getCacheKey: (source, path) =>
    createHash("sha256")
      .update(JSON.stringify([version, OPTIONS, path, source]))
      .digest("hex"),
};
