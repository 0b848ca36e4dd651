import type { Duplex } from "node:stream";

/** The way to a board: a serial port, or what a test puts in its place. */
export interface Port {
  /** For sentences. */
  readonly name: string;
  readonly stream: Duplex;
  close(): Promise<void>;
}
