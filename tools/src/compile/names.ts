/** Longest name that every device's file system takes (Espruino 28, SPIFFS and LuatOS 31). */
export const LONGEST_NAME = 28;

/**
 * A flat name for each module, `sdk/src/sensing/fall/detector.ts` -> `sdk.sensing.fall.detector`, at most 28 characters.
 * A longer one loses letters from its folders, first folder first: `s.s.f.detector`. Undefined where no name fits or is free.
 */
export function moduleNames(files: readonly string[]): (string | undefined)[] {
  const taken = new Set<string>();
  return files.map((file) => {
    const name = spellings(file).find((spelling) => spelling.length <= LONGEST_NAME && !taken.has(spelling));
    if (name !== undefined) taken.add(name);
    return name;
  });
}

/** From the full name to the one with every folder cut to its first letter. */
function spellings(file: string): string[] {
  const parts = file
    .replace(/\.(ts|json)$/, "")
    .split("/")
    .filter((part) => part !== "src" && part !== "node_modules" && part !== "@songbai" && part !== "..");
  return parts.map((_, cut) => parts.map((part, at) => (at < cut ? part.slice(0, 1) : part)).join("."));
}
