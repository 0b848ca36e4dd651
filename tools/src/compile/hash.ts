import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";

/** Content hash of a file, as hex; empty for a file that is gone. */
export function hashFile(path: string): string {
  try {
    return hashText(readFileSync(path));
  } catch {
    return "";
  }
}

export function hashText(text: string | Uint8Array): string {
  return createHash("sha256").update(text).digest("hex");
}
