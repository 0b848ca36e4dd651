#!/usr/bin/env node
import { existsSync } from "node:fs";

const built = new URL("../dist/cli/main.js", import.meta.url);
if (!existsSync(built)) {
  process.stderr.write("songbai is not built yet: run npm run build.\n");
  process.exit(2);
}
const { main } = await import(built);
await main(process.argv.slice(2));
