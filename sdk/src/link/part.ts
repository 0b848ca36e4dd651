/** A part of the board link that only some devices need: `runOnLink` is handed it by those whose manifest names the bearer. */
import type { LineReader } from "./line.ts";

export interface LinkPart<Capability> {
  readonly capability: Capability;
  /** Takes an event of that kind, at its first word behind the time; those of other parts it leaves alone. */
  readonly handle: (kind: number) => void;
}

/** `effect` puts a line. */
export type LinkPartMaker<Capability> = (reader: LineReader, effect: (line: string) => void) => LinkPart<Capability>;
